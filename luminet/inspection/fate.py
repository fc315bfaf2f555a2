"""Where on the way through a detector an object was lost, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from luminet.detections import Detections
from luminet.inspection.marking import MATCH_IOU, Mark, Outcome
from luminet.inspection.stations import Stations
from luminet.inspection.targets import iou
from luminet.inspection.truth import Truth


class Lost(StrEnum):
    """The station that an object did not pass."""

    FOUND = "found"
    ANCHOR = "anchor"
    PROPOSAL = "proposal"
    BOX = "box"
    CLASS = "class"
    NMS = "nms"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Fate:
    """What became of one object.

    Attributes:
        lost_at: see `Lost`.
        reason: a sentence.
        best_anchor: the highest IoU with an anchor, likewise `best_proposal`.
        best_detection: the highest IoU with a detection of its class.
        best_score: the highest score of its class among the boxes that fit it.
    """

    lost_at: Lost
    reason: str
    best_anchor: float
    best_proposal: float
    best_detection: float
    best_score: float


def trace(
    stations: Stations,
    truth: Truth,
    found: Detections,
    marks: Sequence[Mark],
    min_prob: float,
    class_names: Sequence[str],
) -> list[Fate]:
    """Follow each object from station to station, up to where nothing fits it.

    A box fits an object from an IoU of .5 on.

    Args:
        stations: of the picture.
        truth: its objects.
        found: the detections that count, those from `min_prob` on.
        marks: of them.
        min_prob: the lowest score that counts.
        class_names: in the order of class numbers.
    """
    tracer = _Tracer(stations, truth, found, marks, min_prob, class_names)
    return [tracer.trace(index) for index in range(len(truth))]


class _Tracer:
    def __init__(self, stations, truth, found, marks, min_prob, class_names):
        self.stations, self.truth, self.found = stations, truth, found
        self.marks, self.min_prob, self.names = marks, min_prob, class_names
        anchors = np.concatenate([level.anchors for level in stations.levels])
        self.anchors = iou(anchors, truth.boxes)  # [A, G]
        candidates = [
            level.candidates[level.candidate_scores > 0] for level in stations.levels
        ]
        self.candidates = iou(np.concatenate(candidates), truth.boxes)
        self.proposals = iou(stations.proposals, truth.boxes)
        self.detections = iou(found.boxes, truth.boxes)

    def trace(self, index) -> Fate:
        number = self.truth.classes[index]
        fits = self._fitting(index)
        scores = self.stations.regions.scores[:, number]
        own = self.detections[self.found.classes == number, index]
        lost_at, reason = self._judge(index, fits, scores)
        return Fate(
            lost_at,
            reason,
            _highest(self.anchors[:, index]),
            _highest(self.proposals[:, index]),
            _highest(own),
            _highest(scores[fits]),
        )

    def _fitting(self, index):
        """Which regions the box of its class fits the object in, bool `[P]`."""
        boxes = self.stations.regions.boxes[:, self.truth.classes[index]]
        return iou(boxes, self.truth.boxes[index : index + 1])[:, 0] >= MATCH_IOU

    def _judge(self, index, fits, scores) -> tuple[Lost, str]:
        if self.truth.ignored[index]:
            return Lost.IGNORED, "difficult or a crowd: nobody asks for it"
        for mark, score in zip(self.marks, self.found.scores, strict=True):
            if mark.outcome is Outcome.HIT and mark.object == index:
                return Lost.FOUND, f"found with {score:.2f}, IoU {mark.iou:.2f}"
        if not fits.any():
            return self._lost_before_the_second_stage(index)
        best = _highest(scores[fits])
        if best < self.min_prob:
            return Lost.CLASS, self._class_reason(index, fits, best)
        return Lost.NMS, self._suppressed_reason(index, best)

    def _lost_before_the_second_stage(self, index) -> tuple[Lost, str]:
        proposal = _highest(self.proposals[:, index])
        if proposal >= MATCH_IOU:
            return Lost.BOX, (
                f"a proposal fits it (IoU {proposal:.2f}), but the second stage moves "
                "it off"
            )
        if _highest(self.candidates[:, index]) >= MATCH_IOU:
            return Lost.PROPOSAL, (
                "a box that fits it was left out of the proposals: it overlaps one "
                "with a better score, or is not among the best"
            )
        anchor = _highest(self.anchors[:, index])
        if anchor < MATCH_IOU:
            return Lost.ANCHOR, (
                f"no anchor reaches it (best IoU {anchor:.2f}): sizes or ratios do "
                "not suit it"
            )
        return Lost.PROPOSAL, (
            "an anchor fits it, but none was scored high enough and moved onto it"
        )

    def _class_reason(self, index, fits, best):
        name = self.names[self.truth.classes[index]]
        reason = (
            f"'{name}' scores {best:.2f} at most in the regions whose box fits it, "
            f"below {self.min_prob:g}"
        )
        scores = self.stations.regions.scores[fits].max(axis=0)
        rival = int(scores.argmax())
        if rival != self.truth.classes[index] and scores[rival] > best:
            return f"{reason}; '{self.names[rival]}' {scores[rival]:.2f}"
        return reason

    def _suppressed_reason(self, index, best):
        own = self.found.classes == self.truth.classes[index]
        if (self.detections[own, index] >= MATCH_IOU).any():
            return "the detection on it counts for another object, which it fits better"
        return (
            f"a box that fits it scores {best:.2f}, but overlaps a better one of its "
            "class, or is one too many"
        )


def _highest(values) -> float:
    return float(np.max(values, initial=0.0))
