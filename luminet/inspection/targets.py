"""What a model would learn from a picture: which anchors and regions, and for what."""

from dataclasses import dataclass

import numpy as np
from keras import ops

from luminet import box_ops
from luminet.inspection.stations import Stations, Tensors, stages_of, to_numpy
from luminet.inspection.truth import Truth

# Another seed, another sample.
_SEED = 0


@dataclass(frozen=True, eq=False)
class Targets:
    """The targets of both stages.

    Attributes:
        anchors: `[A, 4]`, those of all levels.
        anchor_labels: `[A]`, 1 object, 0 background, -1 ignored.
        sampled_anchors: `[A]`, the same labels, -1 for all that are not sampled.
        regions: `[R, 4]`, the sampled ones; none without a second stage.
        region_labels: `[R]`, classes; the number of classes for background.
        region_iou: `[R]`, the highest with an object.
        num_stages: how many stages look into regions; these are the first one's.
    """

    anchors: np.ndarray
    anchor_labels: np.ndarray
    sampled_anchors: np.ndarray
    regions: np.ndarray
    region_labels: np.ndarray
    region_iou: np.ndarray
    num_stages: int


def make_targets(model, stations: Stations, tensors: Tensors, truth: Truth) -> Targets:
    """Match and sample as in a step of training, with the weights as they are.

    Args:
        model: `FasterRCNN` or `RPNDetector`.
        stations: of the picture, likewise `tensors`.
        tensors: what `collect` returned.
        truth: at least one object.
    """
    anchors = ops.concatenate([level.anchors for level in stations.levels])
    objects = {
        "gt_boxes": ops.convert_to_tensor(truth.boxes[None]),
        "gt_classes": ops.convert_to_tensor(truth.classes[None]),
        "gt_ignore": ops.convert_to_tensor(truth.ignored[None]),
    }
    seed = ops.convert_to_tensor(np.int32([_SEED]))
    rpn = model.rpn
    labels, _ = rpn.target.match(anchors, tensors.image_size, **objects)
    sampled, _ = rpn.target(anchors, tensors.image_size, **objects, seed=seed)
    num_stages = 0
    regions, classes = np.zeros([0, 4], np.float32), np.zeros([0], np.int32)
    if stations.regions.strides:
        found = rpn.proposal(*tensors.proposal_inputs(model), training=True)
        stages = stages_of(model.rcnn)
        num_stages, target = len(stages), stages[0].target
        chosen = target(found["boxes"], **objects, seed=seed)
        real = to_numpy(chosen["labels"]) >= 0
        regions = to_numpy(chosen["regions"])[real]
        classes = to_numpy(chosen["labels"])[real]
    return Targets(
        ops.convert_to_numpy(anchors),
        to_numpy(labels),
        to_numpy(sampled),
        regions,
        classes,
        iou(regions, truth.boxes).max(axis=1),
        num_stages,
    )


def iou(boxes_a: np.ndarray, boxes_b: np.ndarray) -> np.ndarray:
    """See `box_ops.pairwise_iou`: arrays in, an array out."""
    return ops.convert_to_numpy(
        box_ops.pairwise_iou(np.float32(boxes_a), np.float32(boxes_b))
    )
