"""MobileNetV3-Large, padded evenly: how it differs from Keras' own."""

import keras
import numpy as np
import pytest

from luminet.models.mobilenet_v3 import HALVING_BLOCKS, MobileNetV3LargeEven


@pytest.fixture(scope="module")
def network():
    return MobileNetV3LargeEven(weights=None, alpha=0.35)


def test_every_halving_pads_at_the_top_and_on_the_left(network, rng):
    halvings = [f"expanded_conv_{block}_depthwise" for block in HALVING_BLOCKS]
    for name in ["conv", *halvings]:
        layer, pad = network.get_layer(name), network.get_layer(f"{name}_pad")
        assert layer.strides == (2, 2)
        x = rng.normal(size=[1, 8, 8, layer.kernel.shape[2]]).astype("f4")
        # PyTorch pads all sides alike; the last row and column are then not reached.
        side = layer.kernel.shape[0] // 2
        even = np.pad(x, [[0, 0], [side, side], [side, side], [0, 0]])
        np.testing.assert_allclose(layer(pad(x)), layer(even), atol=1e-5)


def test_it_has_the_weights_of_keras_own(network):
    known = keras.applications.MobileNetV3Large(
        include_top=False, weights=None, alpha=0.35, include_preprocessing=False
    )
    ours = [(layer.name, layer.count_params()) for layer in network.layers]
    theirs = [(layer.name, layer.count_params()) for layer in known.layers]
    assert [each for each in ours if each[1]] == [each for each in theirs if each[1]]


def test_there_is_no_top():
    with pytest.raises(ValueError, match="include_top"):
        MobileNetV3LargeEven(include_top=True, weights=None)
