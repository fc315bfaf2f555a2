"""Scores as colours: dark blue is 0, yellow is 1."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

# Evenly spread; each is lighter than the one before, also for the colour-blind.
COLORS = ("#2b0f54", "#5a1d7c", "#a12c6b", "#e0533d", "#f9962b", "#fcf37a")
# How much of the picture shines through, and how much colour lies on it.
_PICTURE, _COLOR = 0.45, 0.65


def heat_colors(scores: np.ndarray) -> np.ndarray:
    """Colours of scores: uint8 `[..., 3]` from `[...]` in [0, 1]."""
    stops = np.array([list(bytes.fromhex(color[1:])) for color in COLORS], float)
    places = np.linspace(0.0, 1.0, len(stops))
    channels = [np.interp(scores, places, stops[:, i]) for i in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)


def hex_colors(scores: Sequence[float]) -> list[str]:
    """Colours of scores, "#rrggbb" each."""
    return [f"#{bytes(color).hex()}" for color in heat_colors(np.asarray(scores))]


def heat_map(picture: Image.Image, centers, scores: np.ndarray) -> Image.Image:
    """Lay the scores of cells over a picture.

    Args:
        picture: what they are about.
        centers: the rows, and the columns, in pixels of `picture`, of the middles of
            the cells: two rising arrays. A pixel has the colour of the nearest cell.
        scores: `[rows, columns]`, in [0, 1].
    """
    y = _nearest(centers[0], picture.height)
    x = _nearest(centers[1], picture.width)
    grey = np.asarray(picture.convert("L"), float)[..., None]
    color = heat_colors(scores[y][:, x])
    mixed = np.clip(_PICTURE * grey + _COLOR * color, 0, 255)
    return Image.fromarray(mixed.astype(np.uint8))


def _nearest(centers, length):
    borders = (centers[1:] + centers[:-1]) / 2
    return np.searchsorted(borders, np.arange(length) + 0.5)
