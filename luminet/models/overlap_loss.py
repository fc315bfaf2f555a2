"""What a moved box costs, by its overlap with its object instead of by its deltas."""

from keras import ops

from luminet import box_ops

# Keeps a quotient of two empty boxes finite; torchvision's value.
_EPSILON = 1e-7


def overlap_loss(kind, target_deltas, deltas, anchors):
    """One minus the overlap of decoded boxes with the boxes they should be.

    `iou` is the plain intersection over union (UnitBox, Yu et al., 2016, without its
    logarithm): boxes that do not touch have no gradient. `giou` takes off the share of
    the smallest box around both that neither covers, and so pulls them together
    (Rezatofighi et al., 2019).

    Args:
        kind: "iou" or "giou".
        target_deltas: `[..., 4]`, see `box_ops.encode`.
        deltas: `[..., 4]`.
        anchors: `[..., 4]`, what both are relative to.

    Returns:
        `[...]`: in [0, 1] for `iou`, in [0, 2] for `giou`.
    """
    targets = box_ops.decode(target_deltas, anchors)
    boxes = box_ops.decode(deltas, anchors)
    overlap = _area(
        ops.maximum(boxes[..., :2], targets[..., :2]),
        ops.minimum(boxes[..., 2:], targets[..., 2:]),
    )
    union = box_ops.area(boxes) + box_ops.area(targets) - overlap
    loss = 1.0 - overlap / (union + _EPSILON)
    if kind == "giou":
        hull = _area(
            ops.minimum(boxes[..., :2], targets[..., :2]),
            ops.maximum(boxes[..., 2:], targets[..., 2:]),
        )
        loss = loss + (hull - union) / (hull + _EPSILON)
    return loss


def _area(top_left, bottom_right):
    return box_ops.area(ops.concatenate([top_left, bottom_right], axis=-1))
