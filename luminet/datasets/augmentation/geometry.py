"""Cut, scale and place a picture together with its objects."""

import tensorflow as tf

from luminet.datasets.augmentation import draws, objects, pixels


def size_of(sample):
    """Height and width in pixels, int32 `[2]`."""
    return tf.shape(sample["image"])[:2]


def crop(sample, top_left, size, min_visible):
    """Cut a window out.

    Args:
        sample: whose picture holds the whole window.
        top_left: int32 `[2]`, its first pixel.
        size: int32 `[2]`.
        min_visible: float, see `objects`.
    """
    cut = {**sample, "image": pixels.window(sample["image"], top_left, size)}
    return objects.clip(objects.shift(cut, -top_left), size, min_visible)


def resize(sample, size):
    """Scale to a size, int32 `[2]`."""
    image = pixels.resize(sample["image"], size)
    return objects.scale({**sample, "image": image}, size_of(sample), size)


def place(sample, top_left, size, fill):
    """Lay it on a larger picture of plain colour.

    Args:
        sample: dict.
        top_left: int32 `[2]`, where its first pixel comes to lie.
        size: int32 `[2]`, of the larger picture.
        fill: the colour, three numbers.
    """
    canvas = pixels.plain(size, fill, sample["image"].dtype)
    image = pixels.insert(canvas, sample["image"], top_left)
    return objects.shift({**sample, "image": image}, top_left)


def fit(sample, size, seed):
    """Scale a sample so that it just fits into a frame.

    Args:
        sample: keeps its aspect ratio, up to half a pixel.
        size: int32 `[2]`, of the frame.
        seed: decides where in the frame it lies.

    Returns:
        The scaled sample, and where in the frame its first pixel lies, int32 `[2]`.
    """
    ratios = tf.cast(size, tf.float32) / tf.cast(size_of(sample), tf.float32)
    fitted = tf.cast(size_of(sample), tf.float32) * tf.reduce_min(ratios)
    fitted = tf.clip_by_value(tf.cast(tf.round(fitted), tf.int32), 1, size)
    return resize(sample, fitted), draws.whole(seed, 0, size - fitted, [2])
