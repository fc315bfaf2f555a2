"""Random numbers that are a pure function of a seed, int32 `[2]`."""

import tensorflow as tf


def uniform(seed, low, high, shape=()):
    """Float32 of that shape in [low, high)."""
    draw = tf.random.stateless_uniform(shape, seed)
    return low + draw * (high - low)


def whole(seed, low, high, shape=()):
    """Int32 of that shape from `low` to `high`, both included, all equally likely.

    `low` and `high` are int32 and may have that shape themselves.
    """
    count = tf.cast(high - low + 1, tf.float32)
    draw = tf.cast(tf.random.stateless_uniform(shape, seed) * count, tf.int32)
    return tf.minimum(low + draw, high)


def choice(seed, values):
    """One of a list of numbers, all equally likely."""
    index = whole(seed, 0, len(values) - 1)
    return tf.gather(tf.constant(values), index)
