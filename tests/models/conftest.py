"""A detector that several tests share: making it takes seconds."""

import json
from pathlib import Path

import pytest

import luminet
from luminet.checkpoints import build_model
from luminet.config import load_config
from luminet.models import torchvision_weights
from tests.oracle import load
from tests.oracle.detector_inputs import COCO_LABELS
from tests.oracle.random_weights import draw_state

PRESET = Path(luminet.__file__).parent / "models" / "faster_rcnn" / "torchvision.yml"


@pytest.fixture(scope="session")
def torchvision_state():
    return draw_state(json.loads(str(load("detector_shapes")["shapes"])))


@pytest.fixture(scope="session")
def torchvision_model(torchvision_state):
    overrides = ["model.rpn.proposal.post_nms_training=500"]
    model = build_model(load_config([PRESET], overrides))
    torchvision_weights.assign(model, torchvision_state, COCO_LABELS)
    return model
