"""Give a Faster R-CNN with a feature pyramid the weights of torchvision's.

Both are the same arithmetic (`faster_rcnn/torchvision.yml`), written down differently:
kernels end with their outputs here and begin with them there, features are flattened
with their channels last and first, boxes are yxyx and xyxy, and the background's logit
comes after the classes' and before them.
"""

import re

import numpy as np

from luminet.models import resnet

_STAGES = re.compile(r"conv(\d)_block(\d+)_([0-3])_(conv|bn)")
# Files made before 2022 have the first of these names where later ones have the second.
_OLD_NAMES = (
    (r"(inner_blocks|layer_blocks)\.(\d)\.(weight|bias)", r"\1.\2.0.\3"),
    (r"rpn\.head\.conv\.(weight|bias)", r"rpn.head.conv.0.0.\1"),
)
# How often batch normalisation was called: of no use to anybody.
_IGNORED = re.compile(r".*\.num_batches_tracked")


def assign(model, state, class_labels, epsilon=resnet.BATCH_NORM_EPSILON):
    """Set all weights of a model.

    Args:
        model: `FasterRCNN` on a `FPN` on a ResNet v1.5, built.
        state: dict of arrays by torchvision's names.
        class_labels: list of ints, torchvision's number of each class; the remaining
            ones, but for 0, the background, are those of the head's unused logits.
        epsilon: float, what batch normalisation added to variances there.

    Raises:
        ValueError: a name is missing or unknown, or an array has a wrong shape.
    """
    names = {_new_name(name): name for name in state if not _IGNORED.fullmatch(name)}
    values = dict(_convert(model, _Reader(state, names), class_labels, epsilon))
    for variable, value in values.values():
        if tuple(variable.shape) != value.shape:
            raise ValueError(
                f"`state` must fit {variable.path} {tuple(variable.shape)}. "
                f"Received: {value.shape}"
            )
    left_over = sorted(names)
    if left_over:
        raise ValueError(
            "`state` must be of the same architecture. Received: "
            f"{len(left_over)} arrays without a place ({', '.join(left_over[:3])})"
        )
    for variable, value in values.values():
        variable.assign(value)


def _new_name(name):
    for old, new in _OLD_NAMES:
        name = re.sub(old, new, name)
    return name


class _Reader:
    """Takes arrays out of a state dict, each once."""

    def __init__(self, state, names):
        self.state = state
        self.names = names

    def __call__(self, name):
        if name not in self.names:
            raise ValueError(f"`state` must have an array named {name}")
        return np.asarray(self.state[self.names.pop(name)], np.float32)


def _convert(model, read, class_labels, epsilon):
    """Yield pairs of the path of a variable, and it and its value."""
    fpn, rpn, rcnn = model.base_network, model.rpn.head, model.rcnn.head
    parts = [
        *_resnet(fpn.base_network.trunk, read, epsilon),
        *_fpn(fpn, read),
        *_rpn(rpn, read),
        *_rcnn(rcnn, read, class_labels),
    ]
    for variable, value in parts:
        yield variable.path, (variable, value)


def _resnet(trunk, read, epsilon):
    for layer in trunk.layers:
        if layer.name.endswith("_conv"):
            name = _resnet_name(layer.name)
            yield layer.kernel, _kernel(read(f"backbone.body.{name}.weight"))
        elif layer.name.endswith("_bn"):
            name = _resnet_name(layer.name)
            yield from _batch_norm(layer, read, f"backbone.body.{name}", epsilon)


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


def _batch_norm(layer, read, name, epsilon):
    mean, variance = read(f"{name}.running_mean"), read(f"{name}.running_var")
    # Scaled so that it does not matter that another number is added here.
    ratio = (np.float64(variance) + layer.epsilon) / (np.float64(variance) + epsilon)
    yield layer.gamma, np.float32(read(f"{name}.weight") * np.sqrt(ratio))
    yield layer.beta, read(f"{name}.bias")
    yield layer.moving_mean, mean
    yield layer.moving_variance, variance


def _fpn(fpn, read):
    for kind, layers in [
        ("inner_blocks", fpn.lateral),
        ("layer_blocks", fpn.output_layers),
    ]:
        for index, layer in enumerate(layers):
            yield from _convolution(layer, read, f"backbone.fpn.{kind}.{index}.0")


def _rpn(head, read):
    yield from _convolution(head.shared, read, "rpn.head.conv.0.0")
    yield from _convolution(head.objectness, read, "rpn.head.cls_logits")
    deltas = head.box_deltas
    kernel, bias = (
        read(f"rpn.head.bbox_pred.{part}").reshape(-1, 4, *shape)
        for part, shape in (("weight", (deltas.kernel.shape[2], 1, 1)), ("bias", ()))
    )
    yield deltas.kernel, _kernel(_swap_xy(kernel).reshape(-1, *kernel.shape[2:]))
    yield deltas.bias, _swap_xy(bias).ravel()


def _rcnn(head, read, class_labels):
    name = "roi_heads.box_head.fc"
    first, second = head.hidden
    kernel = read(f"{name}6.weight")
    cells = kernel.reshape(len(kernel), -1, 7, 7).transpose(2, 3, 1, 0)
    yield first.kernel, cells.reshape(-1, len(kernel))
    yield first.bias, read(f"{name}6.bias")
    yield second.kernel, read(f"{name}7.weight").T
    yield second.bias, read(f"{name}7.bias")
    name = "roi_heads.box_predictor"
    kernel, bias = read(f"{name}.cls_score.weight"), read(f"{name}.cls_score.bias")
    unused = sorted(set(range(1, len(bias))) - set(class_labels))
    order = [*class_labels, 0, *unused]
    yield head.class_logits.kernel, kernel[order].T
    yield head.class_logits.bias, bias[order]
    kernel, bias = read(f"{name}.bbox_pred.weight"), read(f"{name}.bbox_pred.bias")
    kernel = _swap_xy(kernel.reshape(-1, 4, kernel.shape[1])[class_labels])
    yield head.box_deltas.kernel, kernel.reshape(-1, kernel.shape[2]).T
    yield head.box_deltas.bias, _swap_xy(bias.reshape(-1, 4)[class_labels]).ravel()


def _convolution(layer, read, name):
    yield layer.kernel, _kernel(read(f"{name}.weight"))
    yield layer.bias, read(f"{name}.bias")


def _kernel(weight):
    """`[outputs, inputs, h, w]` as `[h, w, inputs, outputs]`."""
    return weight.transpose(2, 3, 1, 0)


def _swap_xy(deltas):
    """`[N, 4, ...]` of dx, dy, dw, dh as dy, dx, dh, dw."""
    return deltas[:, [1, 0, 3, 2]]
