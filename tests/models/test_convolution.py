"""A convolution with a bias, or with batch normalisation in its place."""

import keras
import numpy as np

from luminet.models.convolution import BATCH_NORM_MOMENTUM, convolution

MAP = np.float32(np.random.default_rng(0).normal(5.0, 2.0, [2, 8, 8, 3]))


def test_without_normalisation_there_is_a_bias():
    layer = convolution(4, 3, "plain", activation="relu")
    assert layer(MAP).shape == (2, 8, 8, 4)
    assert [variable.name for variable in layer.weights] == ["kernel", "bias"]


def test_in_training_the_batch_is_normalised_before_the_activation():
    layer = convolution(4, 1, "normalised", batch_norm=True, activation="relu")
    out = np.asarray(layer(MAP, training=True))
    assert out.min() == 0.0
    np.testing.assert_allclose(out.mean(axis=(0, 1, 2)), 0.4, atol=0.05)
    names = [variable.name for variable in layer.weights]
    assert names == ["kernel", "gamma", "beta", "moving_mean", "moving_variance"]


def test_afterwards_the_remembered_statistics_count():
    layer = convolution(4, 1, "normalised", batch_norm=True)
    layer(MAP, training=True)
    plain = keras.ops.conv(MAP, layer.layers[0].kernel)
    *_, mean, variance = (np.asarray(variable) for variable in layer.weights)
    share = 1.0 - BATCH_NORM_MOMENTUM
    np.testing.assert_allclose(
        mean, share * np.mean(plain, axis=(0, 1, 2)), rtol=1e-4, atol=1e-6
    )
    expected = (plain - mean) / np.sqrt(variance + 1e-5)
    np.testing.assert_allclose(layer(MAP, training=False), expected, atol=1e-4)
