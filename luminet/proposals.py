"""What is different for a model that finds objects without telling their classes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from luminet import metrics
from luminet.datasets.example import Example
from luminet.detections import Detections

# Its only class: under this name a model is measured on objects of all classes.
CLASS_NAMES = ("object",)
_COUNTS = (100, 300, 1000)


def class_names_of(model_config: dict, class_names: Sequence[str]) -> tuple[str, ...]:
    """What a model tells apart on a data set: its classes, or objects only.

    Args:
        model_config: the config's `model`.
        class_names: of the data set.
    """
    second_stage = model_config.get("rcnn", {})
    return tuple(class_names) if second_stage.get("enabled", True) else CLASS_NAMES


def without_classes(ground_truth: Sequence[Example]) -> list[Example]:
    """The same objects, all of class 0."""
    return [
        replace(example, classes=np.zeros_like(example.classes))
        for example in ground_truth
    ]


def average_recall(
    ground_truth: Sequence[Example], proposals: Sequence[Detections]
) -> dict[str, float | None]:
    """How many objects the best proposals of each image find, whatever their class.

    COCO's average recall over IoU .5 to .95, without its classes.

    Args:
        ground_truth: the images.
        proposals: of the same images, in the same order.

    Returns:
        `AR100`, `AR300` and `AR1000`, fractions; None if there are no objects.
    """
    proposals = [
        replace(found, classes=np.zeros_like(found.classes)) for found in proposals
    ]
    _, recall = metrics.coco_curves(
        without_classes(ground_truth), proposals, CLASS_NAMES, counts=_COUNTS
    )
    return {
        f"AR{count}": metrics.mean_of_measured(recall[:, :, 0, index])
        for index, count in enumerate(_COUNTS)
    }
