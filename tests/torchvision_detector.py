"""A detector with torchvision's weights, drawn and not trained."""

import json
from pathlib import Path

import luminet
from luminet.checkpoints import build_model
from luminet.config import load_config
from luminet.models import torchvision_weights
from tests.oracle import load
from tests.oracle.detector_inputs import COCO_LABELS
from tests.oracle.random_weights import draw_state

CONFIG = Path(luminet.__file__).parent / "models" / "faster_rcnn" / "torchvision.yml"


def make_state():
    """Arrays by torchvision's names."""
    return draw_state(json.loads(str(load("detector_shapes")["shapes"])))


def make_model(state):
    # In training as many proposals as the stored numbers were made with.
    overrides = ["model.rpn.proposal.post_nms_training=500"]
    model = build_model(load_config([CONFIG], overrides))
    torchvision_weights.assign(model, state, COCO_LABELS)
    return model
