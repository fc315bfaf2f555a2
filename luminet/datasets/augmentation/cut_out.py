"""Cover a part of a picture."""

import tensorflow as tf

from luminet.datasets.augmentation import draws, objects, pixels
from luminet.datasets.augmentation.geometry import size_of
from luminet.datasets.augmentation.limits import (
    check_between,
    check_fill,
    check_order,
    check_share,
)
from luminet.datasets.augmentation.occlusion import seen_beside
from luminet.datasets.augmentation.step import Step


class CutOut(Step):
    """Cover a rectangle with plain colour (Cutout, Random Erasing).

    Objects behind it shrink to what is seen beside it. For several rectangles, list
    the step several times.

    Args:
        min_scale: smallest side of the rectangle, as a share of the picture's.
        max_scale: largest.
        min_visible: share of an object that must be seen, see `objects`.
        fill: colour, red, green, blue, 0 to 255.
    """

    def __init__(
        self,
        min_scale: float = 0.1,
        max_scale: float = 0.4,
        min_visible: float = 0.3,
        fill: list[int] = pixels.MEAN_COLOUR,
    ):
        check_between("min_scale", min_scale, 0.01, 1.0)
        check_between("max_scale", max_scale, 0.01, 1.0)
        check_order("min_scale", min_scale, "max_scale", max_scale)
        check_share("min_visible", min_visible)
        check_fill(fill)
        self.scales = (min_scale, max_scale)
        self.min_visible = min_visible
        self.fill = fill

    def __call__(self, sample, seed):
        """Cover a part of a sample."""
        seeds = tf.random.split(seed)
        size = size_of(sample)
        scales = draws.uniform(seeds[0], *self.scales, [2])
        sides = tf.cast(tf.round(scales * tf.cast(size, tf.float32)), tf.int32)
        sides = tf.maximum(sides, 1)
        top_left = draws.whole(seeds[1], 0, size - sides, [2])
        cover = tf.cast(tf.concat([top_left, top_left + sides], axis=0), tf.float32)
        boxes, shares = seen_beside(sample["boxes"], cover[None])
        hole = pixels.plain(sides, self.fill, sample["image"].dtype)
        image = pixels.insert(sample["image"], hole, top_left)
        covered = {**sample, "image": image}
        return objects.reduce_to(covered, boxes, self.min_visible, shares)
