"""What the weights of a new layer are drawn from."""

import keras

NAMES = (
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
)


def make_initializer(name, setting):
    """An initialiser of Keras, a new one each time: Keras repeats what a used one drew.

    Args:
        name: of the setting, for messages.
        setting: one of `NAMES`, whose spread depends on the layer's size, or a float:
            the standard deviation of a normal distribution.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(setting, str) and setting in NAMES:
        return keras.initializers.get(setting)
    if isinstance(setting, str) or setting < 0:
        raise ValueError(
            f"`{name}` must be a standard deviation or one of {', '.join(NAMES)}. "
            f"Received: {name}={setting}"
        )
    return keras.initializers.RandomNormal(stddev=setting)
