"""Suppression in `keras.ops` alone: the best box again and again, rivals weakened."""

from keras import ops


def greedy_nms(boxes, scores, decay, max_count, score_threshold):
    """Pick boxes best first; each pick lowers the scores of its class that overlap it.

    Classes do not touch each other, so one loop over the picks of all of them gives
    what a loop for each class would, sorted.

    Args:
        boxes: `[B, N, Q, 4]`, `Q` is 1 (all classes share the boxes) or C.
        scores: `[B, N, C]`.
        decay: function of `overlap` and `union`, both `[B, N * C]`, in square pixels,
            of all boxes with the picked one; returns factors `[B, N * C]` in [0, 1].
        max_count: int, boxes to keep in each image, over all classes.
        score_threshold: float; scores must be above it when they are picked.

    Returns:
        See `kernels.non_max_suppression`.
    """
    batch, count, num_classes = ops.shape(scores)
    boxes = ops.broadcast_to(boxes, [batch, count, num_classes, 4])
    boxes = ops.reshape(boxes, [batch, count * num_classes, 4])
    classes = ops.tile(ops.arange(num_classes, dtype="int32"), [count])  # [N * C]
    scores = ops.reshape(scores, [batch, count * num_classes])
    alive = ops.maximum(scores, 0.0)
    area = _area(boxes)

    def pick_best(index, alive, kept_boxes, kept_scores, kept_classes):
        best = ops.argmax(alive, axis=1)  # [B]
        best_score = ops.take_along_axis(alive, best[:, None], axis=1)  # [B, 1]
        best_box = ops.take_along_axis(boxes, best[:, None, None], axis=1)  # [B, 1, 4]
        best_class = ops.take(classes, best)[:, None]  # [B, 1]
        is_real = best_score > max(score_threshold, 0.0)
        overlap = _overlap(boxes, best_box)
        factors = decay(overlap, area + _area(best_box) - overlap)
        factors = ops.where(classes[None, :] == best_class, factors, 1.0)
        is_best = ops.arange(count * num_classes)[None, :] == best[:, None]
        here = (ops.arange(max_count)[None, :] == index) & is_real  # [B, K]
        return (
            index + 1,
            ops.where(is_best, 0.0, alive * factors),
            ops.where(here[..., None], best_box, kept_boxes),
            ops.where(here, best_score, kept_scores),
            ops.where(here, best_class, kept_classes),
        )

    _, _, kept_boxes, kept_scores, kept_classes = ops.while_loop(
        lambda index, *_: index < max_count,
        pick_best,
        (
            0,
            alive,
            ops.zeros([batch, max_count, 4]),
            ops.zeros([batch, max_count]),
            ops.full([batch, max_count], -1, dtype="int32"),
        ),
    )
    return {"boxes": kept_boxes, "scores": kept_scores, "classes": kept_classes}


def _area(boxes):
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def _overlap(boxes, best_box):
    top_left = ops.maximum(boxes[..., :2], best_box[..., :2])
    size = ops.maximum(ops.minimum(boxes[..., 2:], best_box[..., 2:]) - top_left, 0.0)
    return size[..., 0] * size[..., 1]
