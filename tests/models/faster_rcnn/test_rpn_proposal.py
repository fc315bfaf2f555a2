"""Proposals, against torchvision's."""

import numpy as np
import pytest

from luminet.models.faster_rcnn.rpn_proposal import RPNProposal
from tests.oracle import load


@pytest.mark.parametrize("case", ["one_level", "three_levels"])
def test_proposals_equal_torchvision(case):
    oracle = load("rpn_proposals")
    proposal = RPNProposal(
        pre_nms=int(oracle["pre_nms"]),
        post_nms=int(oracle["post_nms"]),
        iou_threshold=float(oracle["iou_threshold"]),
        min_size=float(oracle["min_size"]),
    )
    found = proposal(
        oracle[f"{case}_anchors"],
        oracle[f"{case}_logits"],
        oracle[f"{case}_deltas"],
        oracle[f"{case}_level_sizes"].tolist(),
        oracle["image_size"],
        training=False,
    )
    for image, count in enumerate(oracle[f"{case}_counts"]):
        np.testing.assert_allclose(
            found["boxes"][image][:count],
            oracle[f"{case}_proposals"][image][:count],
            atol=1e-3,
        )
        np.testing.assert_allclose(
            found["scores"][image][:count],
            oracle[f"{case}_scores"][image][:count],
            atol=1e-5,
        )
        assert not np.any(found["boxes"][image][count:])


@pytest.mark.parametrize("training", [False, True])
def test_boxes_that_score_too_low_go(training):
    anchors = np.float32([[0, 0, 10, 10], [20, 20, 30, 30], [40, 40, 50, 50]])
    found = RPNProposal(min_score=0.5)(
        anchors,
        np.float32([[0.0, -0.01, 2.0]]),  # 0.5, less, 0.88
        np.zeros([1, 3, 4], np.float32),
        [3],
        np.float32([[60, 60]]),
        training=training,
    )
    kept = np.asarray(found["boxes"][0])
    np.testing.assert_array_equal(kept[:2], anchors[[2, 0]])
    assert not kept[2:].any()


def test_training_has_numbers_of_its_own():
    proposal = RPNProposal(post_nms=1, post_nms_training=3)
    anchors = np.float32([[i * 20, 0, i * 20 + 10, 10] for i in range(4)])
    arguments = (
        anchors,
        np.float32([[1, 2, 3, 4]]),
        np.zeros([1, 4, 4], np.float32),
        [4],
        np.float32([[100, 100]]),
    )
    assert proposal(*arguments, training=False)["boxes"].shape == (1, 1, 4)
    assert proposal(*arguments, training=True)["boxes"].shape == (1, 3, 4)


@pytest.mark.parametrize(
    "wrong", [{"post_nms": 0}, {"iou_threshold": 1.5}, {"min_score": 1.0}]
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RPNProposal(**wrong)
