"""An inspection as numbers, for programs."""

from luminet.detections import Detections
from luminet.inspection.inspection import Inspection


def numbers(inspection: Inspection) -> dict:
    """What each station counted, what was found, and what became of each object.

    Boxes are `[xmin, ymin, xmax, ymax]` in pixels of the picture as it is.
    """
    stations = inspection.stations
    height, width = inspection.pixels.shape[:2]
    new_height, new_width = inspection.resized.shape[:2]
    found = {
        "size": [width, height],
        "resized": [new_width, new_height],
        "scale": _rounded(inspection.scale[::-1]),
        "levels": [_level(level) for level in stations.levels],
        "proposals": len(stations.proposals),
        "detections": _detections(inspection),
    }
    if inspection.truth is not None:
        found["targets"] = _targets(inspection)
        found["objects"] = _objects(inspection)
    return found


def _level(level) -> dict:
    rows, columns = level.size
    return {
        "stride": level.stride,
        "cells": [columns, rows],
        "anchors": len(level.anchors),
        "highest_objectness": round(float(level.objectness.max()), 4),
        "candidates": len(level.candidates),
        "outside": level.num_outside,
        "too_small": level.num_small,
        "scored_too_low": level.num_low,
        "suppressed": level.num_suppressed,
        "left": level.num_survivors,
    }


def _detections(inspection) -> list[dict]:
    found = inspection.found
    boxes = found.boxes / [*inspection.scale, *inspection.scale]
    original = Detections(boxes, found.scores, found.classes)
    dicts = original.to_dicts(inspection.class_names)
    for entry, mark in zip(dicts, inspection.marks, strict=False):
        number = None if mark.object is None else mark.object + 1
        entry |= {
            "outcome": str(mark.outcome),
            "object": number,
            "iou": round(mark.iou, 4),
        }
    return dicts


def _targets(inspection) -> dict | None:
    targets = inspection.targets
    if targets is None:
        return None
    background = len(inspection.class_names)
    kinds = {"positive": 1, "ignored": -1, "background": 0}
    return {
        "anchors": {
            name: int((targets.anchor_labels == label).sum())
            for name, label in kinds.items()
        },
        "sampled_anchors": {
            name: int((targets.sampled_anchors == kinds[name]).sum())
            for name in ("positive", "background")
        },
        "sampled_regions": {
            "positive": int((targets.region_labels < background).sum()),
            "background": int((targets.region_labels == background).sum()),
        },
    }


def _objects(inspection) -> list[dict]:
    truth = inspection.truth
    boxes = truth.boxes / [*inspection.scale, *inspection.scale]
    return [
        {
            "object": index + 1,
            "label": inspection.class_names[truth.classes[index]],
            "bbox": _rounded(boxes[index][[1, 0, 3, 2]], 2),
            "lost_at": str(fate.lost_at),
            "reason": fate.reason,
            "best_anchor_iou": round(fate.best_anchor, 4),
            "best_proposal_iou": round(fate.best_proposal, 4),
            "best_detection_iou": round(fate.best_detection, 4),
            "best_score": round(fate.best_score, 4),
        }
        for index, fate in enumerate(inspection.fates)
    ]


def _rounded(values, digits=4) -> list[float]:
    return [round(float(value), digits) for value in values]
