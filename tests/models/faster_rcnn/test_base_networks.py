"""A detector on one level predicts and learns in every part, for each family's tail.

With a pyramid see `tests/models/test_architectures.py`.
"""

import keras
import numpy as np
import pytest

from luminet.checkpoints import build_model
from luminet.config import load_config
from luminet.errors import InputError
from luminet.models.faster_rcnn.build import build as build_detector
from tests.models.faster_rcnn.test_faster_rcnn import (
    PYRAMID,
    SMALL,
    batch,
    losses_and_gradients,
)

# The others' tails are made of the layers of these, or are in other tests.
TAILED = [
    "mobilenet_v3_small",
    "resnet50",
    "resnet50_v1_5",
    "resnet50_v2",
    "densenet121",
    "efficientnet_v2_b0",
    "convnext_tiny",
]
INPUTS = batch(images=1, height=64, width=64)


@pytest.fixture(autouse=True)
def forgotten():
    yield
    keras.backend.clear_session()


def config_of(architecture, settings):
    network = f"model.base_network={{architecture: {architecture}, width: 1.0}}"
    return load_config([], [*settings, network])


def predict_and_take_a_step(model):
    """Propose something, then train every variable a little.

    Returns:
        The paths of the variables that had something to learn from.
    """
    outputs = model(INPUTS)
    assert np.asarray(outputs["rpn"]["scores"]).max() > 0
    assert np.isfinite(model.detections(outputs)["boxes"]).all()
    losses, gradients = losses_and_gradients(model, INPUTS)
    assert np.isfinite(list(losses.values())).all()
    return move(model.trainable_variables, gradients)


def move(variables, gradients):
    """Take a step; returns the paths of the variables that had somewhere to go."""
    changed = set()
    for variable, gradient in zip(variables, gradients, strict=True):
        assert np.isfinite(gradient).all(), variable.path
        variable.assign_sub(1e-3 * gradient)
        changed |= {variable.path} if np.any(gradient) else set()
    return changed


@pytest.mark.parametrize("architecture", TAILED)
def test_its_last_block_learns_from_regions(architecture):
    model = build_detector(config_of(architecture, SMALL)["model"])
    changed = predict_and_take_a_step(model)
    tail = model.rcnn.head.tail.trainable_variables
    assert share(changed, tail) > 0.8
    assert share(changed, model.base_network.trunk.trainable_variables) > 0.8


def share(changed, variables):
    return np.mean([variable.path in changed for variable in variables])


@pytest.mark.parametrize("architecture", ["vgg16", "vgg19"])
def test_without_a_last_block_it_says_which_have_one(architecture):
    message = rf"model\.rcnn\.head\.tail: .* {architecture}.*layer_sizes.* resnet50, "
    with pytest.raises(InputError, match=message):
        build_detector(config_of(architecture, SMALL)["model"])


def test_dropout_of_the_dense_layers_takes_the_seed_of_the_batch():
    head = "model.rcnn.head={tail: false, layer_sizes: [16], use_mean: false}"
    settings = [*PYRAMID, head, "model.rcnn.head.dropout=0.5"]
    model = build_model(config_of("mobilenet", settings))
    first, again = (model(INPUTS, training=True)["rcnn"]["logits"] for _ in range(2))
    np.testing.assert_array_equal(first, again)
    model.rcnn.head.dropout = 0.0
    without = model(INPUTS, training=True)["rcnn"]["logits"]
    assert np.abs(first - without).max() > 0.1 * np.abs(without).max()
