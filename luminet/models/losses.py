"""Loss formulas that the stages share. All of them keep the shape of their input."""

from keras import ops


def sigmoid_cross_entropy(targets, logits):
    """Cross entropy of yes-no questions, `[...]`, from bools and logits `[...]`."""
    return ops.binary_crossentropy(
        ops.cast(targets, logits.dtype), logits, from_logits=True
    )


def softmax_cross_entropy(classes, logits):
    """Cross entropy `[...]` of class numbers int32 `[...]` and logits `[..., C]`.

    Every number must lie in `0..C-1`: mask entries without a class and give them a 0.
    """
    return ops.sparse_categorical_crossentropy(classes, logits, from_logits=True)


def smooth_l1(targets, predictions, beta):
    """Square up to a difference of `beta`, then straight (Fast R-CNN, equation 3).

    Args:
        targets: `[...]`.
        predictions: `[...]`.
        beta: float, 0 makes it the absolute difference. The sigma of the first
            implementations is `1 / sqrt(beta)`.

    Returns:
        `[...]`.
    """
    difference = ops.abs(targets - predictions)
    if beta == 0:
        return difference
    square = 0.5 * ops.square(difference) / beta
    return ops.where(difference < beta, square, difference - 0.5 * beta)


def masked_mean(values, mask, count):
    """Sum of each row of `values` where `mask` is true, over `count`; 0 if none is.

    Args:
        values: `[B, N]`.
        mask: bool `[B, N]`.
        count: `[B]`; numbers below 1 count as 1.

    Returns:
        `[B]`.
    """
    # `where` and not a product: what is masked may be infinite.
    total = ops.sum(ops.where(mask, values, 0.0), axis=1)
    return total / ops.maximum(ops.cast(count, "float32"), 1.0)
