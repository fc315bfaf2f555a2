"""The classifiers that can be base networks: a table, without Keras."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Architecture:
    """What luminet knows of a classifier in `keras.applications`.

    Attributes:
        constructor: its name in `keras.applications`.
        endpoint: the layer whose output is the feature map.
        tail: the layer at which the rest of the classifier ends.
        pixels: how it wants its pixels: "tf", RGB in [-1, 1], or "caffe", BGR minus
            the mean of ImageNet.
        trainable_from: the first layer, or group of layers, that is worth training.
        strides: pixels between neighbouring cells, of each feature level.
        padding: layers whose padding is changed, so that a cell of the feature map
            looks at the middle of its 16x16 pixels, and how.
    """

    constructor: str
    endpoint: str
    tail: str
    pixels: Literal["tf", "caffe"]
    trainable_from: str
    strides: tuple[int, ...] = (16,)
    padding: dict[str, tuple] | None = None


# In Keras, MobileNets pad only at the bottom and on the right, at every halving: their
# cells look at a place half a cell off. One halving padded at the top and on the left
# instead brings them back to the middle, and changes nothing else.
_TOP_LEFT = ((1, 0), (1, 0))

ARCHITECTURES = {
    "mobilenet": Architecture(
        "MobileNet",
        "conv_pw_11_relu",
        "conv_pw_13_relu",
        "tf",
        "conv_dw_2",
        padding={"conv_pad_6": _TOP_LEFT},
    ),
    "mobilenet_v2": Architecture(
        "MobileNetV2",
        "block_13_expand_relu",
        "out_relu",
        "tf",
        "block_3",
        padding={"block_6_pad": _TOP_LEFT},
    ),
    "resnet50": Architecture(
        "ResNet50", "conv4_block6_out", "conv5_block3_out", "caffe", "conv3"
    ),
    "resnet101": Architecture(
        "ResNet101", "conv4_block23_out", "conv5_block3_out", "caffe", "conv3"
    ),
    "resnet152": Architecture(
        "ResNet152", "conv4_block36_out", "conv5_block3_out", "caffe", "conv3"
    ),
    "vgg16": Architecture("VGG16", "block5_conv3", "block5_pool", "caffe", "block3"),
}


def find_architecture(name: str) -> Architecture:
    """What is known of a base network.

    Raises:
        ValueError: there is none of that name.
    """
    if name not in ARCHITECTURES:
        raise ValueError(
            f"`architecture` must be one of {', '.join(ARCHITECTURES)}. "
            f"Received: architecture={name}"
        )
    return ARCHITECTURES[name]
