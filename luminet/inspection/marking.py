"""Detections beside the truth: right, double, of another class, or on nothing."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from luminet.detections import Detections
from luminet.inspection.targets import iou
from luminet.inspection.truth import Truth

# From here on a box is on an object, as Pascal VOC has it.
MATCH_IOU = 0.5


class Outcome(StrEnum):
    """What a detection is worth."""

    HIT = "hit"
    DOUBLE = "double"
    WRONG_CLASS = "wrong class"
    BACKGROUND = "background"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Mark:
    """The judgement of one detection.

    Attributes:
        outcome: see `Outcome`.
        object: the number of the object that it is on; None for background.
        iou: the highest with any object, 0 where there is none.
    """

    outcome: Outcome
    object: int | None
    iou: float


def mark_detections(found: Detections, truth: Truth) -> list[Mark]:
    """Judge detections, the best first: each takes the object that it fits best.

    Only an object of its class that no better detection has is a hit. What lies on an
    object that nobody asks for is neither right nor wrong.
    """
    overlap = iou(found.boxes, truth.boxes)  # [D, G]
    taken = np.zeros(len(truth), bool)
    marks = []
    for row, number in zip(overlap, found.classes, strict=True):
        mark = _judge(row, truth.classes == number, truth.ignored, taken)
        if mark.outcome is Outcome.HIT:
            taken[mark.object] = True
        marks.append(mark)
    return marks


def _judge(overlap, own_class, ignored, taken) -> Mark:
    near = overlap >= MATCH_IOU
    highest = float(overlap.max(initial=0.0))
    for outcome, fitting in (
        (Outcome.HIT, near & own_class & ~ignored & ~taken),
        (Outcome.IGNORED, near & own_class & ignored),
        (Outcome.DOUBLE, near & own_class & taken),
        (Outcome.WRONG_CLASS, near & ~own_class & ~ignored),
        (Outcome.IGNORED, near & ignored),
    ):
        if fitting.any():
            index = int(np.argmax(np.where(fitting, overlap, -1.0)))
            return Mark(outcome, index, float(overlap[index]))
    return Mark(Outcome.BACKGROUND, None, highest)
