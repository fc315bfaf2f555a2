"""Every row of the table of base networks says what is so."""

import keras
import pytest

from luminet.models.architectures import ARCHITECTURES, STRIDES
from luminet.models.base_network import BaseNetwork
from tests.conftest import ROOT
from tests.models.architecture_table import HEADER, make_row


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
