"""Detectors with torchvision's weights, drawn and not trained."""

import json
from pathlib import Path

import luminet
from luminet.checkpoints import build_model
from luminet.config import load_config
from luminet.models import torchvision_weights
from luminet.published import SOURCES
from tests.oracle import load
from tests.oracle.detector_inputs import COCO_LABELS, DETECTORS
from tests.oracle.random_weights import draw_state

MODELS = Path(luminet.__file__).parent / "models"


def make_state(name):
    """Arrays by torchvision's names, of one of `DETECTORS`."""
    return draw_state(json.loads(str(load(f"detector_{name}_shapes")["shapes"])))


def make_model(name, state):
    """The detector here, with as many proposals as the stored numbers know of."""
    overrides = [
        f"model.rpn.proposal.post_nms={DETECTORS[name]['num_proposals']}",
        "model.rpn.proposal.post_nms_training=500",
    ]
    config = MODELS / SOURCES[f"fasterrcnn_{name}"].config
    model = build_model(load_config([config], overrides))
    torchvision_weights.assign(model, state, COCO_LABELS)
    return model
