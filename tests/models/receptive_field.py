"""Where the cells of feature maps look: found by letting a network take means."""

from unittest import mock

import keras
import numpy as np
from keras import ops

_HEIGHT = 512
# So small that activations are straight lines.
_BRIGHTNESS = 1e-9


def measure_offsets(trunk, strides):
    """How far below the middle of its pixels a cell of each map looks, in cells.

    With kernels that take means, a cell of a picture whose rows hold their numbers
    says which row it looks at, in the mean.

    Args:
        trunk: model, from an image to a list of maps. Its weights are changed.
        strides: ints, of these maps.
    """
    _take_means(trunk)
    rows = np.arange(_HEIGHT) + 0.5
    image = np.stack([rows, np.ones(_HEIGHT)])[:, :, None, None] * _BRIGHTNESS
    image = np.broadcast_to(image, [2, _HEIGHT, 32, 3]).astype(np.float32)
    with (
        mock.patch.object(keras.layers.MaxPooling2D, "call", _average),
        mock.patch.object(keras.layers.LayerNormalization, "call", lambda _, x: x),
    ):
        maps = trunk(image, training=False)
    maps = [np.asarray(level) for level in (maps if len(strides) > 1 else [maps])]
    return [
        _seen_row(level, stride) / stride - (_HEIGHT / 2 / stride + 0.5)
        for level, stride in zip(maps, strides, strict=True)
    ]


def _seen_row(level, stride):
    rows, ones = level[:, _HEIGHT // 2 // stride].sum(axis=(1, 2), dtype=np.float64)
    return rows / ones


def _take_means(trunk):
    for variable in trunk.weights:
        variable.assign(np.full(variable.shape, _mean_weight(variable)))


def _mean_weight(variable):
    kind = variable.path.rpartition("/")[2]
    if "_se_" in variable.path or "squeeze_excite" in variable.path:
        # What all of the picture says about channels is the same for all cells.
        return 0.0
    if kind == "kernel":
        is_depthwise = variable.shape[-1] == 1
        return 1.0 / np.prod(variable.shape[: 2 if is_depthwise else -1])
    is_scale = kind in ("gamma", "moving_variance") or "layer_scale" in variable.path
    return float(is_scale)


def _average(pooling, x):
    # Of equal numbers, and of a ramp, a maximum is not in the middle.
    return ops.average_pool(x, pooling.pool_size, pooling.strides, pooling.padding)
