"""Boxes around objects that were moved by a matrix, as far as a frame shows them."""

import math

import tensorflow as tf

# Corners of the polygon that stands for an ellipse: off by 0.12 % of its radius.
ELLIPSE_CORNERS = 64
RECTANGLE = ((-1.0, -1.0), (-1.0, 1.0), (1.0, 1.0), (1.0, -1.0))
ELLIPSE = tuple(
    (math.sin(angle), math.cos(angle))
    for angle in (2 * math.pi * i / ELLIPSE_CORNERS for i in range(ELLIPSE_CORNERS))
)
OUTLINES = {"rectangle": RECTANGLE, "ellipse": ELLIPSE}


def move(boxes, matrix, offset, outline):
    """Where the outlines of objects go: `matrix @ point + offset` for each point.

    Args:
        boxes: float32 `[N, 4]`.
        matrix: float32 `[2, 2]`, for y and x.
        offset: float32 `[2]`.
        outline: "rectangle", the box itself, or "ellipse", the one that fills it.

    Returns:
        float32 `[N, V, 2]`, the corners of a convex polygon.
    """
    center = (boxes[:, None, :2] + boxes[:, None, 2:]) / 2.0
    radius = (boxes[:, None, 2:] - boxes[:, None, :2]) / 2.0
    points = center + radius * tf.constant(OUTLINES[outline])  # [N, V, 2]
    return tf.einsum("nvj,ij->nvi", points, matrix) + offset


def bounds(points):
    """Boxes `[N, 4]` around polygons `[N, V, 2]`."""
    return tf.concat([tf.reduce_min(points, 1), tf.reduce_max(points, 1)], axis=1)


def bounds_within(points, size):
    """Boxes around what a frame shows of convex polygons; empty where it shows none.

    Args:
        points: float32 `[N, V, 2]`.
        size: float32 `[2]`, height and width of a frame that begins at 0.

    Returns:
        float32 `[N, 4]`.
    """
    # What is convex has no gaps: its extent in y, within the columns of the frame, can
    # simply be cut to the rows of the frame; and the reverse.
    top, bottom = _extent(points[..., 0], points[..., 1], size[1])
    left, right = _extent(points[..., 1], points[..., 0], size[0])
    boxes = tf.stack([top, left, bottom, right], axis=1)
    return tf.clip_by_value(boxes, 0.0, tf.tile(size, [2]))


def _extent(along, across, limit):
    """Least and largest `along` of polygons where `across` is in [0, limit].

    Both are at a corner, or where a side crosses one of the two limits.
    """
    values = [along]
    valid = [(across >= 0.0) & (across <= limit)]
    next_along, next_across = tf.roll(along, -1, 1), tf.roll(across, -1, 1)
    for border in (0.0, limit):
        part = tf.math.divide_no_nan(border - across, next_across - across)
        values.append(along + part * (next_along - along))
        valid.append((across < border) != (next_across < border))
    values, valid = tf.concat(values, axis=1), tf.concat(valid, axis=1)
    least = tf.reduce_min(tf.where(valid, values, values.dtype.max), axis=1)
    largest = tf.reduce_max(tf.where(valid, values, values.dtype.min), axis=1)
    anything = tf.reduce_any(valid, axis=1)
    return tf.where(anything, least, 0.0), tf.where(anything, largest, 0.0)
