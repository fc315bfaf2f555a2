"""Turn a picture by quarters."""

import tensorflow as tf

from luminet.datasets.augmentation import draws
from luminet.datasets.augmentation.flip import flip_both, flip_horizontally
from luminet.datasets.augmentation.limits import check_choices
from luminet.datasets.augmentation.step import Step


class Turn(Step):
    """Turn a sample by one of some angles.

    Args:
        angles: degrees, counter-clockwise: 90, 180 or 270.
    """

    def __init__(self, angles: list[int] = (90, 180, 270)):
        check_choices("angles", angles, "of 90, 180, 270", TURNS.__contains__)
        self.turns = [TURNS[angle] for angle in angles]

    def __call__(self, sample, seed):
        """Turn a sample; height and width change places with a quarter."""
        branches = [lambda turn=turn: turn(sample) for turn in self.turns]
        return tf.switch_case(draws.whole(seed, 0, len(branches) - 1), branches)


def transpose(sample):
    """Let rows and columns of a sample change places."""
    y1, x1, y2, x2 = tf.unstack(sample["boxes"], axis=1)
    boxes = tf.stack([x1, y1, x2, y2], axis=1)
    image = tf.transpose(sample["image"], [1, 0, 2])
    return {**sample, "image": image, "boxes": boxes}


def turn_left(sample):
    """Turn a sample by 90 degrees, counter-clockwise."""
    return transpose(flip_horizontally(sample))


def turn_right(sample):
    """Turn a sample by 90 degrees, clockwise."""
    return flip_horizontally(transpose(sample))


TURNS = {90: turn_left, 180: flip_both, 270: turn_right}
