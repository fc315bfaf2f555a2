"""What base networks take out of a state dict of torchvision's detectors."""

import re

import keras

from luminet.models.torchvision_layers import batch_norm, convolution

_RESNET = re.compile(r"conv(\d)_block(\d+)_([0-3])_(conv|bn)")
_RESNET_ENDS = {"conv1_conv": "conv1", "conv1_bn": "bn1"}
_MOBILENET = re.compile(r"expanded_conv_(?:(\d+)_)?([a-z]+)(?:_excite_conv)?(_1|_bn)?")
_MOBILENET_ENDS = {
    "conv": "0.0",
    "conv_bn": "0.1",
    "conv_1": "16.0",
    "conv_1_bn": "16.1",
}
# What of it there is stands in this order in a block.
_MOBILENET_PARTS = ("expand", "depthwise", "squeeze_excite_conv", "project")


def trunk(network, read):
    """Yield the variables of a base network's trunk with their values.

    Args:
        network: model, a ResNet v1.5 or the evenly padded MobileNetV3-Large.
        read: `Reader`.
    """
    names = [layer.name for layer in network.layers]
    find_name = _resnet_name if "conv1_conv" in names else _mobilenet_name
    for layer in network.layers:
        if layer.weights:
            name = f"backbone.body.{find_name(layer.name, names)}"
            is_norm = isinstance(layer, keras.layers.BatchNormalization)
            yield from (batch_norm if is_norm else convolution)(layer, read, name)


def _resnet_name(name, names):
    """`conv1_bn` is `bn1` there, `conv2_block1_3_conv` is `layer1.0.conv3`."""
    if not (match := _RESNET.fullmatch(name)):
        return _RESNET_ENDS[name]
    stage, block, position, kind = match.groups()
    if position == "0":
        layer = f"downsample.{int(kind == 'bn')}"
    else:
        layer = f"{kind}{position}"
    return f"layer{int(stage) - 1}.{int(block) - 1}.{layer}"


def _mobilenet_name(name, names):
    """`expanded_conv_3_depthwise_bn` is `4.block.1.1` there; parts are numbered."""
    if not (match := _MOBILENET.fullmatch(name)):
        return _MOBILENET_ENDS[name]
    block, part, suffix = match.groups()
    start = name[: match.start(2)]
    parts = [p for p in _MOBILENET_PARTS if f"{start}{p}" in names]
    (position,) = (i for i, p in enumerate(parts) if p.startswith(part))
    layers = ("fc1", "fc2") if part == "squeeze" else (0, 1)
    return f"{int(block or 0) + 1}.block.{position}.{layers[suffix is not None]}"
