"""A ResNet with the weights of torchvision's classifier gives its features."""

import json

import numpy as np
import pytest

from luminet import torch_file
from luminet.models.architectures import STRIDES
from luminet.models.base_network import BaseNetwork
from tests.oracle import load
from tests.oracle.detector_inputs import draw_picture, pick
from tests.oracle.random_weights import draw_state

BODY = "backbone.body."


@pytest.fixture(scope="module")
def state():
    """Arrays by the names of the classifier; in a detector they begin so."""
    shapes = json.loads(str(load("detector_resnet50_fpn_shapes")["shapes"]))
    shapes = {name: shape for name, shape in shapes.items() if name.startswith(BODY)}
    drawn = draw_state(shapes).items()
    return {
        **{name.removeprefix(BODY): value for name, value in drawn},
        "bn1.num_batches_tracked": np.int64(3),
        "fc.weight": np.zeros([1000, 2048], np.float32),
        "fc.bias": np.zeros([1000], np.float32),
    }


@pytest.fixture
def make_file(tmp_path, monkeypatch):
    """Stands for the large file that PyTorch would have written."""

    def make(state, name="resnet50.pth"):
        monkeypatch.setattr(torch_file, "read_state", lambda path: state)
        (tmp_path / name).write_bytes(b"weights")
        return str(tmp_path / name)

    return make


def test_every_stage_gives_the_features_of_torchvision(state, make_file):
    network = BaseNetwork("resnet50_v1_5", make_file(state), strides=STRIDES)
    picture, _ = draw_picture(64, 96, seed=0)
    levels = network(np.float32(picture[None]), np.float32([[64, 96]]))
    theirs = load("classifier")
    for stage, level in enumerate(levels, start=1):
        np.testing.assert_allclose(
            pick(level),
            theirs[f"layer{stage}"],
            atol=1e-4 * theirs[f"layer{stage}_deviation"],
            rtol=1e-4,
        )


def test_weights_of_a_deeper_network_are_refused(state, make_file):
    deeper = {**state, "layer3.6.conv1.weight": np.zeros([256, 1024, 1, 1])}
    with pytest.raises(ValueError, match=r"`weights` must fit .* \(layer3\.6\.conv1"):
        BaseNetwork("resnet50_v1_5", make_file(deeper))


def test_weights_without_an_array_are_refused(state, make_file):
    part = {name: value for name, value in state.items() if name != "bn1.bias"}
    with pytest.raises(ValueError, match=r"array named .*bn1\.bias"):
        BaseNetwork("resnet50_v1_5", make_file(part))


@pytest.mark.parametrize("architecture", ["resnet50", "vgg16"])
def test_other_networks_say_which_take_files_of_pytorch(architecture, make_file):
    with pytest.raises(ValueError, match="for resnet50_v1_5, resnet101_v1_5"):
        BaseNetwork(architecture, make_file({}))
