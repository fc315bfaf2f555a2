"""Small models of each kind, their weights and a batch: the same on every backend."""

import re
import zlib

import numpy as np

from luminet.checkpoints import build_model
from luminet.config import load_config
from tests.conftest import ROOT

CLASS_NAMES = ("box", "disc", "ring")
# Few enough proposals that portable suppression takes no time.
SMALL = [
    "model.num_classes=3",
    "model.base_network={architecture: mobilenet, width: 0.25, trainable_from: start}",
    "model.rpn={head: {channels: 16}, target: {num_samples: 32}}",
    "model.rpn.proposal={pre_nms: 80, post_nms: 20}",
    "model.rpn.proposal={pre_nms_training: 80, post_nms_training: 30}",
    "model.rcnn.target.num_samples=24",
    "model.rcnn.detection.max_detections=20",
    "train.run_name=backends",
]
PYRAMID = [
    *SMALL,
    "model.fpn.channels=16",
    "model.rcnn.head.layer_sizes=[16, 16]",
    # As large as the picture's objects.
    "model.anchors.sizes=[[8], [16], [32], [64], [128]]",
]
# The files of each case, and the settings after them.
CASES = {
    "c4": (
        [ROOT / "examples" / "c4.yml"],
        [*SMALL, "model.anchors.sizes=[[16, 32, 64]]"],
    ),
    "fpn": ([], PYRAMID),
    "torchvision": (
        [ROOT / "luminet" / "models" / "faster_rcnn" / "torchvision.yml"],
        [*PYRAMID, "model.rcnn.head.num_unused=2"],
    ),
}


def make_config(name, *overrides):
    files, settings = CASES[name]
    return load_config(files, [*settings, *overrides])


def make_model(name):
    """The model of a case, with weights drawn from their names."""
    model = build_model(make_config(name))
    for weight in model.weights:
        weight.assign(_draw(weight.path, tuple(weight.shape)))
    return model


def _draw(path, shape):
    rng = np.random.default_rng(zlib.crc32(path.encode()))
    if path.endswith(("gamma", "moving_variance")):
        return np.float32(rng.uniform(0.7, 1.3, shape))
    if path.endswith(("beta", "bias", "moving_mean")):
        return np.float32(rng.normal(0.0, 0.2, shape))
    # What comes out of a layer then is as large as what goes in; of the last ones less:
    # scores next to 1 are so close together that rounding would choose among them.
    is_depthwise = "conv_dw" in path
    inputs = np.prod(shape[:2]) if is_depthwise else np.prod(shape[:-1])
    has_relu = not re.search("lateral|output|objectness|class_logits|box_deltas", path)
    gain = 2.0 if has_relu else 0.2
    return np.float32(rng.normal(0.0, np.sqrt(gain / inputs), shape))


def make_batch():
    """Two pictures of different sizes, one with padding, an empty place, a crowd."""
    rng = np.random.default_rng(0)
    image = rng.uniform(0, 255, [2, 12, 16, 3]).repeat(8, axis=1).repeat(8, axis=2)
    image[1, 80:] = image[1, :, 112:] = 0
    boxes = np.zeros([2, 4, 4], np.float32)
    boxes[0] = [[8, 8, 40, 48], [20.5, 60, 90, 120], [50, 10, 80, 40], [0, 90, 30, 128]]
    boxes[1, :2] = [[10, 10, 70, 60], [40, 50, 78, 110]]
    return {
        "image": np.float32(image),
        "image_size": np.float32([[96, 128], [80, 112]]),
        "gt_boxes": boxes,
        "gt_classes": np.int32([[0, 1, 2, 1], [2, 0, -1, -1]]),
        "gt_ignore": np.array([[False, False, False, True], [False] * 4]),
        "seed": np.int32([3, 4]),
    }
