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
        # In float64, as in Python: rounding down forgives no error.
        old_size = tf.cast(tf.shape(sample["image"])[:2], tf.float64)
        shorter, longer = tf.reduce_min(old_size), tf.reduce_max(old_size)
        min_size = self.min_size * tf.cast(sample.get("resize_factor", 1), tf.float64)
        factor = tf.minimum(min_size / shorter, self.max_size / longer)
        size = tf.cast(tf.maximum(self.round(old_size * factor), 1.0), tf.float32)
        old_size = tf.cast(old_size, tf.float32)
        image = tf.image.resize(sample["image"], tf.cast(size, tf.int32))
        scale = size / old_size
        resized = {**sample, "image": image, "image_size": size, "scale": scale}
        if "boxes" in sample:
            resized["boxes"] = sample["boxes"] * tf.concat([scale, scale], axis=0)
        return resized


class Flip:
    """Mirror an image and its boxes, by chance.

    Args:
        horizontal: float, the chance that left and right change places.
        vertical: float, the chance that top and bottom do.
    """

    def __init__(self, horizontal: float = 0.5, vertical: float = 0.0):
        if not (0.0 <= horizontal <= 1.0 and 0.0 <= vertical <= 1.0):
            raise ValueError(
                "`horizontal` and `vertical` must be in [0, 1]. "
                f"Received: horizontal={horizontal}, vertical={vertical}"
            )
        self.horizontal = horizontal
        self.vertical = vertical

    def __call__(self, sample, seed):
        """Flip a sample, or not: a pure function of `seed`, int32 `[2]`."""
        chance = tf.random.stateless_uniform([2], seed)
        sample = _if(chance[0] < self.horizontal, flip_horizontally, sample)
        return _if(chance[1] < self.vertical, flip_vertically, sample)


def flip_horizontally(sample):
    """Let left and right of a sample change places."""
    width = tf.cast(tf.shape(sample["image"])[1], tf.float32)
    y1, x1, y2, x2 = tf.unstack(sample["boxes"], axis=1)
    boxes = tf.stack([y1, width - x2, y2, width - x1], axis=1)
    return {**sample, "image": tf.reverse(sample["image"], [1]), "boxes": boxes}


def flip_vertically(sample):
    """Let top and bottom of a sample change places."""
    height = tf.cast(tf.shape(sample["image"])[0], tf.float32)
    y1, x1, y2, x2 = tf.unstack(sample["boxes"], axis=1)
    boxes = tf.stack([height - y2, x1, height - y1, x2], axis=1)
    return {**sample, "image": tf.reverse(sample["image"], [0]), "boxes": boxes}


def _if(condition, transform, sample):
    changed = tf.cond(
        condition,
        lambda: {key: transform(sample)[key] for key in ("image", "boxes")},
        lambda: {key: sample[key] for key in ("image", "boxes")},
    )
    changed["image"].set_shape(sample["image"].shape)
    return {**sample, **changed}
