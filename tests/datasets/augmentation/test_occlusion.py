"""What is seen beside covers and through windows, against a count of pixels."""

import numpy as np
import pytest
import tensorflow as tf

from luminet.datasets.augmentation.occlusion import seen_beside, seen_through
from tests.datasets.augmentation.scene import bounds


def call(function, boxes, covers):
    as_boxes = [
        tf.constant(np.reshape(b, [-1, 4]), tf.float32) for b in (boxes, covers)
    ]
    return [result.numpy() for result in function(*as_boxes)]


def filled(box, size=40):
    mask = np.zeros([size, size], bool)
    y1, x1, y2, x2 = box
    mask[y1:y2, x1:x2] = True
    return mask


def random_boxes(rng, count):
    corners = rng.integers(0, 30, (count, 2))
    return np.concatenate([corners, corners + rng.integers(1, 11, (count, 2))], axis=1)


@pytest.mark.parametrize("function", [seen_beside, seen_through])
@pytest.mark.parametrize("num_covers", [0, 1, 2, 12])
def test_what_is_seen_is_what_pixels_say(function, num_covers, rng):
    for _ in range(20):
        boxes, covers = random_boxes(rng, 8), random_boxes(rng, num_covers)
        covered = np.any(
            [filled(cover) for cover in covers] or [filled([0] * 4)], axis=0
        )
        seen, shares = call(function, boxes, covers)
        for box, seen_box, share in zip(boxes, seen, shares, strict=True):
            visible = filled(box) & (covered == (function is seen_through))
            assert bounds(visible) is None or bounds(visible) == seen_box.tolist()
            assert share == pytest.approx(visible.sum() / filled(box).sum(), abs=1e-6)


def test_a_cover_over_one_end_shortens_a_box():
    seen, shares = call(seen_beside, [10, 10, 20, 30], [0, 5, 25, 16])
    assert seen.tolist() == [[10, 16, 20, 30]]
    assert shares == pytest.approx(0.7)


def test_a_cover_in_the_middle_leaves_the_box_as_it_is():
    seen, shares = call(seen_beside, [10, 10, 20, 30], [0, 15, 25, 20])
    assert seen.tolist() == [[10, 10, 20, 30]]
    assert shares == pytest.approx(0.75)


def test_two_covers_hide_together_what_neither_hides_alone():
    covers = [[10, 10, 15, 20], [15, 5, 25, 18]]
    seen, shares = call(seen_beside, [10, 10, 20, 30], covers)
    assert seen.tolist() == [[10, 18, 20, 30]]
    assert shares == pytest.approx(0.55)


def test_what_is_not_covered_is_seen_wholly_even_at_fractions_of_pixels():
    box = [0.1, 0.7, 33.3, 21.9]
    seen, shares = call(seen_beside, box, [34.0, 0.0, 40.0, 21.9])
    assert shares.tolist() == [1.0]
    np.testing.assert_array_equal(seen, np.float32([box]))


def test_what_only_touches_a_window_is_not_seen():
    seen, shares = call(seen_through, [10, 10, 20, 20], [10, 20, 20, 30])
    assert shares.tolist() == [0.0] and seen.tolist() == [[0, 0, 0, 0]]


@pytest.mark.parametrize("function", [seen_beside, seen_through])
def test_no_boxes_are_fine(function):
    seen, shares = call(function, [], [[0, 0, 5, 5]])
    assert seen.shape == (0, 4) and shares.shape == (0,)
