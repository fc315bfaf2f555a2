"""A convolution with a bias, or with batch normalisation in its place."""

import keras

BATCH_NORM_EPSILON = 1e-5  # PyTorch's
# Keras remembers up to thousands of steps of statistics, more than many runs have.
BATCH_NORM_MOMENTUM = 0.95


def convolution(
    filters,
    kernel_size,
    name,
    batch_norm=False,
    activation=None,
    kernel_initializer="lecun_uniform",
):
    """A layer `[B, H, W, F]` -> `[B, H, W, filters]`.

    Args:
        filters: int.
        kernel_size: int, height and width.
        name: of the layer.
        batch_norm: bool, normalise before the activation. In training with the
            statistics of the batch, later with those that were remembered.
        activation: as in Keras.
        kernel_initializer: as in Keras.
    """
    options = {"padding": "same", "kernel_initializer": kernel_initializer}
    if not batch_norm:
        return keras.layers.Conv2D(
            filters, kernel_size, activation=activation, name=name, **options
        )
    layers = [
        keras.layers.Conv2D(
            filters, kernel_size, use_bias=False, name="convolution", **options
        ),
        keras.layers.BatchNormalization(
            epsilon=BATCH_NORM_EPSILON, momentum=BATCH_NORM_MOMENTUM, name="batch_norm"
        ),
        keras.layers.Activation(activation, name="activation"),
    ]
    return keras.Sequential(layers, name=name)
