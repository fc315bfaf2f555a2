"""Rotate, shear and move a picture a little."""

import math
from typing import Literal

import tensorflow as tf

from luminet.datasets.augmentation import draws, objects, outline, pixels
from luminet.datasets.augmentation.geometry import size_of
from luminet.datasets.augmentation.limits import (
    check_between,
    check_fill,
    check_share,
)
from luminet.datasets.augmentation.step import Step


class Affine(Step):
    """Rotate about the middle, shear and move; the frame of the picture stays.

    The new box is the one around the moved object, and for that one must know its
    shape: the box around a tilted rectangle is larger than that around the ellipse in
    it, and few objects fill the corners of their boxes.

    Args:
        rotation: at most this many degrees, in both directions.
        shear: likewise, of the vertical and of the horizontal axis.
        translation: at most this share of the height and of the width.
        shape: what objects are taken for, "ellipse" or "rectangle".
        min_visible: share of an object that must be in the frame, see `objects`.
        fill: colour of what comes in from outside, red, green, blue, 0 to 255.
    """

    def __init__(
        self,
        rotation: float = 5.0,
        shear: float = 5.0,
        translation: float = 0.05,
        shape: Literal["ellipse", "rectangle"] = "ellipse",
        min_visible: float = 0.3,
        fill: list[int] = pixels.MEAN_COLOUR,
    ):
        check_between("rotation", rotation, 0.0, 180.0)
        check_between("shear", shear, 0.0, 30.0)
        check_share("translation", translation)
        check_share("min_visible", min_visible)
        check_fill(fill)
        self.rotation = math.radians(rotation)
        self.shear = math.radians(shear)
        self.translation = translation
        self.shape = shape
        self.min_visible = min_visible
        self.fill = fill

    def __call__(self, sample, seed):
        """Rotate, shear and move a sample."""
        seeds = tf.random.split(seed)
        size = tf.cast(size_of(sample), tf.float32)
        matrix = self._matrix(seeds[0])
        # Where a point goes: matrix @ point + offset, points being y and x.
        shift = draws.uniform(seeds[1], -1.0, 1.0, [2]) * self.translation * size
        offset = size / 2.0 + shift - tf.linalg.matvec(matrix, size / 2.0)
        image = _warp(sample["image"], matrix, offset, self.fill)
        points = outline.move(sample["boxes"], matrix, offset, self.shape)
        boxes, seen = outline.bounds(points), outline.bounds_within(points, size)
        factor = tf.abs(tf.linalg.det(matrix))
        moved = objects.transform({**sample, "image": image}, boxes, factor)
        return objects.reduce_to(moved, seen, self.min_visible)

    def _matrix(self, seed):
        angles = draws.uniform(seed, -1.0, 1.0, [3])
        angle = angles[0] * self.rotation
        shear = tf.tan(angles[1:] * self.shear)
        rotate = [[tf.cos(angle), -tf.sin(angle)], [tf.sin(angle), tf.cos(angle)]]
        return tf.matmul(rotate, [[1.0, shear[0]], [shear[1], 1.0]])


def _warp(image, matrix, offset, fill):
    """Bilinear; what comes from outside is `fill`."""
    back = tf.linalg.inv(matrix)
    # The operation counts from the middle of the first pixel, and puts x before y.
    middle = tf.constant([0.5, 0.5])
    start = tf.linalg.matvec(back, middle - offset) - middle
    (yy, yx), (xy, xx) = tf.unstack(back[0]), tf.unstack(back[1])
    transform = tf.stack([xx, xy, start[1], yx, yy, start[0], 0.0, 0.0])
    fill = tf.constant(fill, tf.float32)
    warped = tf.raw_ops.ImageProjectiveTransformV3(
        # The operation fills with one number: with 0, around which the rest is moved.
        images=pixels.add_colour(pixels.as_float(image), -fill)[None],
        transforms=transform[None],
        output_shape=tf.shape(image)[:2],
        fill_value=0.0,
        interpolation="BILINEAR",
    )
    return pixels.like(pixels.add_colour(warped[0], fill), image)
