"""Cut a random window out of a picture."""

import tensorflow as tf

from luminet.datasets.augmentation import draws
from luminet.datasets.augmentation.geometry import crop, size_of
from luminet.datasets.augmentation.limits import check_at_least, check_share
from luminet.datasets.augmentation.step import Step, change_if


class Patch(Step):
    """Cut out a window of random size and place.

    A sample that would lose all its objects stays as it is.

    Args:
        min_height: pixels; a picture that has fewer keeps its height.
        min_width: pixels, likewise.
        min_visible: share of an object that must be in the window, see `objects`;
            1 keeps whole ones only.
    """

    def __init__(
        self, min_height: int = 600, min_width: int = 600, min_visible: float = 0.3
    ):
        check_at_least("min_height", min_height, 1)
        check_at_least("min_width", min_width, 1)
        check_share("min_visible", min_visible)
        self.min_size = [min_height, min_width]
        self.min_visible = min_visible

    def __call__(self, sample, seed):
        """Cut a window out of a sample."""
        seeds = tf.random.split(seed)
        limit = size_of(sample)
        size = draws.whole(seeds[0], tf.minimum(self.min_size, limit), limit, [2])
        top_left = draws.whole(seeds[1], 0, limit - size, [2])
        cut = crop(sample, top_left, size, self.min_visible)
        had_some = tf.size(sample["boxes"]) > 0
        loses_all = had_some & (tf.size(cut["boxes"]) == 0)
        return change_if(~loses_all, lambda: cut, sample)
