"""What every way to change a sample has in common, and the chance that it happens."""

import tensorflow as tf

from luminet.datasets.augmentation.limits import check_share
from luminet.datasets.augmentation.objects import OBJECT_KEYS

# What a step may change; all else goes through it as it is.
CHANGING = ("image", *OBJECT_KEYS, "resize_factor")


class Step:
    """One way to change a sample: a pure function of it and of a seed.

    Called with a sample, a seed, int32 `[2]`, and as many other samples as
    `num_partners` says. Settings are the arguments of the constructor.

    Attributes:
        num_partners: int.
        adds: keys that it adds to a sample, with the values that change nothing.
    """

    num_partners = 0
    adds: dict = {}


class ByChance:
    """Take a step or leave it. What is left is not computed.

    Args:
        step: `Step`.
        prob: float, the chance that it is taken, in [0, 1].
    """

    def __init__(self, step: Step, prob: float = 0.5):
        check_share("prob", prob)
        self.step = step
        self.prob = prob

    def __call__(self, sample, seed, *partners):
        """Change a sample, or not: a pure function of `seed`, int32 `[2]`."""
        sample = {**self.step.adds, **sample}
        seeds = tf.random.split(seed)
        return change_if(
            tf.random.stateless_uniform([], seeds[0]) < self.prob,
            lambda: self.step(sample, seeds[1], *partners),
            sample,
        )


def change_if(condition, changed, sample):
    """Either what `changed`, a function, returns, or the sample as it was."""
    keys = [key for key in CHANGING if key in sample]

    def subset(chosen):
        return {key: chosen[key] for key in keys}

    chosen = tf.cond(condition, lambda: subset(changed()), lambda: subset(sample))
    # Branches of several sizes: what remains known is the number of dimensions.
    chosen["image"] = tf.ensure_shape(chosen["image"], [None, None, 3])
    return {**sample, **chosen}
