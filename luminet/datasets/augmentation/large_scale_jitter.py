"""Zoom far in or far out."""

import tensorflow as tf

from luminet.datasets.augmentation import draws
from luminet.datasets.augmentation.geometry import crop, place, resize, size_of
from luminet.datasets.augmentation.limits import (
    check_between,
    check_fill,
    check_order,
    check_share,
)
from luminet.datasets.augmentation.pixels import MEAN_COLOUR
from luminet.datasets.augmentation.step import Step


class LargeScaleJitter(Step):
    """Scale a sample by a random factor; the size of the picture stays.

    What becomes larger is cut, at a random place; what becomes smaller lies at a random
    place, plain colour around it (Simple Copy-Paste, section 3).

    Args:
        min_scale: smallest factor.
        max_scale: largest.
        min_visible: share of an object that must be in the picture, see `objects`.
        fill: colour of the surroundings, red, green, blue, 0 to 255.
    """

    def __init__(
        self,
        min_scale: float = 0.1,
        max_scale: float = 2.0,
        min_visible: float = 0.3,
        fill: list[int] = MEAN_COLOUR,
    ):
        check_between("min_scale", min_scale, 0.01, 100.0)
        check_between("max_scale", max_scale, 0.01, 100.0)
        check_order("min_scale", min_scale, "max_scale", max_scale)
        check_share("min_visible", min_visible)
        check_fill(fill)
        self.scales = (min_scale, max_scale)
        self.min_visible = min_visible
        self.fill = fill

    def __call__(self, sample, seed):
        """Zoom a sample in or out."""
        seeds = tf.random.split(seed, 3)
        scale = draws.uniform(seeds[0], *self.scales)
        size = size_of(sample)
        # One of the two is the whole picture.
        window = _times(size, 1.0 / tf.maximum(scale, 1.0))
        shown = _times(size, tf.minimum(scale, 1.0))
        window_start = draws.whole(seeds[1], 0, size - window, [2])
        shown_start = draws.whole(seeds[2], 0, size - shown, [2])
        cut = crop(sample, window_start, window, self.min_visible)
        return place(resize(cut, shown), shown_start, size, self.fill)


def _times(size, factor):
    scaled = tf.cast(tf.round(tf.cast(size, tf.float32) * factor), tf.int32)
    return tf.clip_by_value(scaled, 1, size)
