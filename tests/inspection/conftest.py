"""Small models of every kind, and a picture with two objects."""

import keras
import numpy as np
import pytest

from luminet import checkpoints
from luminet.checkpoints import Checkpoint
from luminet.config import load_config
from luminet.datasets import image
from luminet.inspection.inspection import inspect_picture
from tests.conftest import ROOT
from tests.tiny_data import CLASS_NAMES, TINY, draw_example

PYRAMID = (
    "model.anchors.sizes=[[8], [16], [32], [64], [128]]",
    "model.fpn={enabled: true, channels: 16}",
    "model.rcnn.head={tail: false, layer_sizes: [16], use_mean: false}",
)
KINDS = {
    "C4": ([], ()),
    "FPN": ([], PYRAMID),
    "cascade": (["cascade"], PYRAMID),
    "RPN": ([], ("model.rcnn.enabled=false", "model.num_classes=1")),
    "equal strides": (
        [],
        (
            *PYRAMID,
            "model.anchors.sizes=[[16], [32], [64]]",
            "model.anchors={rounded: true, ratios: [0.5, 1]}",
            "model.base_network={architecture: mobilenet_v3_large_even, width: 0.75}",
            "model.base_network.strides=[32, 32]",
        ),
    ),
    "shared": ([], ("model.rcnn.head.class_agnostic=true",)),
}


def make_checkpoint(kind):
    files, settings = KINDS[kind]
    config = load_config(
        [ROOT / "examples" / f"{name}.yml" for name in files],
        [
            *TINY.strip().splitlines(),
            "model.num_classes=2",
            "model.rcnn.detection.min_score=0.01",
            *settings,
        ],
    )
    keras.utils.set_random_seed(0)
    names = ("object",) if kind == "RPN" else CLASS_NAMES
    model = checkpoints.build_model(config)
    _spread_scores(model)
    return Checkpoint(model, config, names, {"step": 0})


def _spread_scores(model):
    """Untrained, a model gives all boxes and classes nearly one score."""
    rng = np.random.default_rng(0)
    for weight in model.weights:
        if "class_logits" in weight.path or "objectness" in weight.path:
            weight.assign(rng.normal(size=weight.shape))


@pytest.fixture(scope="session", params=list(KINDS))
def any_checkpoint(request):
    """A model of each kind, with random weights."""
    return make_checkpoint(request.param)


@pytest.fixture(scope="session")
def checkpoint():
    """The plain model."""
    return make_checkpoint("C4")


@pytest.fixture(scope="session")
def equal_strides():
    """A model of which two levels have a stride; regions are cut from one."""
    return make_checkpoint("equal strides")


@pytest.fixture(scope="session")
def cascade():
    """A model of three second stages."""
    return make_checkpoint("cascade")


@pytest.fixture(scope="session")
def example():
    """A picture that is higher than wide; its objects are a box and a disc."""
    found = draw_example("two", 3, (96, 64), 2)
    assert len(found.classes) == 2
    return found


@pytest.fixture(scope="session")
def pixels(example):
    return image.decode(example.image)


@pytest.fixture(scope="session")
def inspection(checkpoint, pixels, example):
    """Of the plain model, with the truth."""
    return inspect_picture(checkpoint, pixels, example, min_prob=0.0)
