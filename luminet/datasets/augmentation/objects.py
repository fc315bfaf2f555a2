"""The objects of a sample: rows that stay or go together, in every key.

One rule decides about an object that is cut off or covered: it stays if at least
`min_visible` of its box is still seen and this is a pixel or more on each side; its box
becomes the part that is seen, its area shrinks by the same share.
"""

import tensorflow as tf

OBJECT_KEYS = ("boxes", "classes", "difficult", "crowd", "area")
MIN_SIDE = 1.0


def rows(sample):
    """What a sample says of its objects: a dict of the keys that it has."""
    return {key: sample[key] for key in OBJECT_KEYS if key in sample}


def select(sample, keep):
    """Keep the objects where `keep`, bool `[N]`, is true."""
    kept = {key: tf.boolean_mask(value, keep) for key, value in rows(sample).items()}
    return {**sample, **kept}


def unite(sample, *others):
    """Give a sample the objects of others, too, which have the same keys."""
    united = {
        key: tf.concat([value, *(other[key] for other in others)], axis=0)
        for key, value in rows(sample).items()
    }
    return {**sample, **united}


def transform(sample, boxes, area_factor):
    """Give the objects new boxes `[N, 4]`, and scale their areas, by `[]` or `[N]`."""
    changed = {**sample, "boxes": boxes}
    if "area" in sample:
        changed["area"] = sample["area"] * area_factor
    return changed


def shift(sample, offset):
    """Move the boxes by `offset`, `[2]`, pixels in y and x."""
    return transform(sample, sample["boxes"] + _twice(offset), 1.0)


def scale(sample, old_size, size):
    """Scale the boxes of a picture of `old_size` to one of `size`, int32 `[2]` each."""
    # In this order what ends at the border does so afterwards, without rounding.
    boxes = sample["boxes"] * _twice(size) / _twice(old_size)
    factors = tf.cast(size, tf.float32) / tf.cast(old_size, tf.float32)
    return transform(sample, boxes, tf.reduce_prod(factors))


def clip(sample, size, min_visible):
    """Cut off what leaves a frame of `size`, `[2]`, that begins at 0."""
    boxes = tf.clip_by_value(sample["boxes"], 0.0, _twice(size))
    return reduce_to(sample, boxes, min_visible)


def reduce_to(sample, boxes, min_visible, shares=None):
    """Leave of every object what is seen of it, or nothing if that is too little.

    Args:
        sample: with N objects.
        boxes: float32 `[N, 4]`, around what is seen.
        min_visible: float, in [0, 1].
        shares: float32 `[N]`, which part of the object is seen, if not all in `boxes`.
    """
    if shares is None:
        shares = tf.math.divide_no_nan(areas(boxes), areas(sample["boxes"]))
    sides = tf.reduce_min(boxes[:, 2:] - boxes[:, :2], axis=1)
    keep = (shares >= min_visible) & (sides >= MIN_SIDE)
    return select(transform(sample, boxes, shares), keep)


def areas(boxes):
    """Square pixels of boxes `[..., 4]`; 0 if inside out."""
    sides = tf.maximum(boxes[..., 2:] - boxes[..., :2], 0.0)
    return sides[..., 0] * sides[..., 1]


def _twice(pair):
    return tf.tile(tf.cast(pair, tf.float32), [2])
