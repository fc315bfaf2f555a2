"""Take the colour out of a picture."""

import tensorflow as tf

from luminet.datasets.augmentation import pixels
from luminet.datasets.augmentation.step import Step

# Of red, green and blue: Rec. 601, as in JPEG.
LUMINANCE = (0.299, 0.587, 0.114)


class Grey(Step):
    """Give all three channels the luminance."""

    def __call__(self, sample, _seed):
        """Make a sample grey."""
        mix = tf.tile(tf.constant(LUMINANCE)[:, None], [1, 3])
        grey = tf.tensordot(pixels.as_float(sample["image"]), mix, 1)
        return {**sample, "image": pixels.like(grey, sample["image"])}
