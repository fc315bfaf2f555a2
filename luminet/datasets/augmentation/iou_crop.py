"""Cut out a window that overlaps some object as much as is asked for."""

import tensorflow as tf

from luminet.datasets.augmentation import draws
from luminet.datasets.augmentation.geometry import crop, size_of
from luminet.datasets.augmentation.limits import (
    check_at_least,
    check_between,
    check_choices,
    check_share,
)
from luminet.datasets.augmentation.objects import areas
from luminet.datasets.augmentation.step import Step, change_if

# Windows that are tried, all at once; if none fits, the sample stays as it is.
TRIALS = 50


class IoUCrop(Step):
    """Cut out a window whose IoU with an object that stays is high enough (SSD).

    A sample without objects stays as it is.

    Args:
        min_ious: one of them is the IoU that is asked for this time.
        min_scale: smallest side of a window, as a share of the picture's.
        max_aspect_ratio: longest side of a window over its shortest.
        min_visible: share of an object that must be in the window, see `objects`.
    """

    def __init__(
        self,
        min_ious: list[float] = (0.1, 0.3, 0.5, 0.7, 0.9),
        min_scale: float = 0.3,
        max_aspect_ratio: float = 2.0,
        min_visible: float = 0.3,
    ):
        check_choices(
            "min_ious", min_ious, "numbers in [0, 1]", lambda value: 0 <= value <= 1
        )
        check_between("min_scale", min_scale, 0.01, 1.0)
        check_at_least("max_aspect_ratio", max_aspect_ratio, 1.0)
        check_share("min_visible", min_visible)
        self.min_ious = [float(value) for value in min_ious]
        self.min_scale = min_scale
        self.max_aspect_ratio = max_aspect_ratio
        self.min_visible = min_visible

    def __call__(self, sample, seed):
        """Cut the first of the windows that fit out of a sample."""
        seeds = tf.random.split(seed, 3)
        top_lefts, sizes = self._windows(size_of(sample), seeds[:2])
        min_iou = draws.choice(seeds[2], self.min_ious)
        fits = self._fits(sample["boxes"], top_lefts, sizes, min_iou)
        first = tf.argmax(tf.cast(fits, tf.int32))
        return change_if(
            tf.reduce_any(fits),
            lambda: crop(sample, top_lefts[first], sizes[first], self.min_visible),
            sample,
        )

    def _windows(self, limit, seeds):
        """First pixels and sizes, int32 `[T, 2]` each."""
        scales = draws.uniform(seeds[0], self.min_scale, 1.0, [TRIALS, 2])
        sizes = tf.cast(tf.round(scales * tf.cast(limit, tf.float32)), tf.int32)
        sizes = tf.maximum(sizes, 1)
        return draws.whole(seeds[1], 0, limit - sizes, [TRIALS, 2]), sizes

    def _fits(self, boxes, top_lefts, sizes, min_iou):
        windows = tf.cast(tf.concat([top_lefts, top_lefts + sizes], 1), tf.float32)
        overlaps = _overlaps(boxes, windows)  # [T, N]
        unions = areas(boxes) + areas(windows)[:, None] - overlaps
        visible = tf.math.divide_no_nan(overlaps, areas(boxes)) >= self.min_visible
        enough = tf.math.divide_no_nan(overlaps, unions) >= min_iou
        sides = tf.cast(sizes, tf.float32)
        ratios = tf.reduce_max(sides, axis=1) / tf.reduce_min(sides, axis=1)
        slim = ratios > self.max_aspect_ratio
        return tf.reduce_any(visible & enough, axis=1) & ~slim


def _overlaps(boxes, windows):
    """Square pixels that windows `[T, 4]` share with boxes `[N, 4]`: `[T, N]`."""
    windows = windows[:, None]
    top_left = tf.maximum(boxes[:, :2], windows[..., :2])
    bottom_right = tf.minimum(boxes[:, 2:], windows[..., 2:])
    return areas(tf.concat([top_left, bottom_right], axis=-1))
