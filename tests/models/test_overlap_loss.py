"""Losses of overlap, against torchvision and by hand."""

import numpy as np
import pytest
import tensorflow as tf

from luminet import box_ops
from luminet.models.overlap_loss import overlap_loss
from tests.oracle import load

both = pytest.mark.parametrize("kind", ["iou", "giou"])


def loss_and_gradient(kind, targets, deltas, anchors):
    deltas = tf.constant(deltas)
    with tf.GradientTape() as tape:
        tape.watch(deltas)
        loss = overlap_loss(kind, box_ops.encode(targets, anchors), deltas, anchors)
    return loss.numpy(), tape.gradient(loss, deltas).numpy()


@both
def test_loss_and_gradient_equal_torchvision(kind):
    oracle = load("overlap_loss")
    loss, gradient = loss_and_gradient(
        kind, oracle["targets"], oracle["deltas"], oracle["anchors"]
    )
    np.testing.assert_allclose(loss, oracle[f"{kind}_losses"], atol=2e-6)
    np.testing.assert_allclose(gradient, oracle[f"{kind}_gradients"], atol=2e-5)


@both
def test_a_box_on_its_object_costs_nothing(kind):
    anchor = np.float32([[10, 20, 30, 60]])
    loss, _ = loss_and_gradient(kind, anchor, np.zeros([1, 4], "f4"), anchor)
    np.testing.assert_allclose(loss, [0.0], atol=1e-6)


def test_only_giou_pulls_boxes_together_that_do_not_touch():
    anchor, target = np.float32([[0, 0, 10, 10]]), np.float32([[0, 20, 10, 30]])
    still = np.zeros([1, 4], np.float32)
    loss, gradient = loss_and_gradient("iou", target, still, anchor)
    np.testing.assert_array_equal(loss, [1.0])
    np.testing.assert_array_equal(gradient, np.zeros([1, 4]))
    loss, gradient = loss_and_gradient("giou", target, still, anchor)
    # A third of the smallest box around both lies between them.
    np.testing.assert_allclose(loss, [1 + 1 / 3], rtol=1e-6)
    assert gradient[0, 1] < 0  # to the right


@both
def test_a_padded_box_is_finite(kind):
    nothing = np.zeros([1, 4], np.float32)
    for target in (nothing, np.float32([[0, 0, 600, 600]])):
        loss, gradient = loss_and_gradient(kind, target, nothing, nothing)
        assert np.isfinite(loss).all()
        assert np.isfinite(gradient).all()
