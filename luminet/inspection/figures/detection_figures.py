"""What is found in the end, and what became of each object."""

from luminet import vis
from luminet.inspection.canvas import BAD, GOOD, GREY, Canvas
from luminet.inspection.fate import Lost
from luminet.inspection.figure import Figure, Picture, Table, Word
from luminet.inspection.inspection import Inspection
from luminet.inspection.marking import Outcome
from luminet.sheets.cell import Mark

MISSED = "missed"
COLORS = {
    Outcome.HIT: GOOD,
    MISSED: BAD,
    Outcome.DOUBLE: "#ffb000",
    Outcome.WRONG_CLASS: "#d37bff",
    Outcome.BACKGROUND: "#4ab0ff",
    Outcome.IGNORED: GREY,
}


def detection_figure(inspection: Inspection) -> Figure:
    """The detections that count; beside the truth each says what it is worth."""
    if inspection.truth is None:
        return _plain(inspection)
    found, names = inspection.found, inspection.class_names
    marks = [
        Mark(box, COLORS[mark.outcome], label=f"{names[number]} {score:.2f}")
        for box, mark, number, score in zip(
            found.boxes.tolist(),
            inspection.marks,
            found.classes,
            found.scores,
            strict=True,
        )
    ]
    marks += _missed(inspection)
    counts = _counts(inspection)
    legend = [(f"{name}: {counts[name]}", color) for name, color in COLORS.items()]
    return Figure(
        "Detections",
        f"What is found with a score from {inspection.min_prob:g} on, and what it is "
        "worth at an IoU of 0.5: right, one too many, of another class, or on nothing; "
        "a dashed box is an object that was missed.",
        [Picture(Canvas(inspection.resized).marks(marks), _line(inspection))],
        legend,
    )


def _plain(inspection) -> Figure:
    found = inspection.found
    image = Canvas(inspection.resized).boxes(
        found.boxes,
        [vis.color(int(number)) for number in found.classes],
        [
            f"{inspection.class_names[number]} {score:.2f}"
            for number, score in zip(found.classes, found.scores, strict=True)
        ],
    )
    return Figure(
        "Detections",
        f"What is found with a score from {inspection.min_prob:g} on, after each "
        "class has lost the boxes that overlap a better one.",
        [Picture(image, _line(inspection))],
    )


def _line(inspection):
    every = inspection.stations.regions.detections
    return f"{len(inspection.found)} of the model's {len(every)} detections"


def _missed(inspection) -> list[Mark]:
    lost = [
        index
        for index, fate in enumerate(inspection.fates)
        if fate.lost_at not in (Lost.FOUND, Lost.IGNORED)
    ]
    return [
        Mark(
            inspection.truth.boxes[index].tolist(), BAD, True, f"#{index + 1} {MISSED}"
        )
        for index in lost
    ]


def _counts(inspection):
    outcomes = [mark.outcome for mark in inspection.marks]
    counts = {name: outcomes.count(name) for name in COLORS}
    return counts | {MISSED: len(_missed(inspection))}


def fate_figure(inspection: Inspection) -> Figure:
    """Where each object was lost, and the objects with their numbers."""
    truth, names = inspection.truth, inspection.class_names
    marks = [
        Mark(box, _fate_color(fate), label=f"#{index + 1} {names[number]}")
        for index, (box, number, fate) in enumerate(
            zip(truth.boxes.tolist(), truth.classes, inspection.fates, strict=True)
        )
    ]
    found = sum(fate.lost_at is Lost.FOUND for fate in inspection.fates)
    asked = sum(fate.lost_at is not Lost.IGNORED for fate in inspection.fates)
    titles = ["object", "class", "size", "lost at", "why"]
    titles += ["best anchor", "best proposal", "best detection"]
    rows = [_row(inspection, index) for index in range(len(truth))]
    return Figure(
        "Where was each object lost?",
        f"{found} of {asked} objects are found; for the others, the first station "
        "where no box fits them any more (by an IoU of 0.5), and the best IoU at each.",
        [Picture(Canvas(inspection.resized).marks(marks))],
        [("found", GOOD), ("lost", BAD)],
        table=Table(titles, rows),
    )


def _fate_color(fate):
    return {Lost.FOUND: GOOD, Lost.IGNORED: GREY}.get(fate.lost_at, BAD)


def _row(inspection, index):
    fate, box = inspection.fates[index], inspection.truth.boxes[index]
    height, width = box[2:] - box[:2]
    return [
        f"#{index + 1}",
        inspection.class_names[inspection.truth.classes[index]],
        f"{width:.0f} x {height:.0f}",
        Word(str(fate.lost_at), _fate_color(fate)),
        fate.reason,
        fate.best_anchor,
        fate.best_proposal,
        fate.best_detection,
    ]
