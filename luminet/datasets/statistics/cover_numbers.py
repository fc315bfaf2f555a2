"""How many objects the anchors of a network cover, by class and by size."""

from collections.abc import Sequence

import numpy as np

from luminet.datasets.statistics.anchor_cover import (
    COVERED,
    NetworkView,
    best_iou,
    resized_targets,
)
from luminet.datasets.statistics.columns import Columns
from luminet.datasets.statistics.size_bands import BANDS, size_band


def cover_numbers(
    columns: Columns, class_names: Sequence[str], view: NetworkView
) -> dict:
    """All numbers, ready for JSON; difficult objects and crowds do not count.

    Args:
        columns: the objects.
        class_names: in the order of their numbers.
        view: of the network.

    Returns:
        `settings` of the network that they depend on; `total`; `classes` and
        `size_bands`: of those that have objects; `class_mean`. Each has the mean
        overlap with the best anchor, and the shares of objects that overlap an anchor
        by half, or as much as `positive_iou` asks for; all but the last how many do
        not overlap one by half.
    """
    iou = best_iou(resized_targets(columns, view.resize), view)
    classes = columns.classes[columns.targets]
    bands = size_band(columns.box_sizes[columns.targets])
    by_class = _by(classes, class_names, iou, view)
    grid, resize = view.grid, view.resize
    return {
        "settings": {
            "min_size": resize.min_size,
            "max_size": resize.max_size,
            "strides": list(grid.strides),
            "sizes": [list(level) for level in grid.sizes],
            "ratios": list(grid.ratios),
            "positive_iou": view.positive_iou,
            "border": view.border,
        },
        "total": _of(iou, view),
        "classes": by_class,
        "class_mean": _mean(by_class.values()),
        "size_bands": _by(bands, BANDS, iou, view),
    }


def _by(numbers, names, iou, view):
    found = np.unique(numbers)
    return {names[number]: _of(iou[numbers == number], view) for number in found}


def _mean(parts):
    """The mean of each number over classes, which then count the same."""
    keys = ("mean_iou", "half", "positive")
    if not parts:
        return dict.fromkeys(keys)
    means = {key: float(np.mean([part[key] for part in parts])) for key in keys}
    return {key: round(value, 4) for key, value in means.items()}


def _of(iou: np.ndarray, view: NetworkView) -> dict:
    if not len(iou):
        shares = dict.fromkeys(("mean_iou", "half", "positive"))
        return {"num_objects": 0, "num_uncovered": 0, **shares}
    return {
        "num_objects": len(iou),
        "num_uncovered": int(np.sum(iou < COVERED)),
        "mean_iou": round(float(iou.mean()), 4),
        "half": round(float(np.mean(iou >= COVERED)), 4),
        "positive": round(float(np.mean(iou >= view.positive_iou)), 4),
    }
