"""The loss of boxes as a setting of both stages."""

import numpy as np
import pytest

from luminet import box_ops
from luminet.checkpoints import build_model
from luminet.config import load_config
from luminet.errors import InputError
from luminet.models.faster_rcnn.rcnn import RCNN
from luminet.models.faster_rcnn.rpn import RPN
from tests.models.faster_rcnn.test_faster_rcnn import (
    SMALL,
    batch,
    losses_and_gradients,
)
from tests.oracle import load

WEIGHTS = np.float32([10, 10, 5, 5])
both = pytest.mark.parametrize("kind", ["iou", "giou"])


def mean_of_positives(oracle, kind, positive):
    """What torchvision's losses of the positive boxes sum up to, over all sampled."""
    return oracle[f"{kind}_losses"][positive].sum() / len(positive)


@both
def test_the_first_stage_takes_the_loss_of_its_anchors(kind):
    oracle = load("overlap_loss")
    positive = np.arange(60) % 3 == 0
    outputs = {
        "anchors": oracle["anchors"],
        "labels": np.int32(positive)[None],
        "logits": np.zeros([1, 60], np.float32),
        "deltas": oracle["deltas"][None],
        "target_deltas": box_ops.encode(oracle["targets"], oracle["anchors"])[None],
    }
    loss = RPN(None, None, None, None, box_loss=kind).compute_losses(outputs)["rpn_box"]
    expected = mean_of_positives(oracle, kind, positive)
    np.testing.assert_allclose(loss, [expected], rtol=1e-5)


@both
def test_the_second_stage_takes_the_loss_of_the_box_of_its_class(kind):
    oracle = load("overlap_loss")
    labels = np.arange(60, dtype=np.int32) % 3  # of two classes; 2 is background
    deltas = np.full([1, 60, 2, 4], 0.5, np.float32)
    own = labels < 2
    deltas[0, own, labels[own]] = oracle["deltas"][own] * WEIGHTS
    outputs = {
        "regions": oracle["anchors"][None],
        "labels": labels[None],
        "logits": np.zeros([1, 60, 3], np.float32),
        "deltas": deltas,
        "target_deltas": box_ops.encode(oracle["targets"], oracle["anchors"])[None],
    }
    rcnn = RCNN(2, *[None] * 4, box_loss=kind, box_weights=WEIGHTS.tolist())
    loss = rcnn.compute_losses(outputs)["rcnn_box"]
    np.testing.assert_allclose(loss, [mean_of_positives(oracle, kind, own)], rtol=1e-5)


@both
@pytest.mark.parametrize(
    "edge", [{}, {"objects": ()}, {"objects": [(20, 20, 20, 20)]}, {"ignore": [0]}]
)
def test_losses_and_gradients_of_the_model_are_finite(kind, edge):
    settings = [f"model.rpn.box_loss={kind}", f"model.rcnn.box_loss={kind}"]
    model = build_model(load_config([], [*SMALL, *settings]))
    losses, gradients = losses_and_gradients(model, batch(**edge))
    for value in [*losses.values(), *gradients]:
        assert np.isfinite(np.asarray(value)).all()


def test_a_loss_that_does_not_exist_is_refused():
    with pytest.raises(InputError, match=r"rpn\.box_loss: must be one of smooth_l1"):
        build_model(load_config([], [*SMALL, "model.rpn.box_loss=l2"]))
