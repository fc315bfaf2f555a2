"""The highest values of each row, where a row may have fewer than are wanted."""

from keras import ops


def top_k(values, count):
    """The highest of each row and where they stood, the first of equal ones first.

    Args:
        values: `[B, N]`.
        count: int; K is that, or N if there are fewer.

    Returns:
        `[B, K]`, and int32 `[B, K]`.
    """
    size = ops.shape(values)[1]
    # It may not be known before run time.
    count = min(count, size) if isinstance(size, int) else ops.minimum(count, size)
    return ops.top_k(values, count)
