"""Pixels of a picture: uint8 or float32 `[H, W, 3]`, from 0 to 255.

A picture keeps its type through every step: arithmetic is in float32, and what comes
out is clipped to 0..255 and, for uint8, rounded.
"""

import tensorflow as tf

# The mean colour of ImageNet: what a network makes least of.
MEAN_COLOUR = (124, 117, 104)


def as_float(image):
    """The same numbers in float32."""
    return tf.cast(image, tf.float32)


def like(pixels, image):
    """Give float32 pixels the type of `image`, and clip them to 0..255."""
    pixels = tf.clip_by_value(pixels, 0.0, 255.0)
    if image.dtype.is_integer:
        pixels = tf.round(pixels)
    return tf.cast(pixels, image.dtype)


def add_colour(image, colour):
    """Add three numbers to every pixel of a float32 picture."""
    # Row by row: adding three numbers at a time is slow.
    height, width, _ = tf.unstack(tf.shape(image))
    rows = tf.reshape(image, [height, -1]) + tf.tile(colour, [width])
    return tf.reshape(rows, [height, width, 3])


def blend(image, other, share):
    """Mix two pictures of one size; `share`, in [0, 1], is that of the other one."""
    image_pixels = as_float(image)
    return like(image_pixels + share * (as_float(other) - image_pixels), image)


def resize(image, size):
    """Scale to `size`, int32 `[2]`; bilinear, with antialiasing where it shrinks."""
    return like(tf.image.resize(image, size, antialias=True), image)


def plain(size, colour, dtype):
    """A picture of one colour: `size` int32 `[2]`, `colour` three numbers."""
    # Row by row: repeating three numbers at a time is slow.
    row = tf.tile(tf.cast(colour, dtype), size[1:])
    return tf.reshape(tf.tile(row, size[:1]), [size[0], size[1], 3])


def window(image, top_left, size):
    """The part of a picture that begins at a pixel, int32 `[2]`, and has a size."""
    begin, extent = tf.concat([top_left, [0]], 0), tf.concat([size, [3]], 0)
    return tf.slice(image, begin, extent)


def insert(canvas, image, top_left):
    """Put a picture in the place of a part of a larger one.

    Args:
        canvas: the larger one.
        image: of the same type.
        top_left: int32 `[2]`, where its first pixel comes to lie.
    """
    y1, x1 = tf.unstack(top_left)
    y2, x2 = tf.unstack(top_left + tf.shape(image)[:2])
    middle = [canvas[y1:y2, :x1], image, canvas[y1:y2, x2:]]
    return tf.concat([canvas[:y1], tf.concat(middle, axis=1), canvas[y2:]], axis=0)
