"""A detector on a base network of each family predicts, and learns in every part."""

import keras
import numpy as np
import pytest

from luminet.checkpoints import build_model
from luminet.config import load_config
from luminet.errors import InputError
from luminet.models.architectures import ARCHITECTURES
from tests.models.faster_rcnn.test_faster_rcnn import (
    PYRAMID,
    SMALL,
    batch,
    losses_and_gradients,
)

# The others' parts are those of these, or of the detectors in other tests.
FAMILIES = [
    "mobilenet_v3_small",
    "resnet50_v2",
    "vgg19",
    "densenet121",
    "efficientnet_v2_b0",
    "convnext_tiny",
]
TAILED = [name for name in FAMILIES if ARCHITECTURES[name].has_tail]
INPUTS = batch(images=1, height=64, width=64)


@pytest.fixture(autouse=True)
def forgotten():
    yield
    keras.backend.clear_session()


def build(architecture, settings):
    network = f"model.base_network={{architecture: {architecture}, width: 1.0}}"
    return build_model(load_config([], [*settings, network]))


def take_a_step(model):
    """Train every variable a little; all of them have something to learn from."""
    losses, gradients = losses_and_gradients(model, INPUTS)
    assert np.isfinite(list(losses.values())).all()
    for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
        assert np.isfinite(gradient).all(), variable.path
        variable.assign_sub(1e-3 * gradient)
    return {
        variable.path
        for variable, gradient in zip(model.trainable_variables, gradients, strict=True)
        if np.any(gradient)
    }


@pytest.mark.parametrize("architecture", FAMILIES)
def test_a_pyramid_on_it_learns_and_predicts(architecture):
    model = build(architecture, PYRAMID)
    changed = take_a_step(model)
    trunk = model.base_network.base_network.trunk
    assert share(changed, trunk.trainable_variables) > 0.8
    detections = model.detections(model(INPUTS))
    assert np.isfinite(detections["boxes"]).all()


@pytest.mark.parametrize("architecture", TAILED)
def test_its_last_block_learns_from_regions(architecture):
    model = build(architecture, SMALL)
    changed = take_a_step(model)
    tail = model.rcnn.head.tail.trainable_variables
    assert share(changed, tail) > 0.8
    assert share(changed, model.base_network.trunk.trainable_variables) > 0.8


def share(changed, variables):
    return np.mean([variable.path in changed for variable in variables])


@pytest.mark.parametrize("architecture", ["vgg16", "vgg19"])
def test_without_a_last_block_it_says_which_have_one(architecture):
    message = rf"model\.rcnn\.head\.tail: .* {architecture}.*layer_sizes.* resnet50, "
    with pytest.raises(InputError, match=message):
        build(architecture, SMALL)


def test_dropout_of_the_dense_layers_takes_the_seed_of_the_batch():
    head = "model.rcnn.head={tail: false, layer_sizes: [16], use_mean: false}"
    settings = [*PYRAMID, head, "model.rcnn.head.dropout=0.5"]
    model = build("mobilenet", settings)
    first, again = (model(INPUTS, training=True)["rcnn"]["logits"] for _ in range(2))
    np.testing.assert_array_equal(first, again)
    model.rcnn.head.dropout = 0.0
    without = model(INPUTS, training=True)["rcnn"]["logits"]
    assert np.abs(first - without).max() > 0.1 * np.abs(without).max()
