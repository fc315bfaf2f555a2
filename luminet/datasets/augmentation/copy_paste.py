"""Paste objects of one picture into another."""

import tensorflow as tf

from luminet.datasets.augmentation import objects, pixels
from luminet.datasets.augmentation.geometry import fit, size_of
from luminet.datasets.augmentation.limits import check_at_least, check_share
from luminet.datasets.augmentation.occlusion import seen_beside, seen_through
from luminet.datasets.augmentation.step import Step


class CopyPaste(Step):
    """Paste the boxes of some objects of another sample, which is scaled to fit.

    What shows of its other objects in these boxes comes along; objects of this sample
    shrink to what is seen beside them. Crowds are not pasted.

    Args:
        share: chance of each object of the other sample to be pasted; one always is.
        feather: pixels from the sides of a box inwards on which it fades in.
        min_visible: share of an object that must be seen, see `objects`.
    """

    num_partners = 1

    def __init__(self, share: float = 0.5, feather: int = 2, min_visible: float = 0.3):
        check_share("share", share)
        check_at_least("feather", feather, 0)
        check_share("min_visible", min_visible)
        self.share = share
        self.feather = feather
        self.min_visible = min_visible

    def __call__(self, sample, seed, partner):
        """Paste objects of `partner` into a sample."""
        seeds = tf.random.split(seed)
        fitted, top_left = fit(partner, size_of(sample), seeds[0])
        covers = _covers(fitted, seeds[1], self.share)
        weights = _weights(covers, size_of(fitted), self.feather)[..., None]
        behind = pixels.window(sample["image"], top_left, size_of(fitted))
        mixed = pixels.blend(behind, fitted["image"], weights)
        image = pixels.insert(sample["image"], mixed, top_left)
        pasted = objects.shift(self._pasted(fitted, covers), top_left)
        covers += tf.tile(tf.cast(top_left, tf.float32), [2])
        return {**objects.unite(self._left(sample, covers), pasted), "image": image}

    def _pasted(self, sample, covers):
        boxes, shares = seen_through(sample["boxes"], covers)
        return objects.reduce_to(sample, boxes, self.min_visible, shares)

    def _left(self, sample, covers):
        boxes, shares = seen_beside(sample["boxes"], covers)
        return objects.reduce_to(sample, boxes, self.min_visible, shares)


def _covers(sample, seed, share):
    """Boxes of some objects, in whole pixels: float32 `[M, 4]`."""
    boxes = sample["boxes"]
    draw = tf.random.stateless_uniform(tf.shape(boxes)[:1], seed)
    if "crowd" in sample:
        draw = tf.where(sample["crowd"], 1.0, draw)
    chosen = (draw < share) | (draw == tf.reduce_min(draw))
    boxes = tf.boolean_mask(boxes, chosen & (draw < 1.0))
    return tf.concat([tf.floor(boxes[:, :2]), tf.math.ceil(boxes[:, 2:])], axis=1)


def _weights(covers, size, feather):
    """How much each pixel is of the pasted picture: float32 `[H, W]`, 0 to 1."""

    def ramps(begins, ends, count):
        pixel = tf.cast(tf.range(count), tf.float32)
        depths = tf.minimum(pixel - begins[:, None] + 1.0, ends[:, None] - pixel)
        return tf.clip_by_value(depths / (feather + 1.0), 0.0, 1.0)  # [M, count]

    rows = ramps(covers[:, 0], covers[:, 2], size[0])
    columns = ramps(covers[:, 1], covers[:, 3], size[1])
    return tf.foldl(
        lambda weights, pair: tf.maximum(weights, pair[0][:, None] * pair[1]),
        (rows, columns),
        initializer=tf.zeros(size),
    )
