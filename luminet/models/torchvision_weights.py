"""Give a Faster R-CNN with a feature pyramid the weights of torchvision's.

Both are the same arithmetic (`faster_rcnn/torchvision*.yml`), written down differently:
kernels end with their outputs here and begin with them there, features are flattened
with their channels last and first, boxes are yxyx and xyxy, and the background's logit
comes after the classes' and before them.
"""

import re

from luminet.models.convolution import BATCH_NORM_EPSILON
from luminet.models.torchvision_layers import (
    Reader,
    assign_all,
    block,
    conv_kernel,
    convolution,
    swap_xy,
)
from luminet.models.torchvision_trunks import trunk

# Files made before 2022 have the first of these names where later ones have the second.
_OLD_NAMES = (
    (r"(inner_blocks|layer_blocks)\.(\d)\.(weight|bias)", r"\1.\2.0.\3"),
    (r"rpn\.head\.conv\.(weight|bias)", r"rpn.head.conv.0.0.\1"),
)
_CLASS_BIAS = "roi_heads.box_predictor.cls_score.bias"
# How often batch normalisation was called: of no use to anybody.
_IGNORED = re.compile(r".*\.num_batches_tracked")


def assign(model, state, class_labels, epsilon=BATCH_NORM_EPSILON):
    """Set all weights of a model.

    Args:
        model: `FasterRCNN` of one of those files, built.
        state: dict of arrays by torchvision's names.
        class_labels: list of ints, torchvision's number of each class; the remaining
            ones, but for 0, the background, are those of the head's unused logits.
        epsilon: float, what batch normalisation added to variances there.

    Raises:
        ValueError: a name is missing or unknown, or an array has a wrong shape.
    """
    names = {_new_name(name): name for name in state if not _IGNORED.fullmatch(name)}
    pairs = [*_convert(model, Reader(state, names, epsilon), class_labels)]
    assign_all(pairs, names)


def count_logits(state) -> int | None:
    """How many logits of classes a state has, the background's among them."""
    return len(state[_CLASS_BIAS]) if _CLASS_BIAS in state else None


def _new_name(name):
    for old, new in _OLD_NAMES:
        name = re.sub(old, new, name)
    return name


def _convert(model, read, class_labels):
    """Yield the variables of a model with their values."""
    fpn, rpn, rcnn = model.base_network, model.rpn.head, model.rcnn.head
    yield from trunk(fpn.base_network.trunk, read)
    yield from _fpn(fpn, read)
    yield from _rpn(rpn, read)
    yield from _rcnn(rcnn, read, class_labels)


def _fpn(fpn, read):
    for kind, layers in [
        ("inner_blocks", fpn.lateral),
        ("layer_blocks", fpn.output_layers),
    ]:
        for index, layer in enumerate(layers):
            yield from block(layer, read, f"backbone.fpn.{kind}.{index}")


def _rpn(head, read):
    for index, layer in enumerate(head.shared):
        yield from block(layer, read, f"rpn.head.conv.{index}")
    yield from convolution(head.objectness, read, "rpn.head.cls_logits")
    deltas = head.box_deltas
    kernel, bias = (
        read(f"rpn.head.bbox_pred.{part}").reshape(-1, 4, *shape)
        for part, shape in (("weight", (deltas.kernel.shape[2], 1, 1)), ("bias", ()))
    )
    yield deltas.kernel, conv_kernel(swap_xy(kernel).reshape(-1, *kernel.shape[2:]))
    yield deltas.bias, swap_xy(bias).ravel()


def _rcnn(head, read, class_labels):
    name = "roi_heads.box_head"
    for index, layer in enumerate(head.convolutions):
        yield from block(layer, read, f"{name}.{index}")
    # Behind convolutions, and one that flattens, a dense layer is another number.
    number = len(head.convolutions) + 1
    dense = [f"{number}"] if head.convolutions else ["fc6", "fc7"]
    for layer, their_name in zip(head.hidden, dense, strict=True):
        kernel = read(f"{name}.{their_name}.weight")
        if layer is head.hidden[0]:
            cells = kernel.reshape(len(kernel), -1, 7, 7).transpose(0, 2, 3, 1)
            kernel = cells.reshape(len(kernel), -1)
        yield layer.kernel, kernel.T
        yield layer.bias, read(f"{name}.{their_name}.bias")
    yield from _predictor(head, read, class_labels)


def _predictor(head, read, class_labels):
    name = "roi_heads.box_predictor"
    kernel, bias = read(f"{name}.cls_score.weight"), read(_CLASS_BIAS)
    num_logits = head.class_logits.bias.shape[0]
    if len(bias) != num_logits:
        raise ValueError(
            f"`state` must have {num_logits} logits of classes, the background's "
            f"among them. Received: {len(bias)}"
        )
    unused = sorted(set(range(1, len(bias))) - set(class_labels))
    order = [*class_labels, 0, *unused]
    yield head.class_logits.kernel, kernel[order].T
    yield head.class_logits.bias, bias[order]
    kernel, bias = read(f"{name}.bbox_pred.weight"), read(f"{name}.bbox_pred.bias")
    kernel = swap_xy(kernel.reshape(-1, 4, kernel.shape[1])[class_labels])
    yield head.box_deltas.kernel, kernel.reshape(-1, kernel.shape[2]).T
    yield head.box_deltas.bias, swap_xy(bias.reshape(-1, 4)[class_labels]).ravel()
