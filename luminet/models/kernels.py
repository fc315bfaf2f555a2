"""What Keras lacks: suppression, crop-and-resize, and work on the rows of a group.

Each has TensorFlow's native kernel, the fastest there is on a CPU, and a twin in
`keras.ops` with the same results for other backends, for XLA and for export.
This is the only file of `luminet.models` that may import TensorFlow.
"""

import keras
from keras import ops

from luminet.models.greedy_nms import greedy_nms

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
    def decay(overlap, union):
        # As a product: the native kernel's rounding, and nothing to divide by zero.
        return ops.where(overlap > iou_threshold * union, 0.0, 1.0)

    return greedy_nms(boxes, scores, decay, max_count, score_threshold)


def crop_and_resize(features, points, image_index, crop_size):
    """Sample a grid of points in each region, by bilinear interpolation.

    Args:
        features: `[B, H, W, F]`.
        points: `[N, 4]`: row and column of a region's first sample, then of its last
            one, in cells: 0 is the middle of the first cell.
        image_index: int32 `[N]`, the image that a region lies in.
        crop_size: (int, int), samples along height and width, at least two.

    Returns:
        `[N, crop_height, crop_width, F]`; samples outside the features are 0.
    """
    crop = _native_crop if tf else _portable_crop
    return crop(features, points, image_index, crop_size)


def _native_crop(features, points, image_index, crop_size):
    height, width = ops.shape(features)[1:3]
    limit = ops.cast(ops.stack([height - 1, width - 1] * 2), "float32")
    # A map of a single row or column has one place to be sampled at: 0.
    normalised = ops.cast(points, "float32") / ops.maximum(limit, 1.0)
    # The kernel knows no bfloat16.
    crops = tf.image.crop_and_resize(
        ops.cast(features, "float32"), normalised, image_index, crop_size
    )
    return ops.cast(crops, features.dtype)


def _portable_crop(features, points, image_index, crop_size):
    batch, height, width, channels = ops.shape(features)
    points = ops.cast(points, "float32")
    low_y, high_y, y_weight, y_inside = _samples(
        points[:, 0], points[:, 2], crop_size[0], height
    )  # [N, crop_height]
    low_x, high_x, x_weight, x_inside = _samples(
        points[:, 1], points[:, 3], crop_size[1], width
    )  # [N, crop_width]
    # In float32, as the native kernel: coordinates and weights need more than 8 bits.
    flat = ops.reshape(features, [batch * height * width, channels])
    flat = ops.cast(flat, "float32")
    first_row = ops.cast(image_index, "int32")[:, None] * height  # [N, 1]

    def at(y, x):
        return ops.take(flat, (first_row + y)[:, :, None] * width + x[:, None], axis=0)

    y_weight, x_weight = y_weight[:, :, None, None], x_weight[:, None, :, None]
    upper = at(low_y, low_x) * (1 - x_weight) + at(low_y, high_x) * x_weight
    lower = at(high_y, low_x) * (1 - x_weight) + at(high_y, high_x) * x_weight
    crops = upper * (1 - y_weight) + lower * y_weight
    inside = (y_inside[:, :, None] & x_inside[:, None, :])[..., None]
    return ops.cast(ops.where(inside, crops, 0.0), features.dtype)


def _samples(first, last, count, size):
    """Neighbouring cells, weights and validity of `count` points on one axis."""
    step = ops.arange(count, dtype="float32") / max(count - 1, 1)
    position = first[:, None] + (last - first)[:, None] * step  # [N, count]
    inside = (position >= 0) & (position <= size - 1)
    position = ops.clip(position, 0, size - 1)
    low = ops.floor(position)
    high = ops.minimum(low + 1, size - 1)
    return ops.cast(low, "int32"), ops.cast(high, "int32"), position - low, inside


def map_groups(functions, group, *rows):
    """Put each row through the function of its group.

    Args:
        functions: list, one for each group, of functions from rows `[M, ...]` to as
            many results, all of one shape and type.
        group: int32 `[N]`, the group of each row.
        *rows: tensors `[N, ...]`, what the functions are given of them.

    Returns:
        `[N, ...]`, the results in the order of the rows.
    """
    if len(functions) == 1:
        return functions[0](*rows)
    apply = _native_map_groups if tf else _portable_map_groups
    return apply(functions, group, *rows)


def _native_map_groups(functions, group, *rows):
    """Each function sees the rows of its group alone."""
    members = [tf.where(group == i)[:, 0] for i in range(len(functions))]
    members = [tf.cast(index, tf.int32) for index in members]
    results = [
        function(*(tf.gather(values, index) for values in rows))
        for function, index in zip(functions, members, strict=True)
    ]
    return tf.dynamic_stitch(members, results)


def _portable_map_groups(functions, group, *rows):
    """Each function sees all rows: how many there are of a group is not static."""
    chosen = functions[0](*rows)
    for i, function in enumerate(functions[1:], start=1):
        here = ops.reshape(group == i, [-1, *[1] * (len(chosen.shape) - 1)])
        chosen = ops.where(here, function(*rows), chosen)
    return chosen
