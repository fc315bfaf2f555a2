"""Distort the colours of a picture."""

import math

import numpy as np
import tensorflow as tf

from luminet.datasets.augmentation import draws, pixels
from luminet.datasets.augmentation.limits import check_between, check_share
from luminet.datasets.augmentation.step import Step

# From red, green, blue to luminance and the two axes of colour of NTSC.
YIQ = np.float32(
    [[0.299, 0.587, 0.114], [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]]
)
# A change of saturation and hue is a sum of these: what it does to luminance, to the
# two axes of colour, and from one of them to the other. For rows of red, green, blue.
_TURNS = (
    YIQ.T
    @ np.float32(
        [
            [[1, 0, 0], [0, 0, 0], [0, 0, 0]],
            [[0, 0, 0], [0, 1, 0], [0, 0, 1]],
            [[0, 0, 0], [0, 0, -1], [0, 1, 0]],
        ]
    )
    @ np.linalg.inv(YIQ).T
)
# Of a picture, for its mean colour.
_ROWS = 64
# Pixels that are turned together: products of vectors of three are slow.
_GROUP = 4


class Colour(Step):
    """Change brightness, contrast, saturation and hue, in this order, as given.

    All of it is one affine map of red, green and blue: a fraction of the work that the
    way there and back to HSV is. Luminance stays when saturation and hue change.

    Args:
        brightness: at most this share of 255 is added or taken away.
        contrast: distances from each channel's mean are multiplied by a factor between
            1 minus and 1 plus this.
        saturation: distances from the grey of the same luminance, likewise.
        hue: at most this share of the colour circle is added or taken away; 0.5 is all
            of it.
    """

    def __init__(
        self,
        brightness: float = 0.0,
        contrast: float = 0.0,
        saturation: float = 0.0,
        hue: float = 0.0,
    ):
        check_share("brightness", brightness)
        check_share("contrast", contrast)
        check_share("saturation", saturation)
        check_between("hue", hue, 0.0, 0.5)
        if not any((brightness, contrast, saturation, hue)):
            raise ValueError(
                "one of brightness, contrast, saturation and hue must be above 0, "
                "else nothing happens"
            )
        self.brightness = brightness
        self.contrast = contrast
        self.saturation = saturation
        self.hue = hue

    def __call__(self, sample, seed):
        """Change the colours of a sample."""
        draw = draws.uniform(seed, -1.0, 1.0, [4])
        gain = 1.0 + self.contrast * draw[1]
        offset = tf.fill([3], 255.0 * self.brightness * draw[0])
        if self.contrast:
            offset += (1.0 - gain) * _mean_colour(sample["image"])
        image = pixels.as_float(sample["image"])
        if self.saturation or self.hue:
            angle = 2 * math.pi * self.hue * draw[3]
            turn = _turn(1.0 + self.saturation * draw[2], angle)
            image = _multiply(image, gain * turn, tf.linalg.matvec(turn, offset, True))
        else:
            image = pixels.add_colour(gain * image, offset)
        return {**sample, "image": pixels.like(image, sample["image"])}


def _mean_colour(image):
    """Of a few rows of a picture, spread over it: all of them take longer."""
    height = tf.shape(image)[0]
    rows = tf.range(0, height, tf.maximum(height // _ROWS, 1))
    return tf.reduce_mean(tf.reduce_mean(pixels.as_float(tf.gather(image, rows)), 0), 0)


def _turn(saturation, angle):
    """The matrix by which a row of red, green and blue is multiplied."""
    along, across = saturation * tf.cos(angle), saturation * tf.sin(angle)
    return tf.tensordot(tf.stack([1.0, along, across]), _TURNS, 1)


def _multiply(image, matrix, offset):
    """Every pixel of a float32 picture times a matrix, plus three numbers."""
    missing = -tf.size(image) % (3 * _GROUP)
    # Without a copy where nothing is missing.
    groups = tf.reshape(
        tf.pad(tf.reshape(image, [-1]), [[0, missing]]), [1, 1, -1, 3 * _GROUP]
    )
    # The matrix, once for each pixel of a group, on the diagonal of a larger one.
    blocks = tf.eye(_GROUP)[:, None, :, None] * matrix[:, None, :]
    blocks = tf.reshape(blocks, [1, 1, 3 * _GROUP, 3 * _GROUP])
    # A convolution is faster than a product of matrices, and TensorFlow adds its bias
    # on the way.
    groups = tf.nn.conv2d(groups, blocks, 1, "VALID")
    groups = tf.nn.bias_add(groups, tf.tile(offset, [_GROUP]))
    return tf.reshape(tf.reshape(groups, [-1])[: tf.size(image)], tf.shape(image))
