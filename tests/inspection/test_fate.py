"""An object that is not found was lost at one station, and at that one."""

import numpy as np
import pytest

from luminet.detections import Detections
from luminet.inspection.fate import trace
from luminet.inspection.marking import mark_detections
from luminet.inspection.stations import Level, Regions, Stations
from luminet.inspection.truth import Truth

OBJECT, OTHER, FAR = [0, 0, 10, 10], [0, 0, 10, 7], [50, 50, 60, 60]
NAMES = ("cat", "dog")


def boxes(*rows):
    return np.float32(rows).reshape(-1, 4)


def fates(
    anchor=OBJECT,
    candidate=OBJECT,
    proposal=OBJECT,
    moved=OBJECT,
    scores=(0.9, 0.1),
    found=((OBJECT, 0.9, 0),),
    objects=(OBJECT,),
    ignored=False,
):
    """What becomes of cats, where each station has one box."""
    scores = np.float32([scores])
    one = np.float32([0.9])
    level = Level(
        16, (1, 1), boxes(anchor), one, boxes(candidate), one, 1, 0.0, (16.0,)
    )
    kept = Detections(*(zip(*found, strict=True) if found else ([], [], [])))
    moved = np.tile(boxes(moved), [2, 1])[None]
    regions = Regions(np.zeros(1, int), (16,), scores, moved, kept)
    size = np.float32([64, 64])
    stations = Stations(size, (1.0,), (level,), boxes(proposal), scores[0], regions)
    count = len(objects)
    classes, ignored = np.zeros(count, np.int32), np.full(count, ignored)
    truth = Truth(boxes(*objects), classes, ignored)
    marks = mark_detections(kept, truth)
    return trace(stations, truth, kept, marks, 0.5, NAMES)


NOTHING = {"found": ()}
LOW = "'cat' scores 0.30 at most in the regions whose box fits it, below 0.5"
LATE = {"moved": FAR} | NOTHING
EARLY = {"proposal": FAR} | LATE


@pytest.mark.parametrize(
    "changes, station, reason",
    [
        ({}, "found", "found with 0.90, IoU 1.00"),
        ({"ignored": True}, "ignored", "nobody asks for it"),
        ({"scores": (0.3, 0.1)} | NOTHING, "class", LOW),
        ({"scores": (0.1, 0.8)} | NOTHING, "class", "'dog' 0.80"),
        (NOTHING, "nms", "scores 0.90, but overlaps a better one"),
        (LATE, "box", "the second stage moves it off"),
        (EARLY, "proposal", "left out of the proposals"),
        ({"candidate": FAR} | EARLY, "proposal", "none was scored high enough"),
        ({"candidate": FAR, "anchor": FAR} | EARLY, "anchor", "best IoU 0.00"),
    ],
)
def test_where_an_object_was_lost(changes, station, reason):
    (fate,) = fates(**changes)
    assert fate.lost_at == station
    assert reason in fate.reason


def test_a_detection_counts_for_one_object_only():
    first, second = fates(objects=(OBJECT, OTHER))
    assert first.lost_at == "found"
    assert second.lost_at == "nms"
    assert "counts for another object" in second.reason


def test_the_best_overlap_at_each_station():
    (fate,) = fates(anchor=OTHER, proposal=[0, 0, 10, 8])
    assert fate.best_anchor == pytest.approx(0.7)
    assert fate.best_proposal == pytest.approx(0.8)
    assert fate.best_detection == pytest.approx(1.0)
    assert fate.best_score == pytest.approx(0.9)


def test_a_detection_of_another_class_is_none_of_its_own():
    (fate,) = fates(found=((OBJECT, 0.9, 1),))
    assert fate.best_detection == 0.0
