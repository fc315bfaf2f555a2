"""What is seen of boxes that others cover.

Exact for rectangles: all their edges together cut the picture into cells, and each cell
lies either wholly inside a rectangle or wholly outside.
"""

import tensorflow as tf


def seen_beside(boxes, covers):
    """What is left of boxes behind covers.

    Args:
        boxes: float32 `[N, 4]`.
        covers: float32 `[M, 4]`.

    Returns:
        boxes `[N, 4]`, around the part of each that no cover hides, and shares `[N]`,
        how much of its area that is; an empty box and 0 where nothing is left.
    """
    return _seen(boxes, covers, through=False)


def seen_through(boxes, windows):
    """What shows of boxes through windows: the counterpart of `seen_beside`."""
    return _seen(boxes, windows, through=True)


def _seen(boxes, covers, through):
    tops, bottoms = _cells(boxes, covers, 0)  # [I]
    lefts, rights = _cells(boxes, covers, 1)  # [J]
    row_covers = _within(tops, bottoms, covers, 0)  # [M, I]
    column_covers = _within(lefts, rights, covers, 1)  # [M, J]
    covered = tf.einsum("mi,mj->ij", row_covers, column_covers) > 0.0
    seen = tf.cast(covered == through, tf.float32)  # [I, J]
    # Weighted by their sizes, cells between edges at one place do not count.
    heights = _within(tops, bottoms, boxes, 0) * (bottoms - tops)  # [N, I]
    widths = _within(lefts, rights, boxes, 1) * (rights - lefts)  # [N, J]
    seen_rows = heights * tf.einsum("ij,nj->ni", seen, widths)  # [N, I]
    seen_columns = widths * tf.einsum("ij,ni->nj", seen, heights)  # [N, J]
    all_rows = heights * tf.einsum("ij,nj->ni", tf.ones_like(seen), widths)
    shares = tf.math.divide_no_nan(
        tf.reduce_sum(seen_rows, axis=1), tf.reduce_sum(all_rows, axis=1)
    )
    y1, y2 = _span(tops, bottoms, seen_rows > 0.0)
    x1, x2 = _span(lefts, rights, seen_columns > 0.0)
    return tf.stack([y1, x1, y2, x2], axis=1), shares


def _cells(boxes, covers, axis):
    """Begins and ends of the cells along an axis."""
    edges = [boxes[:, axis], boxes[:, axis + 2], covers[:, axis], covers[:, axis + 2]]
    edges = tf.sort(tf.concat(edges, axis=0))
    return edges[:-1], edges[1:]


def _within(begins, ends, boxes, axis):
    """1 where a cell lies between the sides of a box, else 0: `[N, cells]`."""
    after = begins >= boxes[:, axis, None]
    before = ends <= boxes[:, axis + 2, None]
    return tf.cast(after & before, tf.float32)


def _span(begins, ends, seen):
    """From the first to the last cell that is seen of each box, `[N]` and `[N]`."""
    first = tf.reduce_min(tf.where(seen, begins, begins.dtype.max), axis=1)
    last = tf.reduce_max(tf.where(seen, ends, begins.dtype.min), axis=1)
    anything = tf.reduce_any(seen, axis=1)
    return tf.where(anything, first, 0.0), tf.where(anything, last, 0.0)
