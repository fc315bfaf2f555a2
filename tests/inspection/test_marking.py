"""What each detection is worth."""

import numpy as np
import pytest

from luminet.detections import Detections
from luminet.inspection.marking import mark_detections
from luminet.inspection.truth import Truth

BOX, NEAR, FAR = [0, 0, 10, 10], [0, 0, 10, 8], [50, 50, 60, 60]


def truth(*objects):
    """Objects as box, class, ignored."""
    boxes = np.float32([box for box, _, _ in objects]).reshape(-1, 4)
    classes = np.int32([number for _, number, _ in objects])
    return Truth(boxes, classes, np.array([each[2] for each in objects], bool))


def outcomes(found, objects):
    boxes, classes = zip(*found, strict=True)
    scores = np.linspace(0.9, 0.5, len(boxes))
    marks = mark_detections(Detections(boxes, scores, classes), truth(*objects))
    return [(str(mark.outcome), mark.object) for mark in marks]


@pytest.mark.parametrize(
    "found, objects, expected",
    [
        ([(BOX, 0)], [(BOX, 0, False)], [("hit", 0)]),
        ([(NEAR, 0)], [(BOX, 0, False)], [("hit", 0)]),
        ([(BOX, 1)], [(BOX, 0, False)], [("wrong class", 0)]),
        ([(FAR, 0)], [(BOX, 0, False)], [("background", None)]),
        ([(BOX, 0)], [], [("background", None)]),
        ([(BOX, 0)], [(BOX, 0, True)], [("ignored", 0)]),
        ([(BOX, 1)], [(BOX, 0, True)], [("ignored", 0)]),
        ([(BOX, 0), (NEAR, 0)], [(BOX, 0, False)], [("hit", 0), ("double", 0)]),
    ],
    ids=[
        "right",
        "nearly right",
        "another class",
        "nothing there",
        "no object at all",
        "not asked for",
        "not asked for, of another class",
        "twice",
    ],
)
def test_outcome(found, objects, expected):
    assert outcomes(found, objects) == expected


def test_the_second_detection_takes_the_object_that_is_left():
    objects = [(BOX, 0, False), (NEAR, 0, False)]
    assert outcomes([(BOX, 0), (BOX, 0)], objects) == [("hit", 0), ("hit", 1)]


def test_iou_is_told_for_background_too():
    found = Detections([[0, 0, 10, 4]], [0.9], [0])
    (mark,) = mark_detections(found, truth((BOX, 0, False)))
    assert mark.iou == pytest.approx(0.4)
