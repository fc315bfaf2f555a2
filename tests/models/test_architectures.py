"""Every row of the table of base networks says what is so."""

import keras
import pytest
import tensorflow as tf

from luminet.models.architectures import ARCHITECTURES, STRIDES
from luminet.models.base_network import BaseNetwork
from luminet.models.faster_rcnn import build
from tests.conftest import ROOT
from tests.models.architecture_table import HEADER, make_row
from tests.models.faster_rcnn.test_base_networks import (
    INPUTS,
    config_of,
    move,
    predict_and_take_a_step,
    share,
)
from tests.models.faster_rcnn.test_faster_rcnn import PYRAMID

# More of the layers of another row: a detector on them would take seconds of its own.
DEEPER = [
    "resnet101",
    "resnet152",
    "resnet101_v1_5",
    "resnet152_v1_5",
    "resnet101_v2",
    "resnet152_v2",
    "vgg16",
    "densenet169",
    "densenet201",
    "efficientnet_v2_b1",
    "efficientnet_v2_b2",
    "efficientnet_v2_b3",
    "convnext_small",
]


@pytest.fixture(scope="module", params=ARCHITECTURES)
def network(request):
    """Each is made once, and is gone before the next."""
    yield BaseNetwork(request.param, strides=STRIDES)
    keras.backend.clear_session()


@pytest.fixture(scope="module")
def documented():
    text = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    assert HEADER in text
    return {line.split("`")[1]: line for line in text.splitlines() if "| `" in line}


def test_its_maps_have_the_four_strides(network):
    shapes = network.trunk.compute_output_shape([1, 64, 96, 3])
    assert [shape[1:3] for shape in shapes] == [(16, 24), (8, 12), (4, 6), (2, 3)]


def test_a_map_is_the_last_of_its_size(network):
    layers = network.trunk.layers
    outputs = keras.Model(network.trunk.input, [layer.output for layer in layers])
    shapes = outputs.compute_output_shape([1, 64, 64, 3])
    names = [layer.name for layer in layers]
    endpoints = ARCHITECTURES[network.architecture].endpoints
    for endpoint, stride in zip(endpoints[:3], STRIDES[:3], strict=True):
        for index in range(names.index(endpoint) + 1, len(names)):
            if max(getattr(layers[index], "kernel_size", [1])) > 1:
                assert shapes[index][1] < 64 // stride, (endpoint, names[index])


def test_all_that_comes_later_is_made_of_the_map(network):
    for level in network.trunk.outputs[:-1]:
        keras.Model(level, network.trunk.outputs[-1])  # refuses any other source


def test_a_tail_halves_regions_or_there_is_none(network):
    *_, single, last = network.trunk.output_shape
    if ARCHITECTURES[network.architecture].has_tail:
        shape = network.make_tail().compute_output_shape([9, 14, 14, single[-1]])
        assert shape == (9, 7, 7, last[-1])
    else:
        with pytest.raises(ValueError, match="`tail` must be false"):
            network.make_tail()


def test_it_runs_and_a_training_step_reaches_nearly_all_of_it(network, monkeypatch):
    """Every row does: in a detector with a pyramid, or alone where it is `DEEPER`."""
    damp(network.trunk)
    if network.architecture in DEEPER:
        changed = take_a_step_alone(network)
    else:
        # A network that is here already, instead of seconds for another one.
        monkeypatch.setattr(build, "BaseNetwork", lambda **settings: network)
        model = build.build(config_of(network.architecture, PYRAMID)["model"])
        changed = predict_and_take_a_step(model)
        others = [v for v in model.trainable_variables if "trunk" not in v.path]
        assert share(changed, others) > 0.8
    assert share(changed, network.trunk.trainable_variables) > 0.8


def take_a_step_alone(network):
    """As if the mean square of each map were its loss."""
    variables = network.trunk.trainable_variables
    with tf.GradientTape() as tape:
        maps = network(INPUTS["image"], INPUTS["image_size"], training=True)
        loss = sum(tf.reduce_mean(tf.square(level)) for level in maps)
    assert [level.shape[1] for level in maps] == [16, 8, 4, 2]
    gradients = tape.gradient(loss, [variable.value for variable in variables])
    return move(variables, gradients)


def damp(trunk):
    """Let the blocks of ResNets add little, as trained ones do.

    With random weights each doubles what goes in, which a hundred in a row cannot.
    """
    for layer in trunk.layers:
        if layer.name.endswith("_3_bn"):
            layer.gamma.assign(0.1 * layer.gamma)


def test_what_comes_after_stride_8_is_trained_and_the_beginning_is_not(network):
    frozen = keras.Model(network.trunk.input, network.trunk.outputs[1]).layers
    layers = [layer for layer in network.trunk.layers if layer.weights]
    assert not layers[0].trainable
    for layer in layers:
        if layer not in frozen and not is_batch_norm(layer):
            assert layer.trainable, layer.name


def test_the_table_of_the_documentation_agrees(network, documented):
    row = make_row(network.architecture, network)
    assert documented[network.architecture] == row


def is_batch_norm(layer):
    return isinstance(layer, keras.layers.BatchNormalization)
