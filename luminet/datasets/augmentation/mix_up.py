"""Let two pictures show through each other."""

import tensorflow as tf

from luminet.datasets.augmentation import objects, pixels
from luminet.datasets.augmentation.geometry import fit, size_of
from luminet.datasets.augmentation.limits import check_at_least
from luminet.datasets.augmentation.step import Step


class MixUp(Step):
    """Blend a sample with another one, which is scaled to fit; both keep their objects.

    Args:
        alpha: the shares of the two are drawn from Beta(alpha, alpha): the larger, the
            nearer to one half.
    """

    num_partners = 1

    def __init__(self, alpha: float = 8.0):
        check_at_least("alpha", alpha, 0.1)
        self.alpha = alpha

    def __call__(self, sample, seed, partner):
        """Blend a sample with another one."""
        seeds = tf.random.split(seed)
        gammas = tf.random.stateless_gamma([2], seeds[0], self.alpha)
        share = tf.math.divide_no_nan(gammas[0], tf.reduce_sum(gammas))
        fitted, top_left = fit(partner, size_of(sample), seeds[1])
        behind = pixels.window(sample["image"], top_left, size_of(fitted))
        mixed = pixels.blend(behind, fitted["image"], share)
        image = pixels.insert(sample["image"], mixed, top_left)
        united = objects.unite(sample, objects.shift(fitted, top_left))
        return {**united, "image": image}
