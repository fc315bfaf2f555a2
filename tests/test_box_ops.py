"""Box geometry, against numbers worked out by hand, torchvision, and its own laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from luminet import box_ops
from tests.oracle import load

UNIT = [0.0, 0.0, 10.0, 10.0]
FEW = settings(max_examples=60, deadline=None)
PIXELS = st.floats(0, 1300, width=32)


@st.composite
def boxes(draw, count=4, min_side=1.0):
    corners = draw(hnp.arrays(np.float32, [count, 2], elements=PIXELS))
    sides = st.floats(min_side, 800, width=32)
    return np.concatenate(
        [corners, corners + draw(hnp.arrays(np.float32, [count, 2], elements=sides))],
        axis=1,
    )


@pytest.mark.parametrize(
    "other, expected",
    [
        pytest.param(UNIT, 1.0, id="same"),
        pytest.param([0.0, 0.0, 10.0, 5.0], 0.5, id="left half"),
        pytest.param([5.0, 5.0, 15.0, 15.0], 25.0 / 175.0, id="corner"),
        pytest.param([0.0, 10.0, 10.0, 20.0], 0.0, id="touching"),
        pytest.param([4.0, 4.0, 4.0, 4.0], 0.0, id="empty"),
        pytest.param([8.0, 8.0, 2.0, 2.0], 0.0, id="inside out"),
    ],
)
def test_pairwise_iou(other, expected):
    iou = box_ops.pairwise_iou(np.float32([UNIT]), np.float32([other]))
    np.testing.assert_allclose(iou, [[expected]], rtol=1e-6)


def test_pairwise_iou_of_two_empty_boxes_is_zero():
    empty = np.zeros([1, 4], np.float32)
    np.testing.assert_array_equal(box_ops.pairwise_iou(empty, empty), [[0.0]])


def test_pairwise_iou_of_whole_boxes_counts_pixels(rng):
    corners = rng.integers(0, 20, [12, 2])
    whole = np.concatenate([corners, corners + rng.integers(1, 12, [12, 2])], axis=1)
    masks = np.zeros([12, 40, 40], bool)
    for mask, (y1, x1, y2, x2) in zip(masks, whole, strict=True):
        mask[y1:y2, x1:x2] = True
    both = (masks[:, None] & masks[None]).sum((2, 3))
    either = (masks[:, None] | masks[None]).sum((2, 3))
    iou = box_ops.pairwise_iou(*[whole.astype(np.float32)] * 2)
    np.testing.assert_allclose(iou, both / either, atol=1e-6)


def test_pairwise_iou_equals_torchvision():
    oracle = load("iou")
    iou = box_ops.pairwise_iou(oracle["boxes_a"], oracle["boxes_b"])
    np.testing.assert_allclose(iou, oracle["iou"], atol=1e-6)


def test_pairwise_coverage_is_a_part_of_the_first_box():
    region = np.float32([[0, 0, 10, 5]])
    covered = box_ops.pairwise_coverage(np.float32([UNIT, [0, 0, 2, 2]]), region)
    np.testing.assert_allclose(covered, [[0.5], [1.0]])


@FEW
@given(boxes(), boxes())
def test_pairwise_iou_is_symmetric_and_a_fraction(a, b):
    iou = np.asarray(box_ops.pairwise_iou(a, b))
    np.testing.assert_array_equal(iou, np.asarray(box_ops.pairwise_iou(b, a)).T)
    assert (iou >= 0).all()
    assert (iou <= 1 + 1e-6).all()


@FEW
@given(boxes())
def test_pairwise_iou_of_a_box_with_itself_is_one(a):
    iou = np.asarray(box_ops.pairwise_iou(a, a))
    np.testing.assert_allclose(np.diag(iou), 1.0, rtol=1e-5)


@FEW
@given(boxes(min_side=8), boxes(min_side=8), st.integers(-500, 500))
def test_pairwise_iou_does_not_change_when_both_move(a, b, shift):
    moved = box_ops.pairwise_iou(a + np.float32(shift), b + np.float32(shift))
    np.testing.assert_allclose(moved, box_ops.pairwise_iou(a, b), atol=1e-3)


@FEW
@given(boxes(min_side=8), boxes(min_side=8))
def test_pairwise_iou_does_not_change_with_the_scale(a, b):
    scaled = box_ops.pairwise_iou(a * np.float32(2), b * np.float32(2))
    np.testing.assert_allclose(scaled, box_ops.pairwise_iou(a, b), atol=1e-5)


@pytest.mark.parametrize("weights", ["rpn", "rcnn"])
def test_encode_equals_torchvision(weights):
    oracle = load("box_coder")
    deltas = box_ops.encode(oracle["boxes"], oracle["anchors"])
    deltas = np.asarray(deltas) * oracle[f"{weights}_weights"]
    np.testing.assert_allclose(deltas, oracle[f"{weights}_encoded"], atol=1e-4)


@pytest.mark.parametrize("weights", ["rpn", "rcnn"])
def test_decode_equals_torchvision(weights):
    oracle = load("box_coder")
    deltas = oracle[f"{weights}_deltas"] / oracle[f"{weights}_weights"]
    decoded = box_ops.decode(deltas, oracle["anchors"])
    np.testing.assert_allclose(
        decoded, oracle[f"{weights}_decoded"], rtol=1e-5, atol=2e-3
    )


def test_encode_order_is_y_x():
    deltas = box_ops.encode(np.float32([[1, 0, 11, 20]]), np.float32([UNIT]))
    np.testing.assert_allclose(deltas, [[0.1, 0.5, 0.0, np.log(2.0)]], atol=1e-6)


def test_encode_of_an_empty_box_is_finite():
    deltas = box_ops.encode(np.zeros([1, 4], np.float32), np.float32([UNIT]))
    assert np.isfinite(np.asarray(deltas)).all()


@FEW
@given(boxes(), boxes())
def test_decode_undoes_encode(a, b):
    decoded = box_ops.decode(box_ops.encode(a, b), b)
    # A side may grow 62.5-fold at most: further, decode stops on purpose.
    side, other = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
    within = (side / other < 62).all(axis=1)
    np.testing.assert_allclose(np.asarray(decoded)[within], a[within], atol=0.05)


@FEW
@given(boxes())
def test_decode_of_nothing_is_the_anchor(a):
    decoded = box_ops.decode(np.zeros([4, 4], np.float32), a)
    np.testing.assert_allclose(decoded, a, atol=1e-3)


def test_decode_stops_a_side_from_growing_without_end():
    decoded = box_ops.decode(np.float32([[0, 0, 99, 0]]), np.float32([UNIT]))
    np.testing.assert_allclose(decoded, [[-307.5, 0, 317.5, 10]], rtol=1e-5)


def test_clip_moves_corners_onto_the_border():
    image_size = np.float32([[20, 30]])
    clipped = box_ops.clip(np.float32([[[-5, 3, 25, 40], [21, 0, 25, 9]]]), image_size)
    np.testing.assert_array_equal(clipped, [[[0, 3, 20, 30], [20, 0, 20, 9]]])


@FEW
@given(boxes())
def test_clipping_twice_is_clipping_once(a):
    image_size = np.float32([[600, 800]])
    once = np.asarray(box_ops.clip(a[None], image_size))
    np.testing.assert_array_equal(box_ops.clip(once, image_size), once)
    assert (once <= [600, 800, 600, 800]).all()


def test_inside_allows_a_margin():
    image_size = np.float32([[20, 30], [10, 10]])
    several = np.float32([[0, 0, 10, 10], [-1, 0, 5, 5], [0, 0, 20, 30]])
    np.testing.assert_array_equal(
        box_ops.inside(several, image_size), [[1, 0, 1], [1, 0, 0]]
    )
    np.testing.assert_array_equal(
        box_ops.inside(several, image_size, margin=1.0), [[1, 1, 1], [1, 1, 0]]
    )
