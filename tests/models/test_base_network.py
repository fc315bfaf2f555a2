"""Base networks: what they see, and what they give."""

import keras
import numpy as np
import pytest

from luminet.models.architectures import STRIDES
from luminet.models.base_network import BaseNetwork, preprocess

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
