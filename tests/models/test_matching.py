"""Matching and sampling, against torchvision, Detectron2 and the laws of chance."""

import numpy as np
import pytest

from luminet.models import matching
from tests.oracle import load

CASES = ["random", "ties", "limits", "all_low", "detectron2"]


@pytest.mark.parametrize("stage", ["rpn", "rcnn"])
@pytest.mark.parametrize("case", CASES)
def test_labels_equal_torchvisions_matcher(case, stage):
    oracle = load("matcher")
    labels, gt_index = matching.assign(
        oracle[f"{case}_iou"][None],
        float(oracle[f"{stage}_positive_iou"]),
        float(oracle[f"{stage}_negative_iou"]),
        every_object=stage == "rpn",
    )
    np.testing.assert_array_equal(labels[0], oracle[f"{case}_{stage}_labels"])
    matches = np.where(np.asarray(labels[0]) == 1, gt_index[0], -1)
    np.testing.assert_array_equal(matches, oracle[f"{case}_{stage}_matches"])


def test_an_object_that_nothing_touches_makes_nothing_positive():
    iou = load("matcher")["untouched_object_iou"][None]
    labels, _ = matching.assign(iou, 0.7, 0.3, every_object=True)
    np.testing.assert_array_equal(labels, [[1, -1, 0, 0]])


BOXES = np.float32([[0, 0, 10, 10], [0, 0, 10, 4], [50, 50, 60, 60]])
GT_BOXES = np.float32([[[0, 0, 10, 10], [48, 48, 62, 62], [0, 0, 0, 0]]])


def match(gt_classes, gt_ignore):
    return matching.match(
        BOXES, GT_BOXES, np.int32([gt_classes]), np.array([gt_ignore])
    )


def test_padded_objects_overlap_nothing():
    iou, ignored = match([1, -1, -1], [False, False, False])
    np.testing.assert_allclose(iou, [[[1, 0, 0], [0.4, 0, 0], [0, 0, 0]]])
    assert not np.any(ignored)


def test_what_lies_in_an_ignored_object_is_ignored():
    iou, ignored = match([1, 0, -1], [False, True, False])
    np.testing.assert_allclose(iou, [[[1, 0, 0], [0.4, 0, 0], [0, 0, 0]]])
    np.testing.assert_array_equal(ignored, [[False, False, True]])


def test_a_sample_keeps_its_budget_and_its_mask():
    mask = np.ones([3, 1000], bool)
    mask[:, ::2] = False
    count, seeds = np.int32([0, 7, 900]), np.int32([1, 2, 3])
    chosen = np.asarray(matching.sample(mask, count, 900, seeds))
    np.testing.assert_array_equal(chosen.sum(axis=1), [0, 7, 500])
    assert not chosen[~mask].any()


def test_a_sample_of_an_empty_mask_is_empty():
    chosen = matching.sample(np.zeros([1, 10], bool), 5, 5, np.int32([1]))
    assert not np.any(chosen)


def test_a_sample_depends_on_nothing_but_its_own_seed():
    mask = np.ones([2, 200], bool)
    both = np.asarray(matching.sample(mask, 20, 20, np.int32([5, 6])))
    alone = np.asarray(matching.sample(mask[:1], 20, 20, np.int32([6])))
    np.testing.assert_array_equal(both[1], alone[0])
    assert (both[0] != both[1]).any()


def test_every_entry_is_sampled_equally_often():
    # 2,000 draws of 16 of 40: chi-square with 39 degrees of freedom is below 72 in
    # 99.9 % of the cases, and was above 300 where one entry came 1.2 times as often.
    seeds = np.arange(2000, dtype=np.int32)
    chosen = matching.sample(np.ones([2000, 40], bool), 16, 16, seeds)
    counts = np.asarray(chosen).sum(axis=0)
    expected = 2000 * 16 / 40
    # Without replacement within a draw the spread is smaller by (40 - 16) / 39.
    chi_square = ((counts - expected) ** 2 / expected).sum() / (24 / 39)
    assert chi_square < 72


def test_random_keys_have_no_ties():
    keys = np.asarray(matching.random_keys(np.int32([0, 1, -7]), 20_000))
    assert [len(np.unique(row)) for row in keys] == [20_000] * 3
