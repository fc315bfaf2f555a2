"""The classifiers that can be base networks: a row each, without Keras."""

from dataclasses import dataclass
from typing import Literal

# Pixels between neighbouring cells of the four feature maps that a row names.
STRIDES = (4, 8, 16, 32)
# Of one map, and of a feature pyramid on all four; see `models.fpn`.
SINGLE_STRIDES = (16,)
PYRAMID_STRIDES = (*STRIDES, 64)


@dataclass(frozen=True)
class Architecture:
    """What luminet knows of a classifier.

    Attributes:
        constructor: its name in `keras.applications` or in `models.resnet`.
        endpoints: the last layer at each of `STRIDES`.
        pixels: how it wants its pixels, see `base_network.preprocess`.
        trainable_from: the first layer, or group of layers, that is worth training.
        padding_layers: those of two of its halvings, see `center_cells`.
    """

    constructor: str
    endpoints: tuple[str, str, str, str]
    pixels: Literal["tf", "caffe", "torch"]
    trainable_from: str
    padding_layers: tuple[str, ...] = ()


def _resnet(constructor, conv3_blocks, conv4_blocks, pixels):
    endpoints = (
        "conv2_block3_out",
        f"conv3_block{conv3_blocks}_out",
        f"conv4_block{conv4_blocks}_out",
        "conv5_block3_out",
    )
    return Architecture(constructor, endpoints, pixels, "conv3")


ARCHITECTURES = {
    "mobilenet": Architecture(
        "MobileNet",
        ("conv_pw_3_relu", "conv_pw_5_relu", "conv_pw_11_relu", "conv_pw_13_relu"),
        "tf",
        "conv_dw_2",
        ("conv_pad_2", "conv_pad_6"),
    ),
    "mobilenet_v2": Architecture(
        "MobileNetV2",
        (
            "block_3_expand_relu",
            "block_6_expand_relu",
            "block_13_expand_relu",
            "out_relu",
        ),
        "tf",
        "block_3",
        ("block_1_pad", "block_6_pad"),
    ),
    "resnet50": _resnet("ResNet50", 4, 6, "caffe"),
    "resnet101": _resnet("ResNet101", 4, 23, "caffe"),
    "resnet152": _resnet("ResNet152", 8, 36, "caffe"),
    "resnet50_v1_5": _resnet("ResNet50V15", 4, 6, "torch"),
    "resnet101_v1_5": _resnet("ResNet101V15", 4, 23, "torch"),
    "resnet152_v1_5": _resnet("ResNet152V15", 8, 36, "torch"),
    "vgg16": Architecture(
        "VGG16",
        ("block3_conv3", "block4_conv3", "block5_conv3", "block5_pool"),
        "caffe",
        "block3",
    ),
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


def center_cells(classifier, padding_layers, num_levels):
    """Let the cells of feature maps look at the middle of their pixels.

    In Keras, MobileNets pad only at the bottom and on the right, at every halving:
    their cells look at a place half a cell off. The halvings named here are padded at
    the top and on the left instead, which changes nothing else. A single map, at
    stride 16, is put right by the last of them; all four maps are within a fifth of a
    cell by padding every other halving so.
    """
    changed = padding_layers if num_levels > 1 else padding_layers[-1:]
    for name in changed:
        classifier.get_layer(name).padding = ((1, 0), (1, 0))
