"""ResNet v1.5: how it differs from Keras' own."""

import keras
import numpy as np
import pytest

from luminet.models import resnet


@pytest.fixture(scope="module")
def network():
    return resnet.ResNet50V15(input_shape=(None, None, 3))


def test_the_middle_convolution_of_a_block_halves(network):
    assert network.get_layer("conv3_block1_1_conv").strides == (1, 1)
    assert network.get_layer("conv3_block1_2_conv").strides == (2, 2)
    assert network.get_layer("conv3_block1_0_conv").strides == (2, 2)


def test_layers_are_named_as_in_keras(network):
    known = keras.applications.ResNet50(
        include_top=False, weights=None, input_shape=(None, None, 3)
    )
    ours = {layer.name for layer in network.layers if layer.weights}
    assert ours == {layer.name for layer in known.layers if layer.weights}


def test_convolutions_have_the_kernels_of_keras_resnet_and_no_bias(network):
    known = keras.applications.ResNet50(
        include_top=False, weights=None, input_shape=(None, None, 3)
    )
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv2D):
            assert layer.kernel.shape == known.get_layer(layer.name).kernel.shape
            assert not layer.use_bias


def test_weights_are_read_from_a_file(network, tmp_path):
    file = tmp_path / "resnet.weights.h5"
    network.save_weights(file)
    again = resnet.ResNet50V15(input_shape=(None, None, 3), weights=str(file))
    for before, after in zip(network.weights, again.weights, strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("wrong", [{"weights": "imagenet"}, {"include_top": True}])
def test_what_does_not_exist_is_refused(wrong):
    with pytest.raises(ValueError, match="top|ImageNet"):
        resnet.ResNet50V15(input_shape=(None, None, 3), **wrong)
