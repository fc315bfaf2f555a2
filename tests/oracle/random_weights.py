"""Weights that two programs can draw alike: from names and shapes, with NumPy alone."""

import zlib

import numpy as np

# Standard deviations, over the root of the number of inputs. What comes out of the
# layers then has the size that it has in a trained network.
_GAINS = {
    "backbone.body": 2**0.5,
    "backbone.fpn": 1.0,
    "rpn.head.conv": 2**0.5,
    "rpn.head.cls_logits": 2.0,
    "rpn.head.bbox_pred": 0.5,
    "roi_heads.box_head": 2**0.5,
    "roi_heads.box_predictor.cls_score": 2.0,
    "roi_heads.box_predictor.bbox_pred": 0.8,
}
# A block adds little to what goes past it, so that nothing grows too much: the size of
# the scales at the end of a ResNet's and of a MobileNetV3's.
_LAST_OF_BLOCK = {"bn3.weight": 0.4, "block.2.1.weight": 0.6, "block.3.1.weight": 0.6}


def draw_state(shapes):
    """An array for each name of a state dict of torchvision's detectors.

    Args:
        shapes: dict of tuples by name.
    """
    return {name: _draw(name, tuple(shape)) for name, shape in shapes.items()}


def _draw(name, shape):
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    if name.endswith("running_var"):
        return np.float32(rng.uniform(0.5, 1.5, shape))
    if name.endswith("running_mean"):
        return np.float32(rng.normal(0.0, 0.2, shape))
    if name.endswith("bias"):
        return np.float32(rng.normal(0.0, 0.2, shape))
    if len(shape) == 1:  # The scale of batch normalisation.
        last = (size for end, size in _LAST_OF_BLOCK.items() if name.endswith(end))
        size = next(last, 1.0)
        return np.float32(size * rng.uniform(0.7, 1.3, shape))
    (gain,) = (gain for prefix, gain in _GAINS.items() if name.startswith(prefix))
    weights = rng.standard_normal(shape, np.float32)
    if shape[1] > 1:
        # Blind to what all inputs have in common, which after a ReLU is most of them:
        # all places and regions would look the same.
        weights -= weights.mean(axis=1, keepdims=True)
    return np.float32(gain / np.sqrt(np.prod(shape[1:]))) * weights
