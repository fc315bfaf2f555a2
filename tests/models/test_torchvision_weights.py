"""A model takes the weights of torchvision's, or says why it cannot."""

import numpy as np
import pytest

from luminet.models import torchvision_weights
from tests.oracle.detector_inputs import COCO_LABELS


def test_a_detector_of_another_kind_is_refused(torchvision_model, torchvision_state):
    with pytest.raises(ValueError, match=r"1 arrays without a place \(mask_head\)"):
        torchvision_weights.assign(
            torchvision_model,
            {**torchvision_state, "mask_head": np.zeros(3)},
            COCO_LABELS,
        )


def test_a_missing_array_is_named(torchvision_model, torchvision_state):
    part = {
        name: value
        for name, value in torchvision_state.items()
        if "fc7.bias" not in name
    }
    with pytest.raises(ValueError, match=r"named roi_heads\.box_head\.fc7\.bias"):
        torchvision_weights.assign(torchvision_model, part, COCO_LABELS)


def test_another_number_of_classes_is_refused(torchvision_model, torchvision_state):
    with pytest.raises(ValueError, match="must fit"):
        torchvision_weights.assign(
            torchvision_model, torchvision_state, COCO_LABELS[:-1]
        )


def test_names_of_older_files_are_understood(torchvision_model, torchvision_state):
    old = {
        name.replace(".0.weight", ".weight").replace(".0.bias", ".bias")
        if "fpn" in name
        else name.replace("rpn.head.conv.0.0", "rpn.head.conv"): value
        for name, value in torchvision_state.items()
    }
    assert "backbone.fpn.inner_blocks.2.bias" in old
    torchvision_weights.assign(torchvision_model, old, COCO_LABELS)


@pytest.fixture
def weights_restored(torchvision_model, torchvision_state):
    yield
    torchvision_weights.assign(torchvision_model, torchvision_state, COCO_LABELS)


@pytest.mark.usefixtures("weights_restored")
def test_another_epsilon_moves_into_the_scale(torchvision_model, torchvision_state):
    state = torchvision_state
    torchvision_weights.assign(torchvision_model, state, COCO_LABELS, epsilon=0.5)
    layer = torchvision_model.base_network.base_network.trunk.get_layer("conv1_bn")
    x = np.float32(np.random.default_rng(0).normal(size=[1, 1, 1, 64]))
    scale, shift, mean, variance = (
        state[f"backbone.body.bn1.{part}"]
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    expected = (x - mean) * scale / np.sqrt(variance + 0.5) + shift
    np.testing.assert_allclose(layer(x), expected, rtol=1e-5, atol=1e-6)
