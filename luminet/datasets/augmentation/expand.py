"""Make a picture a part of a larger one of plain colour."""

import tensorflow as tf

from luminet.datasets.augmentation import draws
from luminet.datasets.augmentation.geometry import place, size_of
from luminet.datasets.augmentation.limits import (
    check_at_least,
    check_fill,
    check_order,
)
from luminet.datasets.augmentation.pixels import MEAN_COLOUR
from luminet.datasets.augmentation.step import Step


class Expand(Step):
    """Lay a sample anywhere on a larger canvas: objects become smaller parts of it.

    Args:
        min_ratio: smallest side of the canvas over the picture's; the same in height
            and width.
        max_ratio: largest.
        fill: colour of the canvas, red, green, blue, 0 to 255.
    """

    def __init__(
        self,
        min_ratio: float = 1.0,
        max_ratio: float = 4.0,
        fill: list[int] = MEAN_COLOUR,
    ):
        check_at_least("min_ratio", min_ratio, 1.0)
        check_order("min_ratio", min_ratio, "max_ratio", max_ratio)
        check_fill(fill)
        self.ratios = (min_ratio, max_ratio)
        self.fill = fill

    def __call__(self, sample, seed):
        """Lay a sample on a canvas."""
        seeds = tf.random.split(seed)
        ratio = draws.uniform(seeds[0], *self.ratios)
        size = size_of(sample)
        canvas = tf.cast(tf.round(tf.cast(size, tf.float32) * ratio), tf.int32)
        top_left = draws.whole(seeds[1], 0, canvas - size, [2])
        return place(sample, top_left, canvas, self.fill)
