"""The first stage: where it sees objects, and what it proposes."""

import numpy as np

from luminet.inspection.canvas import NARROW, WIDE, Canvas
from luminet.inspection.figure import Figure, Picture, Table
from luminet.inspection.heat import heat_map, hex_colors
from luminet.inspection.inspection import Inspection

_SHOWN = 40
_COUNTS = ("num_outside", "num_small", "num_low", "num_suppressed", "num_survivors")


def objectness_figure(inspection: Inspection) -> Figure:
    """The best anchor of each cell, level by level."""
    canvas = Canvas(inspection.resized, inspection.truth)
    levels = inspection.stations.levels
    size = NARROW if len(levels) > 1 else WIDE
    pictures = []
    for name, level in zip(inspection.stations.level_names, levels, strict=True):
        plain = canvas.plain(size)
        scores = level.objectness.reshape(*level.size, -1).max(axis=-1)  # [Hl, Wl]
        scale = canvas.scale(plain)
        centers = [level.centers[axis] * scale[axis] for axis in (0, 1)]
        image = canvas.over(heat_map(plain, centers, scores), canvas.truth_marks())
        line = f"{name}: highest score {scores.max():.2f}"
        pictures.append(Picture(image, line))
    return Figure(
        "Objectness",
        "How sure the first stage is, at each cell, that its best anchor is on some "
        f"object{_dashed(inspection)}: an object under which all is dark is lost here.",
        pictures,
        heat=True,
    )


def _dashed(inspection):
    return " (dashed: the truth)" if inspection.truth is not None else ""


def proposal_figure(inspection: Inspection) -> Figure:
    """The best boxes before and after suppression."""
    stations = inspection.stations
    boxes = np.concatenate([level.candidates for level in stations.levels])
    scores = np.concatenate([level.candidate_scores for level in stations.levels])
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] > 0]
    before = _draw(inspection, boxes[order], scores[order], "before")
    after = _draw(inspection, stations.proposals, stations.proposal_scores, "after")
    return Figure(
        "Proposals before and after suppression",
        "The best boxes of the first stage, coloured by score, before and after those "
        f"go that overlap a better one{_dashed(inspection)}: only what is left on the "
        "right goes on.",
        [before, after],
        heat=True,
    )


def _draw(inspection, boxes, scores, when) -> Picture:
    canvas = Canvas(inspection.resized, inspection.truth)
    shown = boxes[:_SHOWN]
    colors = hex_colors(scores[:_SHOWN])
    image = canvas.boxes(shown, colors, size=NARROW)
    return Picture(image, f"{when}: the best {len(shown)} of {len(boxes):,}")


def funnel_figure(inspection: Inspection) -> Figure:
    """How many boxes each step of the first stage leaves."""
    levels = inspection.stations.levels
    rows = [
        [
            name,
            len(level.anchors),
            len(level.candidates),
            *(getattr(level, name) for name in _COUNTS),
        ]
        for name, level in zip(inspection.stations.level_names, levels, strict=True)
    ]
    if len(rows) > 1:
        sums = [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)]
        rows.append(["all levels", *sums])
    titles = ["level", "anchors", "with the best scores", "outside", "too small"]
    titles += ["scored too low", "suppressed", "left"]
    count = len(inspection.stations.proposals)
    return Figure(
        "From anchors to proposals",
        "How many boxes go at each step: moved outside the picture, made too small, "
        "scored too low, or overlapping a better one; of those left, the best "
        f"{count:,} are the proposals.",
        table=Table(titles, rows),
    )
