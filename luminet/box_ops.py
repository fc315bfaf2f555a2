"""Pure functions on boxes: the leaf of the package, it imports nothing else of luminet.

A box is `[y1, x1, y2, x2]`: float32, in pixels of the image it lies on, origin at the
top left. `y2` and `x2` are exclusive: a box is `y2 - y1` high and covers the pixel
rows `y1 .. y2 - 1`. Functions broadcast over leading axes.
"""

import math

from keras import ops

# A decoded side grows at most this much: keeps exp() finite on an untrained network.
MAX_LOG_SCALE = math.log(1000.0 / 16.0)
# A padded box has no size: this stands in for it, so that log() stays finite.
MIN_SIZE = 1e-3


def area(boxes):
    """Area of boxes `[..., 4]` in square pixels, `[...]`; 0 if inside out."""
    size = ops.maximum(boxes[..., 2:] - boxes[..., :2], 0.0)
    return size[..., 0] * size[..., 1]


def pairwise_iou(boxes_a, boxes_b):
    """Intersection over union of every box of `boxes_a` with every box of `boxes_b`.

    Args:
        boxes_a: `[..., N, 4]`.
        boxes_b: `[..., M, 4]`.

    Returns:
        `[..., N, M]` in [0, 1]; 0 where both boxes are empty.
    """
    overlap, area_a, area_b = _pairwise_overlap(boxes_a, boxes_b)
    return ops.divide_no_nan(overlap, area_a + area_b - overlap)


def pairwise_coverage(boxes, regions):
    """How much of every box lies inside every region: overlap over the box's own area.

    Args:
        boxes: `[..., N, 4]`.
        regions: `[..., M, 4]`.

    Returns:
        `[..., N, M]` in [0, 1]; 0 for an empty box.
    """
    overlap, box_area, _ = _pairwise_overlap(boxes, regions)
    return ops.divide_no_nan(overlap, box_area)


def _pairwise_overlap(boxes_a, boxes_b):
    boxes_a, boxes_b = boxes_a[..., :, None, :], boxes_b[..., None, :, :]
    # One coordinate at a time: four small arrays are faster than two with a last axis
    # of two, which the processor cannot work on in whole registers.
    height = ops.minimum(boxes_a[..., 2], boxes_b[..., 2]) - ops.maximum(
        boxes_a[..., 0], boxes_b[..., 0]
    )
    width = ops.minimum(boxes_a[..., 3], boxes_b[..., 3]) - ops.maximum(
        boxes_a[..., 1], boxes_b[..., 1]
    )
    overlap = ops.maximum(height, 0.0) * ops.maximum(width, 0.0)  # [..., N, M]
    return overlap, area(boxes_a), area(boxes_b)


def encode(boxes, anchors):
    """Express boxes relative to anchors (Faster R-CNN, equation 2).

    Args:
        boxes: `[..., 4]`.
        anchors: `[..., 4]`.

    Returns:
        Deltas `[..., 4]`, `[dy, dx, dh, dw]`: the shift of the centre in anchor sizes,
        then the log of the ratio of sizes. Finite even for an empty box.
    """
    center, size = _center_and_size(boxes)
    anchor_center, anchor_size = _center_and_size(anchors)
    shift = (center - anchor_center) / anchor_size
    return ops.concatenate([shift, ops.log(size / anchor_size)], axis=-1)


def decode(deltas, anchors):
    """Undo `encode`: boxes `[..., 4]` from deltas `[..., 4]` and their anchors."""
    anchor_center, anchor_size = _center_and_size(anchors)
    center = anchor_center + deltas[..., :2] * anchor_size
    size = anchor_size * ops.exp(ops.minimum(deltas[..., 2:], MAX_LOG_SCALE))
    return ops.concatenate([center - size / 2.0, center + size / 2.0], axis=-1)


def clip(boxes, image_size):
    """Move the corners of boxes that leave their image onto its border.

    Args:
        boxes: `[B, N, 4]`.
        image_size: `[B, 2]`, height and width in pixels.

    Returns:
        `[B, N, 4]`; a box that lay outside is empty.
    """
    limit = ops.concatenate([image_size, image_size], axis=-1)[:, None, :]
    return ops.clip(boxes, 0.0, limit)


def inside(boxes, image_size, margin=0.0):
    """Whether boxes lie inside their image.

    Args:
        boxes: `[N, 4]`, the same ones for each image.
        image_size: `[B, 2]`, height and width in pixels.
        margin: float, pixels that a box may stick out.

    Returns:
        bool `[B, N]`.
    """
    top_left = ops.all(boxes[:, :2] >= -margin, axis=-1)  # [N]
    bottom_right = boxes[None, :, 2:] <= image_size[:, None, :] + margin
    return top_left & ops.all(bottom_right, axis=-1)


def _center_and_size(boxes):
    size = ops.maximum(boxes[..., 2:] - boxes[..., :2], MIN_SIZE)
    return boxes[..., :2] + size / 2.0, size
