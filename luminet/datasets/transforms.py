"""Change an image together with its boxes: dict to dict, in plain TensorFlow.

A sample is a dict of `image` uint8 or float32 `[H, W, 3]` and, where there is truth,
`boxes` float32 `[N, 4]` in its pixels. What else is in it stays as it is.
"""

from typing import Literal

import tensorflow as tf


class Resize:
    """Scale an image to a shorter side of `min_size`, and never beyond `max_size`.

    The aspect ratio stays, up to half a pixel. Bilinear, without antialiasing, as in
    torchvision's detectors.

    Args:
        min_size: int, pixels of the shorter side.
        max_size: int, pixels that the longer side may have.
        rounding: where a side is no whole number of pixels: "nearest", or "down" as
            torchvision does.
    """

    def __init__(
        self,
        min_size: int = 600,
        max_size: int = 1024,
        rounding: Literal["nearest", "down"] = "nearest",
    ):
        if not 1 <= min_size <= max_size:
            raise ValueError(
                "`min_size` must be positive and not above `max_size`. "
                f"Received: min_size={min_size}, max_size={max_size}"
            )
        self.min_size = min_size
        self.max_size = max_size
        self.round = tf.floor if rounding == "down" else tf.round

    def __call__(self, sample):
        """Resize a sample; adds `image_size` and `scale`, float32 `[2]` each.

        `scale` is the new size over the old one, y and x. Where the sample says so, in
        `resize_factor`, float32 `[]`, `min_size` is multiplied by that.
        """
        old_size = tf.cast(tf.shape(sample["image"])[:2], tf.float32)
        size = self.new_size(old_size, sample.get("resize_factor", 1.0))
        # The kernel gives the same numbers for float32 as for uint8, in less time.
        pixels = tf.cast(sample["image"], tf.float32)
        image = tf.image.resize(pixels, tf.cast(size, tf.int32))
        scale = size / old_size
        resized = {**sample, "image": image, "image_size": size, "scale": scale}
        if "boxes" in sample:
            resized["boxes"] = sample["boxes"] * tf.concat([scale, scale], axis=0)
        return resized

    def new_size(self, old_size, factor=1.0):
        """Height and width after the resize, float32 `[..., 2]`.

        Args:
            old_size: `[..., 2]`, height and width before it.
            factor: float32 `[]`, what `min_size` is multiplied by.
        """
        # In float64, as in Python: rounding down forgives no error.
        old_size = tf.cast(old_size, tf.float64)
        shorter = tf.reduce_min(old_size, axis=-1, keepdims=True)
        longer = tf.reduce_max(old_size, axis=-1, keepdims=True)
        min_size = self.min_size * tf.cast(factor, tf.float64)
        scale = tf.minimum(min_size / shorter, self.max_size / longer)
        return tf.cast(tf.maximum(self.round(old_size * scale), 1.0), tf.float32)
