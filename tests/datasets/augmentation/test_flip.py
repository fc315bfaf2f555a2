"""Mirrored pictures, and how often they are."""

import numpy as np
import pytest
import tensorflow as tf

from luminet.datasets.augmentation.flip import (
    Flip,
    flip_both,
    flip_horizontally,
    flip_vertically,
)
from tests.datasets.augmentation.scene import run, scene, single

UPRIGHT = [1, 2, 5, 8]
MIRRORED = {
    flip_horizontally: [1, 12, 5, 18],
    flip_vertically: [5, 2, 9, 8],
    flip_both: [5, 12, 9, 18],
}
every_way = pytest.mark.parametrize("flip", MIRRORED)


@every_way
def test_rows_and_columns_are_counted_from_the_other_side(flip):
    flipped = flip(scene((10, 20), [UPRIGHT]))
    np.testing.assert_array_equal(flipped["boxes"], [MIRRORED[flip]])


@every_way
def test_flipping_twice_changes_nothing(flip, rng):
    pixels = rng.integers(0, 256, (7, 9, 3)).astype(np.uint8)
    boxes = np.float32([[0, 1, 2, 3.5], [0, 0, 7, 9]])
    twice = flip(flip({"image": pixels, "boxes": boxes}))
    np.testing.assert_array_equal(twice["image"], pixels)
    np.testing.assert_array_equal(twice["boxes"], boxes)


def frequencies(**settings):
    """How often each of the four views appears in 2000 pictures."""
    results = run(single("flip", **settings), scene((10, 20), [UPRIGHT]), 2000)
    views = [UPRIGHT, *MIRRORED.values()]
    seen = [views.index(result["boxes"][0].tolist()) for result in results]
    return np.bincount(seen, minlength=4) / 2000


@pytest.mark.parametrize(
    "settings, expected",
    [
        ({"prob": 0.5, "vertical": False}, [0.5, 0.5, 0, 0]),
        ({"prob": 0.5, "horizontal": False, "vertical": True}, [0.5, 0, 0.5, 0]),
        ({"prob": 0.75, "vertical": True}, [0.25, 0.25, 0.25, 0.25]),
        ({"prob": 1.0, "vertical": True}, [0, 1 / 3, 1 / 3, 1 / 3]),
        ({"prob": 0.0}, [1, 0, 0, 0]),
        ({"prob": 1.0, "vertical": False}, [0, 1, 0, 0]),
    ],
)
def test_views_are_as_frequent_as_was_asked(settings, expected):
    expected = np.array(expected)
    four_deviations = 4 * np.sqrt(expected * (1 - expected) / 2000)
    assert (np.abs(frequencies(**settings) - expected) <= four_deviations).all()


def test_flips_one_after_the_other_are_independent():
    """Two steps of one list share no draws."""
    from luminet.datasets.augmentation.augmentation import Augmentation

    steps = [{"flip": {}}, {"flip": {"horizontal": False, "vertical": True}}]
    results = run(Augmentation(steps), scene((10, 20), [UPRIGHT]), 2000)
    boxes = np.concatenate([result["boxes"] for result in results])
    same = (boxes[:, 1] == 12) == (boxes[:, 0] == 5)
    assert abs(same.mean() - 0.5) < 4 * 0.5 / 2000**0.5


def test_pixels_and_boxes_alone_are_enough():
    image, boxes = tf.zeros([4, 4, 3]), tf.zeros([0, 4])
    assert {*Flip()({"image": image, "boxes": boxes}, [0, 0])} == {"image", "boxes"}


def test_a_flip_that_may_do_nothing_is_refused():
    with pytest.raises(ValueError, match="`horizontal` or `vertical` must be true"):
        Flip(horizontal=False)
