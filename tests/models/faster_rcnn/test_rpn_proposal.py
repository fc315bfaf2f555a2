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


@pytest.mark.parametrize("wrong", [{"post_nms": 0}, {"iou_threshold": 1.5}])
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RPNProposal(**wrong)
