"""Sampled anchors alone send gradients back, and those of all are the same."""

import numpy as np
import pytest
import tensorflow as tf

from luminet.models.faster_rcnn.rpn import RPNHead
from luminet.models.faster_rcnn.rpn_samples import score_anchors, teach_samples

SIZES = [(5, 7), (3, 4), (1, 2)]
CHANNELS, PER_CELL = 6, 3
NUM_ANCHORS = PER_CELL * sum(height * width for height, width in SIZES)


@pytest.fixture(params=[1, 2, 3])
def head(request):
    """A head of one convolution or more, with weights and biases that matter."""
    head = RPNHead(
        PER_CELL, 8, request.param, *["he_normal"] * 3, name=f"head_{request.param}"
    )
    head(levels(0))
    rng = np.random.default_rng(3)
    for weight in head.weights:
        if weight.path.endswith("bias"):
            weight.assign(rng.normal(0, 0.5, weight.shape))
    return head


def levels(seed):
    rng = np.random.default_rng(seed)
    return [
        tf.constant(rng.normal(size=[2, *size, CHANNELS]), tf.float32) for size in SIZES
    ]


def test_every_anchor_has_its_score(head):
    features = levels(1)
    order = np.random.default_rng(0).permutation(NUM_ANCHORS)
    indices = tf.constant([order, order[::-1]], tf.int32)
    logits, deltas = (
        tf.gather(values, indices, axis=1, batch_dims=1) for values in head(features)
    )
    own_logits, own_deltas = score_anchors(head, features, indices)
    np.testing.assert_allclose(own_logits, tf.reshape(logits, [-1]), atol=2e-5)
    np.testing.assert_allclose(own_deltas, tf.reshape(deltas, [-1, 4]), atol=2e-5)


def test_gradients_are_those_of_all_anchors(head):
    """A loss of the samples has the same gradients by either way."""
    features, rng = levels(2), np.random.default_rng(1)
    indices = np.stack([rng.permutation(NUM_ANCHORS)[:120] for _ in range(2)])
    indices = tf.constant(indices, tf.int32)
    mask = np.zeros([2, NUM_ANCHORS], bool)
    np.put_along_axis(mask, indices.numpy(), True, axis=1)

    def gradients(teach):
        with tf.GradientTape() as tape:
            tape.watch(features)
            logits, deltas = head(features)
            if teach:
                logits, deltas = teach_samples(head, features, indices, logits, deltas)
            squares = tf.square(logits) + tf.reduce_sum(tf.sin(deltas), -1)
            loss = tf.reduce_sum(tf.where(mask, squares, 0.0))
        targets = [*features, *(weight.value for weight in head.trainable_weights)]
        return loss, tape.gradient(loss, targets)

    (loss, dense), (own_loss, own) = gradients(False), gradients(True)
    np.testing.assert_allclose(own_loss, loss, rtol=1e-5)
    assert all(np.abs(gradient).max() > 0.01 for gradient in dense)
    for ours, theirs in zip(own, dense, strict=True):
        assert np.abs(theirs).max() > 0.01
        np.testing.assert_allclose(ours, theirs, atol=2e-4)


def test_what_is_not_sampled_teaches_nothing(head):
    features = levels(2)
    indices = tf.constant([[0, 5], [7, 3]], tf.int32)
    with tf.GradientTape() as tape:
        logits, deltas = teach_samples(head, features, indices, *head(features))
        others = tf.reduce_sum(logits[:, 20:]) + tf.reduce_sum(deltas[:, 20:])
    gradient = tape.gradient(others, head.shared[0].kernel.value)
    assert np.abs(gradient).max() == 0
