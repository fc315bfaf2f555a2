"""Which size pictures are padded to, and the batches that are made of them."""

import math

import tensorflow as tf

# Every base network halves a picture up to five times.
SIZE_MULTIPLE = 32
_PADDING = {"gt_classes": -1}


def next_size(size):
    """The next multiples of `SIZE_MULTIPLE`, of int32 of any shape."""
    return size + -size % SIZE_MULTIPLE


class ShapeBuckets:
    """A few lengths, one of which every side of a picture is padded to.

    They are spread evenly between the two sizes of a resize, whose pictures have one
    side of `min_size`, or one of `max_size`: `count` lengths are at most twice as many
    shapes. Where augmentation makes pictures smaller, lengths go on below in the same
    steps.

    Args:
        resize: `transforms.Resize`.
        count: int, at least 2.
    """

    def __init__(self, resize, count: int):
        self.first = _next_multiple(resize.min_size)
        self.last = _next_multiple(resize.max_size)
        self.step = _next_multiple((self.last - self.first) / (count - 1))

    def __call__(self, size):
        """The lengths of sides after padding, int32: multiples of `SIZE_MULTIPLE`."""
        above = tf.cast(size, tf.float32) - self.first
        steps = tf.cast(tf.math.ceil(above / self.step), tf.int32)
        return tf.minimum(self.first + steps * self.step, self.last)


def _next_multiple(size: float) -> int:
    return max(1, math.ceil(size / SIZE_MULTIPLE)) * SIZE_MULTIPLE


def pad_image(image, choose_size=next_size):
    """Add zeros at the bottom and right.

    Args:
        image: `[H, W, 3]`.
        choose_size: function from height and width, int32 `[2]`, to the padded ones.
    """
    size = tf.shape(image)[:2]
    missing = choose_size(size) - size
    return tf.pad(image, [[0, missing[0]], [0, missing[1]], [0, 0]])


def padded_batch(samples, batch_size: int):
    """Batch a `tf.data.Dataset` of dicts, each padded to the largest of its batch."""
    padding = {
        key: tf.constant(_PADDING[key], spec.dtype) if key in _PADDING else None
        for key, spec in samples.element_spec.items()
    }
    return samples.padded_batch(batch_size, padding_values=padding)
