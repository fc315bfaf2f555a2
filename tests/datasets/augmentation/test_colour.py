"""Colours, against Pillow and Python's own library."""

import cmath
import colorsys

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageEnhance

from luminet.datasets.augmentation import draws
from luminet.datasets.augmentation.colour import Colour


@pytest.fixture
def picture(rng):
    return rng.uniform(0, 255, (6, 8, 3)).astype(np.float32)


def distort(picture, seed, **settings):
    """The picture afterwards, and the draws from -1 to 1, one for each setting."""
    seed = tf.constant([seed, 1])
    sample = {"image": tf.constant(picture)}
    draw = draws.uniform(seed, -1.0, 1.0, [4]).numpy()
    return Colour(**settings)(sample, seed)["image"].numpy(), draw


def turned(picture, part):
    """The picture after the plane of I and Q was turned by a part of the circle."""

    def pixel(rgb):
        y, i, q = colorsys.rgb_to_yiq(*(rgb / 255.0))
        iq = complex(i, q) * cmath.exp(-2j * cmath.pi * part)
        red = 0.9468822170900693 * iq.real + 0.6235565819861433 * iq.imag
        green = -0.27478764629897834 * iq.real - 0.6356910791873801 * iq.imag
        blue = -1.1085450346420322 * iq.real + 1.7090069284064666 * iq.imag
        return y + red, y + green, y + blue

    return np.apply_along_axis(pixel, -1, picture.astype(float)) * 255.0


every_seed = pytest.mark.parametrize("seed", range(4))


@every_seed
def test_brightness_is_a_share_of_the_whole_range(picture, seed):
    result, draw = distort(picture, seed, brightness=0.4)
    expected = np.clip(picture + 255 * 0.4 * draw[0], 0, 255)
    np.testing.assert_allclose(result, expected, atol=1e-3)


@every_seed
def test_contrast_is_about_the_mean_of_each_channel(picture, seed):
    result, draw = distort(picture, seed, contrast=0.5)
    mean = picture.mean(axis=(0, 1))
    expected = np.clip(mean + (picture - mean) * (1 + 0.5 * draw[1]), 0, 255)
    np.testing.assert_allclose(result, expected, atol=1e-3)


@every_seed
def test_saturation_is_that_of_pillow(picture, seed):
    picture = np.round(picture)
    result, draw = distort(picture, seed, saturation=0.7)
    enhance = ImageEnhance.Color(Image.fromarray(picture.astype(np.uint8)))
    expected = np.asarray(enhance.enhance(1 + 0.7 * draw[2]))
    np.testing.assert_allclose(result, expected, atol=2.0)


@every_seed
def test_hue_is_an_angle_in_the_plane_of_colours(picture, seed):
    result, draw = distort(picture, seed, hue=0.3)
    expected = np.clip(turned(picture, 0.3 * draw[3]), 0, 255)
    # The library has the matrix in two digits only.
    np.testing.assert_allclose(result, expected, atol=5.0)
    np.testing.assert_allclose(result.mean(), expected.mean(), atol=0.5)


def test_hues_follow_each_other_as_on_the_circle():
    red = np.full([1, 1, 3], (150, 100, 100), np.float32)
    seen = {}
    for seed in range(60):
        result, draw = distort(red, seed, hue=0.5)
        hue = colorsys.rgb_to_hsv(*(result[0, 0] / 255.0))[0]
        seen[0.5 * draw[3]] = hue
    errors = [(hue - part + 0.5) % 1.0 - 0.5 for part, hue in seen.items()]
    # Distances on this circle and on that of HSV are not quite the same.
    assert max(map(abs, errors)) < 0.1
    assert max(seen) > 0.45 and min(seen) < -0.45


def test_luminance_stays_where_nothing_is_clipped(rng):
    picture = rng.uniform(100, 150, (6, 8, 3)).astype(np.float32)
    result, _ = distort(picture, 1, saturation=0.5, hue=0.5)
    luminance = [0.299, 0.587, 0.114]
    np.testing.assert_allclose(result @ luminance, picture @ luminance, atol=0.05)
    assert np.abs(result - picture).max() > 5


def test_all_together_are_one_after_the_other(picture):
    every = {"brightness": 0.1, "contrast": 0.3, "saturation": 0.3, "hue": 0.1}
    picture = 80 + picture / 3
    result, _ = distort(picture, 3, **every)
    expected = picture
    for name, value in every.items():
        expected, _ = distort(expected, 3, **{name: value})
    np.testing.assert_allclose(result, expected, atol=0.01)


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (1, 3), (2, 2), (3, 3), (5, 3)])
def test_a_pixel_is_changed_alike_in_a_picture_of_any_size(picture, size):
    every = {"brightness": 0.1, "saturation": 0.3, "hue": 0.1}
    small = picture[: size[0], : size[1]]
    result, _ = distort(small, 3, **every)
    whole, _ = distort(picture, 3, **every)
    np.testing.assert_allclose(result, whole[: size[0], : size[1]], atol=1e-3)


def test_grey_stays_grey():
    grey = np.full([4, 4, 3], 90, np.float32)
    result, _ = distort(grey, 0, saturation=0.5, hue=0.5)
    np.testing.assert_allclose(result, grey, atol=1e-3)


def test_nothing_to_do_is_refused():
    with pytest.raises(ValueError, match="one of brightness, contrast, saturation"):
        Colour()
