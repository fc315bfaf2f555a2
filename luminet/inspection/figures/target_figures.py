"""What training would make of the picture: which boxes it learns from."""

import numpy as np

from luminet import vis
from luminet.inspection.canvas import BAD, GOOD, GREY, NARROW, Canvas, draw_dots
from luminet.inspection.figure import Figure, Picture
from luminet.inspection.inspection import Inspection
from luminet.inspection.marking import MATCH_IOU
from luminet.inspection.targets import iou
from luminet.sheets.cell import Mark

_MOST_BOXES = 60
_IGNORED = "#ffd23f"


def best_anchor_figure(inspection: Inspection) -> Figure:
    """Each object and the anchor that fits it best."""
    overlap = iou(inspection.targets.anchors, inspection.truth.boxes)  # [A, G]
    marks = []
    for index, best in enumerate(overlap.argmax(axis=0)):
        value = overlap[best, index]
        color = GOOD if value >= MATCH_IOU else BAD
        box, anchor = inspection.truth.boxes[index], inspection.targets.anchors[best]
        marks.append(Mark(box.tolist(), color, label=f"#{index + 1} {value:.2f}"))
        marks.append(Mark(anchor.tolist(), color, dashed=True))
    poor = int((overlap.max(axis=0) < MATCH_IOU).sum())
    line = f"{poor} of {len(inspection.truth)} objects without an anchor of IoU 0.5"
    return Figure(
        "Does an anchor fit each object?",
        "Every object with its best anchor (dashed) and their IoU: a red one is "
        "reached by no anchor with 0.5, and so is hard to learn and to find; other "
        "sizes or ratios of anchors, or a larger resize, help.",
        [Picture(Canvas(inspection.resized).marks(marks), line)],
        [("reached", GOOD), ("not reached", BAD)],
    )


def anchor_target_figure(inspection: Inspection) -> Figure:
    """Which anchors are positive, ignored and sampled."""
    targets = inspection.targets
    labels, sampled = targets.anchor_labels, targets.sampled_anchors
    canvas = Canvas(inspection.resized, inspection.truth)
    numbers = [int((labels == label).sum()) for label in (1, -1, 0)]
    matched = _boxes_and_dots(
        canvas, targets.anchors, labels == 1, labels == -1, _IGNORED
    )
    line = "matched: {:,} positive, {:,} ignored, {:,} background".format(*numbers)
    chosen = _boxes_and_dots(canvas, targets.anchors, sampled == 1, sampled == 0, BAD)
    numbers = [int((sampled == label).sum()) for label in (1, 0)]
    chosen_line = "sampled: {:,} positive, {:,} background".format(*numbers)
    return Figure(
        "Anchors in training",
        "Positive anchors as boxes, and the middles of ignored and of sampled "
        "background anchors as dots: the first stage learns from the sample on the "
        "right, and an object without a green box teaches it nothing.",
        [Picture(matched, line), Picture(chosen, chosen_line)],
        [("positive", GOOD), ("ignored", _IGNORED), ("background", BAD)],
    )


def _boxes_and_dots(canvas, anchors, boxes, dots, color):
    shown = np.flatnonzero(boxes)[:_MOST_BOXES]
    image = canvas.boxes(anchors[shown], [GOOD] * len(shown), size=NARROW)
    middles = (anchors[dots, :2] + anchors[dots, 2:]) / 2
    draw_dots(image, np.unique(middles, axis=0) * canvas.scale(image), color)
    return image


def region_target_figure(inspection: Inspection) -> Figure:
    """Which regions the second stage would learn from."""
    targets, names = inspection.targets, inspection.class_names
    positive = targets.region_labels < len(names)
    order = np.argsort(-targets.region_iou * positive, kind="stable")
    order = order[positive[order]][:_MOST_BOXES]
    labels = [f"{targets.region_iou[index]:.2f}" for index in order]
    colors = [vis.color(int(targets.region_labels[index])) for index in order]
    canvas = Canvas(inspection.resized, inspection.truth)
    image = canvas.boxes(targets.regions[order], colors, labels, size=NARROW)
    rest = targets.regions[~positive]
    grey = [GREY] * len(rest[:_MOST_BOXES])
    other = canvas.boxes(rest[:_MOST_BOXES], grey, size=NARROW, line_width=1)
    classes = sorted(set(targets.region_labels[positive].tolist()))
    return Figure(
        "Regions in training",
        f"The regions that {_stage(targets)} would learn from, positive ones with "
        "their IoU in the colour of their class, background ones grey: objects "
        f"themselves (IoU 1.00) are always among the candidates{_later(targets)}.",
        [
            Picture(image, f"{int(positive.sum()):,} positive, {len(order)} drawn"),
            Picture(other, f"{len(rest):,} background, {len(grey)} drawn"),
        ],
        [(names[number], vis.color(number)) for number in classes],
    )


def _stage(targets):
    if targets.num_stages == 1:
        return "the second stage"
    return f"the first of the {targets.num_stages} stages of the cascade"


def _later(targets):
    is_one = targets.num_stages == 1
    return "" if is_one else ", and each later stage takes the boxes of the one before"
