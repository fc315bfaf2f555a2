"""The classifiers that can be base networks: a row each, without Keras."""

import itertools
from dataclasses import dataclass
from typing import Literal

from luminet.spelling import did_you_mean

# Pixels between neighbouring cells of the four feature maps that a row names.
STRIDES = (4, 8, 16, 32)
# Of one map alone, without a feature pyramid.
SINGLE_STRIDES = (16,)


@dataclass(frozen=True)
class Architecture:
    """What luminet knows of a classifier.

    Attributes:
        constructor: its name in `keras.applications`, `models.resnet` or
            `models.mobilenet_v3`.
        endpoints: the last layer at strides 4, 8 and 16; the map at 32 is all of the
            classifier. A layer that begins the next halving, by padding or as a
            sequence of layers, stands for what goes into it.
        pixels: how it wants its pixels, see `base_network.preprocess`.
        trainable_from: the first layer, or group of layers, that is worth training.
        padding_layers: those of two of its halvings, see `classifier.center_cells`.
        has_tail: whether what comes after the map at stride 16 is worth applying to
            regions.
        strides: of the maps at `endpoints` and of the classifier's own.
    """

    constructor: str
    endpoints: tuple[str, ...]
    pixels: Literal["tf", "tf_128", "caffe", "torch"]
    trainable_from: str
    padding_layers: tuple[str, ...] = ()
    has_tail: bool = True
    strides: tuple[int, ...] = STRIDES

    def find_levels(self, strides):
        """Positions of the maps of these strides; where two have one, of the last.

        Raises:
            ValueError: there are none, or they do not follow one another.
        """
        levels, level = [], len(self.strides)
        for stride in reversed(strides):
            level -= 1
            while level >= 0 and self.strides[level] != stride:
                level -= 1
            levels.insert(0, level)
        steps = {after / before for before, after in itertools.pairwise(strides)}
        if min(levels, default=-1) < 0 or not steps <= {1, 2}:
            raise ValueError(
                "`strides` must be some that follow one another of "
                f"{[*self.strides]}. Received: strides={[*strides]}"
            )
        return levels


def _resnet(constructor, conv3_blocks, conv4_blocks, pixels):
    endpoints = (
        "conv2_block3_out",
        f"conv3_block{conv3_blocks}_out",
        f"conv4_block{conv4_blocks}_out",
    )
    return Architecture(constructor, endpoints, pixels, "conv3")


def _resnet_v2(constructor, conv3_blocks, conv4_blocks):
    # The last block of a stage is the one that halves.
    endpoints = (
        "conv2_block2_out",
        f"conv3_block{conv3_blocks - 1}_out",
        f"conv4_block{conv4_blocks - 1}_out",
    )
    return Architecture(constructor, endpoints, "tf", "conv3")


def _vgg(constructor, depth):
    endpoints = tuple(f"block{block}_conv{depth}" for block in (3, 4, 5))
    # After stride 16 there is only a pooling.
    return Architecture(constructor, endpoints, "caffe", "block3", has_tail=False)


def _densenet(constructor):
    endpoints = ("pool2_relu", "pool3_relu", "pool4_relu")
    return Architecture(constructor, endpoints, "torch", "conv3")


def _efficientnet_v2(constructor, block2_end, pixels="torch"):
    endpoints = (
        f"{block2_end}_add",
        "block4a_expand_activation",
        "block6a_expand_activation",
    )
    return Architecture(constructor, endpoints, pixels, "block3")


def _convnext(constructor, name):
    # Their last operation before is an addition, which has no name.
    endpoints = tuple(f"{name}_downsampling_block_{block}" for block in range(3))
    return Architecture(constructor, endpoints, "torch", endpoints[0])


ARCHITECTURES = {
    "mobilenet": Architecture(
        "MobileNet",
        ("conv_pw_3_relu", "conv_pw_5_relu", "conv_pw_11_relu"),
        "tf",
        "conv_dw_2",
        ("conv_pad_2", "conv_pad_6"),
    ),
    "mobilenet_v2": Architecture(
        "MobileNetV2",
        ("block_3_expand_relu", "block_6_expand_relu", "block_13_expand_relu"),
        "tf",
        "block_3",
        ("block_1_pad", "block_6_pad"),
    ),
    "mobilenet_v3_small": Architecture(
        "MobileNetV3Small",
        (
            "expanded_conv_1_depthwise_pad",
            "expanded_conv_3_depthwise_pad",
            "expanded_conv_8_depthwise_pad",
        ),
        "tf",
        "expanded_conv_1",
        ("expanded_conv_depthwise_pad", "expanded_conv_3_depthwise_pad"),
    ),
    "mobilenet_v3_large": Architecture(
        "MobileNetV3Large",
        (
            "expanded_conv_3_depthwise_pad",
            "expanded_conv_6_depthwise_pad",
            "expanded_conv_12_depthwise_pad",
        ),
        "tf",
        "expanded_conv_3",
        ("expanded_conv_1_depthwise_pad", "expanded_conv_6_depthwise_pad"),
    ),
    # PyTorch's. Its detectors join the first and the last of the maps at stride 32.
    "mobilenet_v3_large_even": Architecture(
        "MobileNetV3LargeEven",
        (
            "expanded_conv_3_depthwise_pad",
            "expanded_conv_6_depthwise_pad",
            "expanded_conv_12_depthwise_pad",
            "expanded_conv_12_project_bn",
        ),
        "torch",
        "expanded_conv_6",
        strides=(*STRIDES, 32),
    ),
    "resnet50": _resnet("ResNet50", 4, 6, "caffe"),
    "resnet101": _resnet("ResNet101", 4, 23, "caffe"),
    "resnet152": _resnet("ResNet152", 8, 36, "caffe"),
    "resnet50_v1_5": _resnet("ResNet50V15", 4, 6, "torch"),
    "resnet101_v1_5": _resnet("ResNet101V15", 4, 23, "torch"),
    "resnet152_v1_5": _resnet("ResNet152V15", 8, 36, "torch"),
    "resnet50_v2": _resnet_v2("ResNet50V2", 4, 6),
    "resnet101_v2": _resnet_v2("ResNet101V2", 4, 23),
    "resnet152_v2": _resnet_v2("ResNet152V2", 8, 36),
    "vgg16": _vgg("VGG16", 3),
    "vgg19": _vgg("VGG19", 4),
    "densenet121": _densenet("DenseNet121"),
    "densenet169": _densenet("DenseNet169"),
    "densenet201": _densenet("DenseNet201"),
    "efficientnet_v2_b0": _efficientnet_v2("EfficientNetV2B0", "block2b"),
    "efficientnet_v2_b1": _efficientnet_v2("EfficientNetV2B1", "block2c"),
    "efficientnet_v2_b2": _efficientnet_v2("EfficientNetV2B2", "block2c"),
    "efficientnet_v2_b3": _efficientnet_v2("EfficientNetV2B3", "block2c"),
    "efficientnet_v2_s": _efficientnet_v2("EfficientNetV2S", "block2d", "tf_128"),
    "convnext_tiny": _convnext("ConvNeXtTiny", "convnext_tiny"),
    "convnext_small": _convnext("ConvNeXtSmall", "convnext_small"),
}


def find_architecture(name: str) -> Architecture:
    """What is known of a base network.

    Raises:
        ValueError: there is none of that name.
    """
    if name not in ARCHITECTURES:
        raise ValueError(
            f"`architecture` must be one of {', '.join(ARCHITECTURES)}. "
            f"Received: architecture={name}{did_you_mean(str(name), ARCHITECTURES)}"
        )
    return ARCHITECTURES[name]
