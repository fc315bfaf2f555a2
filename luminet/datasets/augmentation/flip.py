"""Mirror a picture."""

import tensorflow as tf

from luminet.datasets.augmentation import draws
from luminet.datasets.augmentation.step import Step


class Flip(Step):
    """Mirror a sample.

    With both directions, one of three happens, each as often as the others:
    horizontally, vertically, or both. A `prob` of 0.75 then makes all four views of a
    picture equally likely.

    Args:
        horizontal: whether left and right may change places.
        vertical: whether top and bottom may.
    """

    def __init__(self, horizontal: bool = True, vertical: bool = False):
        if not (horizontal or vertical):
            raise ValueError(
                "`horizontal` or `vertical` must be true, else nothing can happen. "
                f"Received: horizontal={horizontal}, vertical={vertical}"
            )
        ways = {
            flip_horizontally: horizontal,
            flip_vertically: vertical,
            flip_both: horizontal and vertical,
        }
        self.ways = [way for way, allowed in ways.items() if allowed]

    def __call__(self, sample, seed):
        """Mirror a sample in one of the ways."""
        if len(self.ways) == 1:
            return self.ways[0](sample)
        branches = [lambda way=way: way(sample) for way in self.ways]
        return tf.switch_case(draws.whole(seed, 0, len(branches) - 1), branches)


def flip_horizontally(sample):
    """Let left and right of a sample change places."""
    width = tf.cast(tf.shape(sample["image"])[1], tf.float32)
    y1, x1, y2, x2 = tf.unstack(sample["boxes"], axis=1)
    boxes = tf.stack([y1, width - x2, y2, width - x1], axis=1)
    return {**sample, "image": tf.reverse(sample["image"], [1]), "boxes": boxes}


def flip_vertically(sample):
    """Let top and bottom of a sample change places."""
    height = tf.cast(tf.shape(sample["image"])[0], tf.float32)
    y1, x1, y2, x2 = tf.unstack(sample["boxes"], axis=1)
    boxes = tf.stack([height - y2, x1, height - y1, x2], axis=1)
    return {**sample, "image": tf.reverse(sample["image"], [0]), "boxes": boxes}


def flip_both(sample):
    """Flip in both directions: half a turn."""
    return flip_horizontally(flip_vertically(sample))
