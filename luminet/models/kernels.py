"""The two operations that Keras lacks: non-maximum suppression and crop-and-resize.

Each has TensorFlow's native kernel, the fastest there is on a CPU, and a twin in
`keras.ops` with the same results for other backends, for XLA and for export.
This is the only file of `luminet.models` that may import TensorFlow.
"""

import keras
from keras import ops

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf
else:
    tf = None


def non_max_suppression(boxes, scores, iou_threshold, max_count, score_threshold):
    """Keep the best boxes of each class, and drop those that overlap a better one.

    Of two boxes of one class whose IoU is above the threshold, the one with the lower
    score goes. An IoU equal to the threshold keeps both.

    Args:
        boxes: `[B, N, Q, 4]`, `Q` is 1 (all classes share the boxes) or C.
        scores: `[B, N, C]`, positive: what scores 0 or less is never kept.
        iou_threshold: float in [0, 1].
        max_count: int, boxes to keep in each image, over all classes.
        score_threshold: float, scores must be above it.

    Returns:
        dict, best first, padded at the end:
            `boxes` `[B, max_count, 4]`, zeros in the padding;
            `scores` `[B, max_count]`, zeros in the padding;
            `classes` int32 `[B, max_count]`, -1 in the padding.
    """
    suppress = _native_nms if tf else _portable_nms
    return suppress(boxes, scores, iou_threshold, max_count, score_threshold)


def _native_nms(boxes, scores, iou_threshold, max_count, score_threshold):
    kept = tf.image.combined_non_max_suppression(
        boxes,
        scores,
        max_output_size_per_class=max_count,
        max_total_size=max_count,
        iou_threshold=iou_threshold,
        score_threshold=score_threshold,
        clip_boxes=False,
    )
    is_real = ops.arange(max_count)[None, :] < kept.valid_detections[:, None]
    return {
        "boxes": kept.nmsed_boxes,
        "scores": kept.nmsed_scores,
        "classes": ops.where(is_real, ops.cast(kept.nmsed_classes, "int32"), -1),
    }


def _portable_nms(boxes, scores, iou_threshold, max_count, score_threshold):
    batch, count, num_classes = ops.shape(scores)
    boxes = ops.broadcast_to(boxes, [batch, count, num_classes, 4])
    boxes = ops.reshape(boxes, [batch, count * num_classes, 4])
    classes = ops.tile(ops.arange(num_classes, dtype="int32"), [count])  # [N * C]
    scores = ops.reshape(scores, [batch, count * num_classes])
    alive = ops.where(scores > score_threshold, scores, 0.0)
    area = _area(boxes)

    def pick_best(index, alive, kept_boxes, kept_scores, kept_classes):
        best = ops.argmax(alive, axis=1)  # [B]
        best_score = ops.take_along_axis(alive, best[:, None], axis=1)  # [B, 1]
        best_box = ops.take_along_axis(boxes, best[:, None, None], axis=1)  # [B, 1, 4]
        best_class = ops.take(classes, best)[:, None]  # [B, 1]
        is_real = best_score > 0.0
        overlap = _overlap(boxes, best_box)
        union = area + _area(best_box) - overlap
        # As a product: the native kernel's rounding, and nothing to divide by zero.
        rival = (overlap > iou_threshold * union) & (classes[None, :] == best_class)
        is_best = ops.arange(count * num_classes)[None, :] == best[:, None]
        here = (ops.arange(max_count)[None, :] == index) & is_real  # [B, K]
        return (
            index + 1,
            ops.where(rival | is_best, 0.0, alive),
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


def crop_and_resize(features, points, crop_size):
    """Sample a grid of points in each region, by bilinear interpolation.

    Args:
        features: `[B, H, W, F]`.
        points: `[B, R, 4]`: row and column of a region's first sample, then of its
            last one, in cells: 0 is the middle of the first cell.
        crop_size: (int, int), samples along height and width, at least two.

    Returns:
        `[B, R, crop_height, crop_width, F]`; samples outside the features are 0.
    """
    crop = _native_crop if tf else _portable_crop
    return crop(features, points, crop_size)


def _native_crop(features, points, crop_size):
    batch, height, width, _ = ops.shape(features)
    regions = ops.shape(points)[1]
    limit = ops.cast(ops.stack([height - 1, width - 1] * 2), "float32")
    # A map of a single row or column has one place to be sampled at: 0.
    normalised = ops.cast(points, "float32") / ops.maximum(limit, 1.0)
    image_index = ops.repeat(ops.arange(batch, dtype="int32"), regions)
    crops = tf.image.crop_and_resize(
        # The kernel knows no bfloat16.
        ops.cast(features, "float32"),
        ops.reshape(normalised, [-1, 4]),
        image_index,
        crop_size,
    )
    crops = ops.cast(crops, features.dtype)
    return ops.reshape(crops, [batch, regions, *crop_size, features.shape[-1]])


def _portable_crop(features, points, crop_size):
    batch, height, width, channels = ops.shape(features)
    low_y, high_y, y_weight, y_inside = _samples(
        points[..., 0], points[..., 2], crop_size[0], height
    )  # [B, R, crop_height]
    low_x, high_x, x_weight, x_inside = _samples(
        points[..., 1], points[..., 3], crop_size[1], width
    )  # [B, R, crop_width]
    flat = ops.reshape(features, [batch, height * width, channels])

    def at(y, x):
        cell = y[..., :, None] * width + x[..., None, :]  # [B, R, h, w]
        cell = ops.reshape(cell, [batch, -1, 1])
        values = ops.take_along_axis(flat, cell, axis=1)
        return ops.reshape(values, [batch, -1, *crop_size, channels])

    y_weight = ops.cast(y_weight[..., :, None, None], features.dtype)
    x_weight = ops.cast(x_weight[..., None, :, None], features.dtype)
    upper = at(low_y, low_x) * (1 - x_weight) + at(low_y, high_x) * x_weight
    lower = at(high_y, low_x) * (1 - x_weight) + at(high_y, high_x) * x_weight
    crops = upper * (1 - y_weight) + lower * y_weight
    inside = (y_inside[..., :, None] & x_inside[..., None, :])[..., None]
    return ops.where(inside, crops, ops.zeros_like(crops))


def _samples(first, last, count, size):
    """Neighbouring cells, weights and validity of `count` points on one axis."""
    step = ops.arange(count, dtype="float32") / max(count - 1, 1)
    position = first[..., None] + (last - first)[..., None] * step  # [B, R, count]
    inside = (position >= 0) & (position <= size - 1)
    position = ops.clip(position, 0, size - 1)
    low = ops.floor(position)
    high = ops.minimum(low + 1, size - 1)
    return ops.cast(low, "int32"), ops.cast(high, "int32"), position - low, inside
