"""ResNet in the variant called v1.5, which Keras lacks: PyTorch's and most others'.

A block that halves its input does so in the 3x3 convolution, not in the 1x1 before it.
Convolutions have no bias. Layers have the names of those of `keras.applications`.
"""

from pathlib import Path

import keras
from keras import layers

from luminet.models import torchvision_classifier
from luminet.models.convolution import BATCH_NORM_EPSILON


def ResNet50V15(**options):
    """ResNet-50 v1.5 without its top; see `ResNet50` in `keras.applications`."""
    return _build("ResNet50V15", (3, 4, 6, 3), **options)


def ResNet101V15(**options):
    """ResNet-101 v1.5 without its top; see `ResNet101` in `keras.applications`."""
    return _build("ResNet101V15", (3, 4, 23, 3), **options)


def ResNet152V15(**options):
    """ResNet-152 v1.5 without its top; see `ResNet152` in `keras.applications`."""
    return _build("ResNet152V15", (3, 8, 36, 3), **options)


def _build(name, blocks, include_top=False, weights=None, input_shape=(None, None, 3)):
    if include_top:
        raise ValueError("`include_top` must be False: there is no top here")
    if weights == "imagenet":
        raise ValueError("Keras has no ImageNet weights of this variant; give a file")
    image = keras.Input(input_shape)
    x = layers.ZeroPadding2D(3, name="conv1_pad")(image)
    x = _convolve(x, 64, 7, "conv1", strides=2)
    x = layers.ReLU(name="conv1_relu")(x)
    # Zeros are as good as the lowest number here: nothing is below zero.
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    for stage, count in enumerate(blocks):
        for block in range(count):
            strides = 2 if stage > 0 and block == 0 else 1
            prefix = f"conv{stage + 2}_block{block + 1}"
            x = _bottleneck(x, 64 * 2**stage, strides, block == 0, prefix)
    network = keras.Model(image, x, name=name)
    if weights is not None and Path(weights).suffix in torchvision_classifier.SUFFIXES:
        torchvision_classifier.load(network, weights)
    elif weights is not None:
        network.load_weights(weights)
    return network


def _bottleneck(x, filters, strides, has_projection, name):
    shortcut = x
    if has_projection:
        shortcut = _convolve(x, 4 * filters, 1, f"{name}_0", strides)
    x = _convolve(x, filters, 1, f"{name}_1")
    x = layers.ReLU(name=f"{name}_1_relu")(x)
    if strides > 1:
        # "same" would pad only at the bottom and on the right.
        x = layers.ZeroPadding2D(1, name=f"{name}_2_pad")(x)
    x = _convolve(x, filters, 3, f"{name}_2", strides)
    x = layers.ReLU(name=f"{name}_2_relu")(x)
    x = _convolve(x, 4 * filters, 1, f"{name}_3")
    x = layers.Add(name=f"{name}_add")([shortcut, x])
    return layers.ReLU(name=f"{name}_out")(x)


def _convolve(x, filters, kernel_size, name, strides=1):
    x = layers.Conv2D(
        filters,
        kernel_size,
        strides=strides,
        padding="same" if strides == 1 else "valid",
        use_bias=False,
        kernel_initializer="he_normal",
        name=f"{name}_conv",
    )(x)
    return layers.BatchNormalization(epsilon=BATCH_NORM_EPSILON, name=f"{name}_bn")(x)
