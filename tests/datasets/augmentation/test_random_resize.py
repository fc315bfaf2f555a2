"""Several sizes of pictures: what the resize that follows makes of it."""

from collections import Counter

import numpy as np
import pytest

from luminet.datasets.augmentation.random_resize import RandomResize
from luminet.datasets.transforms import Resize
from tests.datasets.augmentation.scene import (
    assert_boxes_are_on_their_objects,
    run,
    scene,
    single,
)


def resized(min_size, max_size, factors, seeds, prob=1.0):
    augmentation = single("random_resize", prob, factors=factors)
    resize = Resize(min_size, max_size)
    results = run(lambda *call: resize(augmentation(*call)), scene(), seeds)
    return results


def test_shorter_side_is_that_of_the_resize_times_a_factor():
    results = resized(60, 1000, [0.5, 1.0, 1.5], 60)
    counts = Counter(result["image"].shape[:2] for result in results)
    assert {*counts} == {(30, 40), (60, 80), (90, 120)}
    assert min(counts.values()) > 8


def test_boxes_are_on_their_objects():
    for result in resized(60, 1000, [0.5, 0.8, 1.3], 10):
        assert_boxes_are_on_their_objects(result, tolerance=1.0)


def test_longer_side_never_exceeds_what_the_resize_allows():
    for result in resized(60, 90, [2.0, 3.0], 4):
        assert result["image"].shape[1] == 90


def test_without_the_step_nothing_changes():
    without = run(lambda sample, *_: Resize(30, 60)(sample), scene(), 1)[0]
    for result in resized(30, 60, [0.5], 3, prob=0.0):
        np.testing.assert_array_equal(result["image"], without["image"])


@pytest.mark.parametrize("factors", [[], [0.0], [1.0, -1.0]])
def test_factors_that_make_no_sense_are_refused(factors):
    with pytest.raises(ValueError, match="`factors` must be a list of one or more"):
        RandomResize(factors)
