"""The second stage: which level each region is pooled from, and what is seen there."""

import numpy as np
from PIL import Image

from luminet import vis
from luminet.inspection.canvas import GOOD, GREY, TRUTH_COLOR, Canvas
from luminet.inspection.figure import Figure, Picture, Score, Table, Word
from luminet.inspection.inspection import Inspection
from luminet.sheets.cell import Mark, draw_marks

_SHOWN_BY_LEVEL, _ROWS, _CLASSES = 60, 20, 3
_CROP, _CONTEXT = (132, 132), 1.5


def level_figure(inspection: Inspection) -> Figure:
    """Regions in the colours of the levels that they are pooled from."""
    stations = inspection.stations
    levels, strides = stations.regions.levels, stations.regions.strides
    shown = levels[:_SHOWN_BY_LEVEL]
    colors = [vis.color(int(level)) for level in shown]
    canvas = Canvas(inspection.resized, inspection.truth)
    image = canvas.boxes(stations.proposals[: len(shown)], colors)
    counts = np.bincount(levels, minlength=len(strides))
    legend = [
        (f"stride {stride}: {count:,} regions", vis.color(index))
        for index, (stride, count) in enumerate(zip(strides, counts, strict=True))
    ]
    if len(strides) == 1:
        return Figure("Regions by level", _one_level_sentence(stations), legend=legend)
    return Figure(
        "Regions by level",
        "Each region in the colour of the feature level that it is cut from: the "
        "larger it is, the coarser the level.",
        [Picture(image, f"the best {len(shown)} of {len(levels):,} proposals")],
        legend,
    )


def _one_level_sentence(stations):
    if len(stations.levels) == 1:
        return "This model has one feature level, and all regions are cut from it."
    pooled = [level.stride for level in stations.levels].index(
        stations.regions.strides[0]
    )
    return (
        "All regions are cut from one of this model's feature levels, that of "
        f"{stations.level_names[pooled]}; the others are of the first stage alone."
    )


def no_second_stage_figure() -> Figure:
    """What is said in the place of these figures where there is nothing to draw."""
    return Figure(
        "No second stage",
        "This model is a region proposal network alone: its proposals are its "
        "detections, so neither levels nor classes of regions are drawn.",
    )


def score_figure(inspection: Inspection) -> Figure:
    """What the regions with the highest scores of a class are taken for."""
    scores = inspection.stations.regions.scores
    order = np.argsort(-scores.max(axis=1, initial=0), kind="stable").tolist()
    became = [index for index in order if _is_detection(inspection, index)]
    became = became[: _ROWS // 2]
    others = [index for index in order if index not in became]
    chosen = became + others[: _ROWS - len(became)]
    titles = ["region", "objectness", "taken for", "box", "becomes"]
    return Figure(
        "What the second stage says of each region",
        f"The best {len(became)} regions that become detections, and the best "
        f"{len(chosen) - len(became)} others: dashed before, solid after the box is "
        "refined for the class with the highest score.",
        table=Table(titles, [_row(inspection, index) for index in chosen]),
    )


def _row(inspection, index):
    stations = inspection.stations
    scores = stations.regions.scores[index]
    number, after = _best(inspection, index)
    return [
        f"{index + 1}",
        f"{stations.proposal_scores[index]:.2f}",
        _top_scores(scores, inspection.class_names),
        _crop(inspection.resized, stations.proposals[index], after, vis.color(number)),
        _outcome(inspection, index),
    ]


def _best(inspection, index):
    """The class that a region is taken for, and its box."""
    number = int(inspection.stations.regions.scores[index].argmax())
    return number, inspection.stations.regions.boxes[index, number]


def _top_scores(scores, class_names) -> list[Score]:
    """The likeliest classes, the background among them."""
    found = [
        Score(class_names[number], float(score), vis.color(number))
        for number, score in enumerate(scores)
    ]
    # What is left over: the background, and classes that the model once had.
    rest = max(0.0, 1.0 - float(scores.sum()))
    found.append(Score("background", rest, GREY))
    return sorted(found, key=lambda score: -score.value)[:_CLASSES]


def _outcome(inspection, index) -> Word:
    if inspection.stations.regions.scores[index].max() < inspection.min_prob:
        return Word(f"nothing: below {inspection.min_prob:g}", GREY)
    if _is_detection(inspection, index):
        return Word("a detection", GOOD)
    return Word("suppressed by a better one", "#ffb000")


def _is_detection(inspection, index) -> bool:
    """Whether it is among those found; its score may have been lowered on the way."""
    number, box = _best(inspection, index)
    found = inspection.found
    same = np.isclose(found.boxes, box, atol=1e-2).all(axis=1)
    return bool((same & (found.classes == number)).any())


def _crop(pixels, before, after, color) -> Image.Image:
    """A region with a little around it."""
    height, width = pixels.shape[:2]
    both = np.stack([before, after])
    low, high = both[:, :2].min(axis=0), both[:, 2:].max(axis=0)
    half = max(8.0, _CONTEXT * float(max(high - low)) / 2)
    middle = (low + high) / 2
    top, left = np.maximum(np.floor(middle - half), 0).astype(int)
    bottom, right = np.minimum(np.ceil(middle + half), [height, width]).astype(int)
    corner = np.float32([top, left, top, left])
    marks = [
        Mark((before - corner).tolist(), TRUTH_COLOR, dashed=True),
        Mark((after - corner).tolist(), color),
    ]
    return draw_marks(pixels[top:bottom, left:right], marks, _CROP, 2)
