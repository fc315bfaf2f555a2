"""What base networks take out of a state dict of torchvision's detectors."""

import re

from luminet.models.torchvision_layers import batch_norm, conv_kernel

_STAGES = re.compile(r"conv(\d)_block(\d+)_([0-3])_(conv|bn)")


def trunk(network, read):
    """Yield the variables of a base network's trunk with their values.

    Args:
        network: model, a ResNet v1.5.
        read: `Reader`.
    """
    for layer in network.layers:
        if layer.weights:
            name = f"backbone.body.{_resnet_name(layer.name)}"
            if layer.name.endswith("_bn"):
                yield from batch_norm(layer, read, name)
            else:
                yield layer.kernel, conv_kernel(read(f"{name}.weight"))


def _resnet_name(name):
    """`conv1_bn` is `bn1` there, `conv2_block1_3_conv` is `layer1.0.conv3`."""
    if not (match := _STAGES.fullmatch(name)):
        return {"conv1_conv": "conv1", "conv1_bn": "bn1"}[name]
    stage, block, position, kind = match.groups()
    if position == "0":
        layer = f"downsample.{int(kind == 'bn')}"
    else:
        layer = f"{kind}{position}"
    return f"layer{int(stage) - 1}.{int(block) - 1}.{layer}"
