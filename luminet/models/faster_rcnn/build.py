"""Wire a Faster R-CNN from the `model` section of a config."""

from luminet.config import SettingError, check, construct
from luminet.models.anchors import Anchors
from luminet.models.architectures import SINGLE_STRIDES, STRIDES
from luminet.models.base_network import BaseNetwork
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

    def part(cls, path, **parts):
        section = config
        for name in path.split("."):
            section = section[name]
        # Whether there is such a part is no setting of the part.
        section = {k: v for k, v in section.items() if k != "enabled"}
        return construct(cls, section, f"model.{path}", **parts)

    num_classes = config["num_classes"]
    use_fpn = check(config["fpn"]["enabled"], bool, "model.fpn.enabled")
    use_rcnn = check(config["rcnn"]["enabled"], bool, "model.rcnn.enabled")
    use_soft_nms = check(
        config["rcnn"]["detection"]["soft_nms"]["enabled"],
        bool,
        "model.rcnn.detection.soft_nms.enabled",
    )
    use_tail = check(config["rcnn"]["head"]["tail"], bool, "model.rcnn.head.tail")
    if use_rcnn and use_fpn and use_tail:
        raise SettingError(
            "model.rcnn.head.tail",
            "model.rcnn.head.tail: must be false with model.fpn, which has no last "
            "block left to apply. Received: true",
        )
    network = base_network = part(
        BaseNetwork,
        "base_network",
        strides=STRIDES if use_fpn else SINGLE_STRIDES,
        name="base_network",
    )
    if use_fpn:
        network = part(_fpn, "fpn", base_network=base_network)
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
    if not use_rcnn:
        return RPNDetector(network, rpn, loss_weights, name="rpn_detector")
    rcnn = part(
        RCNN,
        "rcnn",
        num_classes=num_classes,
        roi_pool=part(RoIPool, "rcnn.roi_pool", strides=base_network.strides),
        head=part(
            RCNNHead,
            "rcnn.head",
            num_classes=num_classes,
            tail=base_network.make_tail() if use_tail else None,
            name="rcnn_head",
        ),
        target=part(RCNNTarget, "rcnn.target", num_classes=num_classes),
        detection=part(
            RCNNDetection,
            "rcnn.detection",
            soft_nms=part(SoftNMS, "rcnn.detection.soft_nms") if use_soft_nms else None,
            num_classes=num_classes,
        ),
        name="rcnn",
    )
    # A name makes those of the variables the same whenever a model is built.
    return FasterRCNN(network, rpn, rcnn, loss_weights, name="faster_rcnn")


def _fpn(base_network, channels: int = 256, batch_norm: bool = False):
    return FPN(base_network, channels, batch_norm, name="fpn")


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
