"""Loss formulas, against PyTorch and closed forms."""

import math

import numpy as np
import pytest
import tensorflow as tf

from luminet.models import losses
from tests.oracle import load


@pytest.mark.parametrize(
    "name, beta", [("beta_ninth", 1 / 9), ("beta_1", 1.0), ("l1", 0.0)]
)
def test_smooth_l1_and_its_gradient_equal_pytorch(name, beta):
    oracle = load("smooth_l1")
    predictions = tf.constant(oracle["predictions"])
    with tf.GradientTape() as tape:
        tape.watch(predictions)
        loss = losses.smooth_l1(oracle["targets"], predictions, beta)
    np.testing.assert_allclose(loss, oracle[f"{name}_losses"], atol=1e-6)
    gradient = tape.gradient(loss, predictions)
    np.testing.assert_allclose(gradient, oracle[f"{name}_gradients"], atol=1e-6)


def test_a_classifier_that_knows_nothing_costs_the_log_of_the_classes():
    loss = losses.softmax_cross_entropy(np.int32([0, 3]), np.zeros([2, 4], np.float32))
    np.testing.assert_allclose(loss, [math.log(4)] * 2, rtol=1e-6)


def test_sigmoid_cross_entropy_is_finite_however_sure_a_logit_is():
    logits = np.float32([0.0, 200.0, -200.0])
    loss = losses.sigmoid_cross_entropy(np.array([True, False, False]), logits)
    np.testing.assert_allclose(loss, [math.log(2), 200.0, 0.0], atol=1e-5)


def test_masked_mean_of_nothing_is_zero():
    none = np.zeros([1, 3], bool)
    mean = losses.masked_mean(np.float32([[1, 2, 3]]), none, np.int32([0]))
    np.testing.assert_array_equal(mean, [0.0])


def test_what_is_masked_has_no_part_in_a_mean_even_if_infinite():
    values = tf.constant([[2.0, math.inf, 4.0]])
    with tf.GradientTape() as tape:
        tape.watch(values)
        mask = np.array([[True, False, True]])
        mean = losses.masked_mean(values, mask, np.int32([2]))
    np.testing.assert_array_equal(mean, [3.0])
    np.testing.assert_array_equal(tape.gradient(mean, values), [[0.5, 0.0, 0.5]])
