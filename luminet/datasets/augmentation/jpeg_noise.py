"""Give a picture the traces of strong compression."""

import tensorflow as tf

from luminet.datasets.augmentation import draws, pixels
from luminet.datasets.augmentation.limits import check_between, check_order
from luminet.datasets.augmentation.step import Step


class JPEGNoise(Step):
    """Compress a sample as JPEG, and decode it again.

    Args:
        min_quality: worst quality, 1 to 100.
        max_quality: best.
    """

    def __init__(self, min_quality: int = 30, max_quality: int = 90):
        check_between("min_quality", min_quality, 1, 100)
        check_between("max_quality", max_quality, 1, 100)
        check_order("min_quality", min_quality, "max_quality", max_quality)
        self.qualities = (min_quality, max_quality)

    def __call__(self, sample, seed):
        """Compress a sample and decode it."""
        whole = tf.cast(pixels.as_float(sample["image"]) + 0.5, tf.uint8)
        quality = draws.whole(seed, *self.qualities)
        # As pictures from files are decoded.
        noisy = tf.image.adjust_jpeg_quality(
            whole, quality, dct_method="INTEGER_ACCURATE"
        )
        return {**sample, "image": tf.cast(noisy, sample["image"].dtype)}
