"""What Keras lacks: suppression, crop-and-resize, and work on the rows of a group.

Each has TensorFlow's native kernel, the fastest there is on a CPU, and a twin with the
same results in `portable_kernels`, for other backends.
This is the only file of `luminet.models` that may import TensorFlow.
"""

import keras
from keras import ops

from luminet.models import portable_kernels

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
    suppress = _native_nms if tf else portable_kernels.non_max_suppression
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
    crop = _native_crop if tf else portable_kernels.crop_and_resize
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
    apply = _native_map_groups if tf else portable_kernels.map_groups
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
