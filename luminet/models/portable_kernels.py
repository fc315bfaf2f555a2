"""The kernels in `keras.ops` alone: the same results on any backend.

They also are what XLA and export formats can run.
"""

from keras import ops

from luminet.models.greedy_nms import greedy_nms


def non_max_suppression(boxes, scores, iou_threshold, max_count, score_threshold):
    """Keep the best boxes of each class; see `kernels.non_max_suppression`."""

    def decay(overlap, union):
        # As a product: the native kernel's rounding, and nothing to divide by zero.
        return ops.where(overlap > iou_threshold * union, 0.0, 1.0)

    return greedy_nms(boxes, scores, decay, max_count, score_threshold)


def crop_and_resize(features, points, image_index, crop_size):
    """Sample a grid of points in each region; see `kernels.crop_and_resize`."""
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
    """Put each row through the function of its group; see `kernels.map_groups`.

    Each function sees all rows: how many there are of a group is not static.
    """
    chosen = functions[0](*rows)
    for i, function in enumerate(functions[1:], start=1):
        here = ops.reshape(group == i, [-1, *[1] * (len(chosen.shape) - 1)])
        chosen = ops.where(here, function(*rows), chosen)
    return chosen
