"""Let only the sampled anchors teach the RPN: the same gradients for less work.

The loss looks at a few hundred anchors of an image, of a hundred thousand. All are
scored, because proposals come from all; but the way back through the convolutions is
gone for the cells of the samples alone. That saves a sixth of a training step.
"""

import itertools

import numpy as np
from keras import ops


def teach_samples(head, features, indices, logits, deltas):
    """The outputs of a head, with gradients at some anchors only.

    Args:
        head: `RPNHead`.
        features: list of `[B, Hl, Wl, F]`, what it was called with.
        indices: int32 `[B, S]`, of anchors; none twice in an image.
        logits: `[B, A]`, what it gave.
        deltas: `[B, A, 4]`, likewise.

    Returns:
        The same numbers, but for rounding: `logits`, `deltas`.
    """
    own_logits, own_deltas = score_anchors(head, features, indices)
    batch, samples = ops.shape(indices)
    image = ops.repeat(ops.arange(batch, dtype="int32"), samples)
    places = ops.stack([image, ops.reshape(indices, [-1])], axis=1)  # [B * S, 2]
    return (
        ops.scatter_update(ops.stop_gradient(logits), places, own_logits),
        ops.scatter_update(ops.stop_gradient(deltas), places, own_deltas),
    )


def score_anchors(head, features, indices):
    """What a head says of some anchors, from the cells around each of them.

    Args:
        head: `RPNHead`.
        features: list of `[B, Hl, Wl, F]`.
        indices: int32 `[B, S]`.

    Returns:
        `logits`, `[B * S]`, and `deltas`, `[B * S, 4]`, float32.
    """
    per_cell = head.objectness.filters
    hidden, inside = _surroundings(features, indices // per_cell, len(head.shared))
    for layer in head.shared:
        kernel, bias = (
            ops.cast(weight, hidden.dtype) for weight in (layer.kernel, layer.bias)
        )
        hidden = layer.activation(ops.conv(hidden, kernel, padding="valid") + bias)
        # What lies outside is zero before each convolution, not only before the first.
        inside = inside[:, 1:-1, 1:-1]
        hidden = ops.where(inside, hidden, ops.zeros_like(hidden))
    which = ops.reshape(indices % per_cell, [-1, 1, 1])
    logits = ops.reshape(head.objectness(hidden), [-1, per_cell, 1])
    deltas = ops.reshape(head.box_deltas(hidden), [-1, per_cell, 4])
    logits, deltas = (
        ops.cast(ops.take_along_axis(values, which, axis=1)[:, 0], "float32")
        for values in (logits, deltas)
    )
    return logits[:, 0], deltas


def _surroundings(features, cells, radius):
    """The cells around some cells, `[B * S, k, k, F]`, and which are of the level.

    What lies outside is zero; `k` is twice the radius, plus one.
    """
    heights, widths, starts = _level_sizes(features)
    level = ops.sum(
        ops.cast(cells[..., None] >= starts[1:], "int32"), axis=-1
    )  # [B, S]
    height, width, start = (ops.take(x, level) for x in (heights, widths, starts))
    row, column = (cells - start) // width, (cells - start) % width
    steps = range(-radius, radius + 1)
    offsets = np.int32([*itertools.product(steps, steps)])
    dy, dx = (ops.convert_to_tensor(side) for side in offsets.T)  # [k * k]
    row, column = row[..., None] + dy, column[..., None] + dx  # [B, S, k * k]
    inside = (row >= 0) & (row < height[..., None])
    inside &= (column >= 0) & (column < width[..., None])
    places = ops.where(inside, start[..., None] + row * width[..., None] + column, 0)
    around = ops.where(inside[..., None], _gather(features, places), 0.0)
    size = [-1, len(steps), len(steps)]
    return (
        ops.reshape(around, [*size, ops.shape(around)[-1]]),
        ops.reshape(inside, [*size, 1]),
    )


def _level_sizes(features):
    """Rows, columns and first cell of each level, int32 `[L]`."""
    sizes = [
        ops.stack([ops.cast(side, "int32") for side in ops.shape(level)[1:3]])
        for level in features
    ]
    heights, widths = ops.unstack(ops.stack(sizes), axis=1)
    areas = heights * widths
    return heights, widths, ops.cumsum(areas) - areas


def _gather(features, places):
    """Cells of all levels one after the other, `[B, S, K, F]`."""
    channels = features[0].shape[-1]
    batch = ops.shape(features[0])[0]
    flat = ops.concatenate(
        [ops.reshape(level, [batch, -1, channels]) for level in features], axis=1
    )
    first = ops.arange(batch, dtype="int32") * ops.cast(ops.shape(flat)[1], "int32")
    return ops.take(
        ops.reshape(flat, [-1, channels]), first[:, None, None] + places, axis=0
    )
