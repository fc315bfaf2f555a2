"""The first stage: its head, its losses against torchvision's, its precision."""

import keras
import numpy as np
import pytest

from luminet.models.anchors import Anchors
from luminet.models.faster_rcnn.rpn import RPN, RPNHead
from tests.oracle import load


def test_head_orders_its_outputs_as_the_anchors():
    head = RPNHead(anchors_per_cell=2, channels=4)
    feature = np.zeros([1, 3, 5, 6], np.float32)
    head([feature])
    # Every weight zero but one bias for each of a cell's anchors.
    head.set_weights([np.zeros_like(w) for w in head.get_weights()])
    head.objectness.bias.assign([1.0, 2.0])
    head.box_deltas.bias.assign([1, 2, 3, 4, 5, 6, 7, 8])
    logits, deltas = head([feature])
    np.testing.assert_array_equal(logits, [[1, 2] * 15])
    np.testing.assert_array_equal(deltas, [[[1, 2, 3, 4], [5, 6, 7, 8]] * 15])


def test_head_shares_its_weights_over_levels():
    head = RPNHead(anchors_per_cell=3, channels=4)
    small, large = np.ones([2, 2, 2, 6], "f4"), np.ones([2, 4, 4, 6], "f4")
    logits, deltas = head([large, small])
    assert logits.shape == (2, 60)
    assert deltas.shape == (2, 60, 4)
    assert len(head.trainable_weights) == 6


def test_head_may_have_more_convolutions_in_a_row():
    head = RPNHead(anchors_per_cell=3, channels=4, num_convolutions=2)
    # Every kernel looks one cell around: two of them reach two cells far.
    feature = np.zeros([1, 7, 7, 1], np.float32)
    head([feature])
    for layer in [*head.shared, head.objectness]:
        layer.kernel.assign(np.ones(layer.kernel.shape))
    feature[0, 3, 3] = 1.0
    logits = np.reshape(head([feature])[0], [7, 7, 3])
    assert (logits[1:6, 1:6] > 0).all()
    assert (logits > 0).sum() == 5 * 5 * 3


def test_head_without_convolutions_is_refused():
    with pytest.raises(ValueError, match="num_convolutions=0"):
        RPNHead(anchors_per_cell=3, num_convolutions=0)


def test_losses_equal_torchvision():
    oracle = load("losses")
    rpn = RPN(Anchors([16], [[32.0]]), None, None, None, beta=float(oracle["beta"]))
    losses = rpn.compute_losses(
        {
            "labels": oracle["rpn_labels"],
            "logits": oracle["rpn_logits"],
            "deltas": oracle["rpn_deltas"],
            "target_deltas": oracle["rpn_target_deltas"],
        }
    )
    # torchvision divides by the samples of the batch, luminet by those of each image.
    share = (oracle["rpn_labels"] >= 0).sum(axis=1)
    share = share / share.sum()
    np.testing.assert_allclose(
        np.sum(losses["rpn_class"] * share), oracle["rpn_objectness_loss"], rtol=1e-5
    )
    np.testing.assert_allclose(
        np.sum(losses["rpn_box"] * share), oracle["rpn_box_loss"], rtol=1e-5
    )


def test_boxes_stay_float32_in_mixed_precision():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        logits, deltas = RPNHead(3, channels=8)([np.ones([1, 4, 4, 6], "f4")])
    finally:
        keras.config.set_dtype_policy(before)
    assert logits.dtype == deltas.dtype == "float32"


def test_channels_below_one_are_refused():
    with pytest.raises(ValueError, match="channels"):
        RPNHead(3, channels=0)
