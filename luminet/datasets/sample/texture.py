"""Surfaces for drawn pictures: random, float32 `[H, W, 3]` in [0, 1]."""

import colorsys

import numpy as np
from PIL import Image


def background(rng, size):
    """A calm surface of one of four kinds, in two muted colours.

    Args:
        rng: `numpy.random.Generator`.
        size: height and width in pixels.
    """
    hue = rng.uniform()
    first = color(hue, rng.uniform(0.05, 0.40), rng.uniform(0.30, 0.95))
    other_hue = hue + rng.uniform(-0.15, 0.15)
    second = color(other_hue, rng.uniform(0.05, 0.40), rng.uniform(0.30, 0.95))
    kind = rng.choice([_gradient, _clouds, _stripes, _checks])
    mix = kind(rng, size)[..., None]
    if kind in (_stripes, _checks):  # a hard pattern must be pale to stay behind
        second = first + (second - first) * 0.3
    return first + (second - first) * mix


def filling(rng, size, base):
    """A lively surface around a colour, for one object.

    Args:
        rng: `numpy.random.Generator`.
        size: height and width in pixels.
        base: `[3]`, the colour, in [0, 1].
    """
    kind = rng.choice([_gradient, _clouds, _stripes, _dots, _checks])
    strength = rng.choice([-1.0, 1.0]) * rng.uniform(0.12, 0.30)
    surface = base + strength * (kind(rng, size)[..., None] - 0.5)
    light = 0.16 * (0.5 - _gradient(rng, size)[..., None])
    return np.clip(surface + light, 0.0, 1.0)


def color(hue, saturation, value):
    """A colour `[3]` in [0, 1]; the hue goes round."""
    return np.float32(colorsys.hsv_to_rgb(hue % 1.0, saturation, value))


def _along(rng, size):
    """How far each pixel lies along a random direction, in pixels, `[H, W]`."""
    height, width = size
    angle = rng.uniform(0.0, 2.0 * np.pi)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    return rows * np.sin(angle) + columns * np.cos(angle), angle


def _gradient(rng, size):
    distance, _ = _along(rng, size)
    return (distance - distance.min()) / max(np.ptp(distance), 1e-6)


def _clouds(rng, size):
    height, width = size
    cells = rng.uniform(size=rng.integers(3, 7, 2)).astype(np.float32)
    image = Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(image), 0.0, 1.0)


def _stripes(rng, size):
    distance, _ = _along(rng, size)
    period = rng.uniform(7.0, 22.0)
    wave = np.sin(distance * (2.0 * np.pi / period))
    return np.clip(0.5 + 1.5 * wave, 0.0, 1.0)


def _checks(rng, size):
    return np.abs(_stripes(rng, size) - _stripes(rng, size))


def _dots(rng, size):
    height, width = size
    period, (shift_y, shift_x) = rng.uniform(8.0, 13.0), rng.uniform(0.0, 8.0, 2)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    y = (rows + shift_y) % period - period / 2.0
    x = (columns + shift_x) % period - period / 2.0
    return np.clip(period * 0.3 + 0.5 - np.hypot(y, x), 0.0, 1.0)
