"""Base networks: what they see, where they look, and what of them is trained."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from luminet.models.architectures import STRIDES
from luminet.models.base_network import BaseNetwork, preprocess
from tests.models.receptive_field import measure_offsets

SIZE = np.float32([[64, 96]])


def test_features_have_the_strides_that_are_asked_for():
    network = BaseNetwork("mobilenet", strides=STRIDES)
    features = network(np.zeros([1, 64, 96, 3], np.float32), SIZE)
    sizes = [level.shape[1:3] for level in features]
    assert sizes == [(16, 24), (8, 12), (4, 6), (2, 3)]
    single = BaseNetwork("mobilenet")
    (feature,) = single(np.zeros([1, 64, 96, 3], np.float32), SIZE)
    assert feature.shape[:3] == (1, 4, 6)


def test_pixels_of_the_small_efficientnet_v2_end_before_one():
    image = np.float32([[[[255, 0, 128]]]])
    prepared = preprocess(image, np.float32([[1, 1]]), "tf_128")
    np.testing.assert_allclose(prepared[0, 0, 0], [127 / 128, -1, 0])


def test_pixels_are_what_keras_prepares_them_to_be(rng):
    image = rng.uniform(0, 255, [1, 8, 8, 3]).astype(np.float32)
    whole = np.float32([[8, 8]])
    for pixels, application in [
        ("tf", keras.applications.mobilenet_v2),
        ("caffe", keras.applications.resnet50),
        ("caffe", keras.applications.vgg16),
    ]:
        expected = application.preprocess_input(image.copy())
        np.testing.assert_allclose(
            preprocess(image, whole, pixels), expected, atol=1e-4
        )


def test_pixels_of_torch_are_standardised():
    image = np.float32([[[[255, 0, 127.5]]]])
    prepared = preprocess(image, np.float32([[1, 1]]), "torch")
    expected = [(1 - 0.485) / 0.229, -0.456 / 0.224, (0.5 - 0.406) / 0.225]
    np.testing.assert_allclose(prepared[0, 0, 0], expected, rtol=1e-6)


def test_padding_stays_zero_for_the_network():
    image = np.zeros([1, 4, 4, 3], np.float32)
    prepared = np.asarray(preprocess(image, np.float32([[2, 3]]), "caffe"))
    assert (prepared[0, :2, :3] < -100).all()
    assert not prepared[0, 2:].any()
    assert not prepared[0, :, 3:].any()


@pytest.mark.parametrize(
    "architecture",
    ["mobilenet", "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large"],
)
def test_a_cell_of_a_single_map_looks_at_the_middle_of_its_pixels(architecture):
    network = BaseNetwork(architecture, width=0.35)
    (offset,) = measure_offsets(network.trunk, network.strides)
    assert abs(offset) < 0.05


def test_where_a_cell_looks_agrees_with_gradients():
    network = BaseNetwork("mobilenet", width=0.25)
    (offset,) = measure_offsets(network.trunk, network.strides)
    image = tf.fill([1, 512, 512, 3], 1e-6)
    with tf.GradientTape() as tape:
        tape.watch(image)
        cell = tf.reduce_sum(network.trunk(image)[0, 16, 16])
    seen = np.abs(tape.gradient(cell, image)[0].numpy()).sum(axis=(1, 2))
    center = (seen * (np.arange(512) + 0.5)).sum() / seen.sum()
    np.testing.assert_allclose(center / 16 - 16.5, offset, atol=1e-3)


def test_what_lies_before_trainable_from_is_frozen():
    network = BaseNetwork("mobilenet_v2", trainable_from="block_6")
    trained = {variable.path.split("/")[-2] for variable in network.trainable_variables}
    assert "block_6_expand" in trained
    assert "block_12_project" in trained
    assert "block_5_project" not in trained


def test_a_group_may_have_blocks_named_by_letters():
    network = BaseNetwork("efficientnet_v2_b0", trainable_from="block6")
    trained = {variable.path.split("/")[-2] for variable in network.trainable_variables}
    assert "block6a_dwconv2" not in trained  # it is beyond stride 16
    assert "block6a_expand_conv" in trained
    assert "block5e_project_conv" not in trained


def test_a_group_is_not_taken_for_one_with_a_longer_number():
    network = BaseNetwork("mobilenet_v2", trainable_from="block_1")
    trained = {variable.path.split("/")[-2] for variable in network.trainable_variables}
    assert "block_1_expand" in trained
    assert "expanded_conv_project" not in trained


def test_batch_norm_is_frozen_unless_asked_for():
    frozen = BaseNetwork("mobilenet", width=0.25, trainable_from="start")
    assert not any("gamma" in v.path for v in frozen.trainable_variables)
    trained = BaseNetwork(
        "mobilenet", width=0.25, trainable_from="start", train_batch_norm=True
    )
    assert any("gamma" in v.path for v in trained.trainable_variables)


def test_a_frozen_network_trains_nothing():
    assert not BaseNetwork("mobilenet", trainable=False).trainable_variables


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"architecture": "resnet51"}, "did you mean 'resnet\\d+"),
        ({"architecture": "vgg16", "width": 0.5}, "MobileNets"),
        ({"architecture": "vgg16", "trainable_from": "block_9"}, "trainable_from"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        BaseNetwork(**wrong)


def test_weights_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match=r"no/such\.h5, which is no file"):
        BaseNetwork("mobilenet", weights="no/such.h5")


def test_a_download_that_fails_is_told_with_what_to_do(monkeypatch):
    def fail(**options):
        raise Exception("URL fetch failure on https://example.org/weights.h5")

    monkeypatch.setattr(keras.applications, "MobileNet", fail)
    with pytest.raises(ValueError, match="could not be downloaded; .* give a file"):
        BaseNetwork("mobilenet", weights="imagenet")


def test_weights_of_something_else_are_refused(tmp_path):
    file = tmp_path / "other.weights.h5"
    other = keras.Sequential([keras.Input([3]), keras.layers.Dense(2)])
    other.save_weights(file)
    with pytest.raises(ValueError, match="must fit MobileNet"):
        BaseNetwork("mobilenet", weights=str(file))


@pytest.mark.real_data
def test_features_are_those_of_the_classifier_with_its_weights(real_data, rng):
    weights = str(real_data / "weights" / "mobilenet_2_5_224_tf_no_top.weights.h5")
    network = BaseNetwork("mobilenet", weights=weights, width=0.25)
    classifier = keras.applications.MobileNet(
        include_top=False, weights=weights, alpha=0.25, input_shape=(96, 96, 3)
    )
    image = rng.uniform(0, 255, [1, 96, 96, 3]).astype(np.float32)
    (feature,) = network(image, np.float32([[96, 96]]))
    # The one layer that luminet pads otherwise is padded alike for the comparison.
    classifier.get_layer("conv_pad_6").padding = ((1, 0), (1, 0))
    expected = keras.Model(
        classifier.input, classifier.get_layer("conv_pw_11_relu").output
    )(keras.applications.mobilenet.preprocess_input(image.copy()))
    np.testing.assert_allclose(feature, expected, atol=1e-4)
