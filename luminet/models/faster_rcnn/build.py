"""Wire a Faster R-CNN from the `model` section of a config."""

import functools

from luminet.config import SettingError, check, construct
from luminet.models.anchors import Anchors
from luminet.models.base_network import BaseNetwork
from luminet.models.faster_rcnn.cascade import CascadeRCNN, CascadeTarget
from luminet.models.faster_rcnn.faster_rcnn import FasterRCNN
from luminet.models.faster_rcnn.rcnn import RCNN, RCNNHead
from luminet.models.faster_rcnn.rcnn_detection import RCNNDetection
from luminet.models.faster_rcnn.rcnn_target import RCNNTarget
from luminet.models.faster_rcnn.roi_pool import RoIPool
from luminet.models.faster_rcnn.rpn import RPN, RPNHead
from luminet.models.faster_rcnn.rpn_detector import RPNDetector
from luminet.models.faster_rcnn.rpn_proposal import RPNProposal
from luminet.models.faster_rcnn.rpn_target import RPNTarget
from luminet.models.fpn import FPN
from luminet.models.soft_nms import SoftNMS
from luminet.models.strides import read_strides


def build(config):
    """Build the model that a config describes.

    Args:
        config: the `model` section, see `config.yml` beside this file.

    Returns:
        `FasterRCNN`, or `RPNDetector` without a second stage; without weights until it
        has seen a first image.

    Raises:
        InputError: a setting is wrong; the message names its full path.
    """
    part = functools.partial(_part, config)
    use_fpn = _is_enabled(config, "fpn")
    strides = read_strides(config)
    network = base_network = part(
        BaseNetwork, "base_network", strides=strides, name="base_network"
    )
    if use_fpn:
        network = part(FPN, "fpn", base_network=base_network, name="fpn")
    anchors = part(Anchors, "anchors", strides=network.strides)
    rpn = part(
        RPN,
        "rpn",
        anchors=anchors,
        head=part(
            RPNHead, "rpn.head", anchors_per_cell=anchors.per_cell, name="rpn_head"
        ),
        proposal=part(RPNProposal, "rpn.proposal"),
        target=part(RPNTarget, "rpn.target"),
        name="rpn",
    )
    loss_weights = part(_loss_weights, "loss_weights")
    # A name makes those of the variables the same whenever a model is built.
    if not _is_enabled(config, "rcnn"):
        model = RPNDetector(network, rpn, loss_weights, name="rpn_detector")
    else:
        make = _cascade if _is_enabled(config, "cascade") else _rcnn
        rcnn = make(config, base_network)
        model = FasterRCNN(network, rpn, rcnn, loss_weights, name="faster_rcnn")
    _check_all_parts(config, base_network)
    return model


def _section(config, path):
    for name in path.split("."):
        config = config[name]
    return config


def _is_enabled(config, path):
    value = _section(config, path)["enabled"]
    return check(value, bool, f"model.{path}.enabled")


def _part(config, cls, path, **parts):
    # Whether there is such a part is no setting of the part.
    section = {k: v for k, v in _section(config, path).items() if k != "enabled"}
    return construct(cls, section, f"model.{path}", **parts)


def _check_all_parts(config, base_network):
    """Refuse wrong settings even of parts that this model does without.

    Otherwise they would stay in its config until somebody turns the part on. Layers
    that are only constructed have no variables; but they draw seeds, so this comes
    after the model's own.
    """
    for path in ("fpn", "rcnn", "cascade", "rcnn.detection.soft_nms"):
        _is_enabled(config, path)
    _part(config, FPN, "fpn", base_network=base_network)
    _part(config, SoftNMS, "rcnn.detection.soft_nms")
    _has_tail(config)
    target = _target(config)
    _stage(config, base_network, target, detection=_detection(config), tail=None)
    others = {"make_stage": lambda *settings: None, "detection": None}
    _part(config, CascadeRCNN, "cascade", **others)


def _rcnn(config, base_network):
    """The second stage of the paper."""
    others = {"detection": _detection(config), "name": "rcnn"}
    tail = _make_tail(config, base_network)
    return _stage(config, base_network, _target(config), tail, **others)


def _cascade(config, base_network):
    """Several of them; the first one samples its regions, and the others do not."""
    head = config["rcnn"]["head"]
    for name, wanted in {"class_agnostic": True, "tail": False}.items():
        if head[name] is not wanted:
            path = f"model.rcnn.head.{name}"
            message = f"must be {str(wanted).lower()} with model.cascade"
            raise SettingError(path, f"{path}: {message}. Received: {head[name]}")

    def make_stage(index, iou, box_weights):
        target = CascadeTarget(config["num_classes"], iou)
        if index == 0:
            target = _target(config, positive_iou=iou, negative_iou=iou)
        settings = {"box_weights": box_weights, "name": f"stage_{index + 1}"}
        return _stage(config, base_network, target, None, detection=None, **settings)

    detection = _detection(config)
    others = {"make_stage": make_stage, "detection": detection, "name": "rcnn"}
    return _part(config, CascadeRCNN, "cascade", **others)


def _stage(config, base_network, target, tail, **settings):
    num_classes = config["num_classes"]
    return _part(
        config,
        RCNN,
        "rcnn",
        num_classes=num_classes,
        roi_pool=_part(config, RoIPool, "rcnn.roi_pool", strides=base_network.strides),
        head=_part(
            config,
            RCNNHead,
            "rcnn.head",
            num_classes=num_classes,
            tail=tail,
            name="rcnn_head",
        ),
        target=target,
        **settings,
    )


def _target(config, **limits):
    num_classes = config["num_classes"]
    return _part(config, RCNNTarget, "rcnn.target", num_classes=num_classes, **limits)


def _make_tail(config, base_network):
    if not _has_tail(config):
        return None
    path = "model.rcnn.head.tail"
    if config["fpn"]["enabled"]:
        raise SettingError(
            path,
            f"{path}: must be false with model.fpn, which has no last block left to "
            "apply. Received: true",
        )
    try:
        return base_network.make_tail()
    except ValueError as error:
        raise SettingError(path, f"{path}: {error}") from error


def _has_tail(config):
    return check(config["rcnn"]["head"]["tail"], bool, "model.rcnn.head.tail")


def _detection(config):
    path = "rcnn.detection.soft_nms"
    soft_nms = _part(config, SoftNMS, path) if _is_enabled(config, path) else None
    return _part(
        config,
        RCNNDetection,
        "rcnn.detection",
        soft_nms=soft_nms,
        num_classes=config["num_classes"],
    )


def _loss_weights(
    rpn_class: float = 1.0,
    rpn_box: float = 1.0,
    rcnn_class: float = 1.0,
    rcnn_box: float = 1.0,
):
    weights = dict(
        rpn_class=rpn_class, rpn_box=rpn_box, rcnn_class=rcnn_class, rcnn_box=rcnn_box
    )
    if min(weights.values()) < 0:
        raise ValueError(f"must not be negative. Received: {weights}")
    return weights
