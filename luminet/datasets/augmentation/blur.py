"""Make a picture less sharp."""

import tensorflow as tf

from luminet.datasets.augmentation import draws, pixels
from luminet.datasets.augmentation.limits import check_at_least, check_order
from luminet.datasets.augmentation.step import Step


class Blur(Step):
    """Smooth with a Gaussian; beyond the border, the border's pixels go on.

    Args:
        min_sigma: least standard deviation, pixels.
        max_sigma: largest.
    """

    def __init__(self, min_sigma: float = 0.1, max_sigma: float = 2.0):
        check_at_least("min_sigma", min_sigma, 0.01)
        check_order("min_sigma", min_sigma, "max_sigma", max_sigma)
        self.sigmas = (min_sigma, max_sigma)

    def __call__(self, sample, seed):
        """Smooth a sample."""
        image = pixels.as_float(sample["image"])
        smooth = blur(image, draws.uniform(seed, *self.sigmas))
        return {**sample, "image": pixels.like(smooth, sample["image"])}


def blur(image, sigma):
    """Smooth a float32 picture with a Gaussian that ends at three sigma."""
    radius = tf.cast(tf.math.ceil(3.0 * sigma), tf.int32)
    offsets = tf.cast(tf.range(-radius, radius + 1), tf.float32)
    weights = tf.exp(-0.5 * tf.square(offsets / sigma))
    weights = tf.tile((weights / tf.reduce_sum(weights))[:, None], [1, 3])
    padded = _pad(_pad(image, radius, 0), radius, 1)[None]
    for shape in ([-1, 1, 3, 1], [1, -1, 3, 1]):
        kernel = tf.reshape(weights, shape)
        padded = tf.nn.depthwise_conv2d(padded, kernel, [1, 1, 1, 1], "VALID")
    return padded[0]


def _pad(image, count, axis):
    """Repeat the first and last row or column; `tf.pad` mirrors, and not so far."""
    size = tf.shape(image)[axis]
    indices = tf.clip_by_value(tf.range(-count, size + count), 0, size - 1)
    return tf.gather(image, indices, axis=axis)
