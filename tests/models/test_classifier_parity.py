"""Features are those of Keras' own classifiers, fed as Keras feeds them."""

import sys

import keras
import numpy as np
import pytest

from luminet.models import classifier
from luminet.models.architectures import ARCHITECTURES, STRIDES
from luminet.models.base_network import BaseNetwork

# One of each family, and of each kind of pixels.
FAMILIES = [
    "mobilenet",
    "mobilenet_v2",
    "mobilenet_v3_small",
    "resnet50",
    "resnet50_v2",
    "vgg19",
    "densenet121",
    "efficientnet_v2_b0",
    "efficientnet_v2_s",
    "convnext_tiny",
]
SIZE = np.float32([[64, 64]])


@pytest.fixture(scope="module", params=FAMILIES)
def network(request):
    yield BaseNetwork(request.param, strides=STRIDES)
    keras.backend.clear_session()


@pytest.fixture
def image(rng):
    return rng.uniform(0, 255, [1, 64, 64, 3]).astype(np.float32)


def make_classifier(network):
    """Keras' classifier with the same weights, and a function that prepares pixels."""
    known = ARCHITECTURES[network.architecture]
    constructor = classifier.find_constructor(known.constructor)
    original = constructor(include_top=False, weights=None, input_shape=(None, None, 3))
    original.set_weights(network.trunk.get_weights())
    # The only thing that is meant to be another.
    classifier.center_cells(original, known.padding_layers, len(STRIDES))
    return original, sys.modules[constructor.__module__].preprocess_input


def test_features_are_those_of_the_classifier(network, image):
    classifier, preprocess_input = make_classifier(network)
    expected = np.asarray(classifier(preprocess_input(image.copy())))
    feature = np.asarray(network(image, SIZE)[-1])
    assert expected.std() > 0
    np.testing.assert_allclose(feature, expected, atol=1e-4 * expected.std(), rtol=1e-4)


def test_features_in_training_are_the_same(network, image):
    """Batch normalisation is frozen, no block is left out."""
    inference = network(image, SIZE)
    for level, expected in zip(
        network(image, SIZE, training=True), inference, strict=True
    ):
        np.testing.assert_array_equal(level, expected)
