"""The numbers of a data set: pictures, objects and their sizes, by split and class."""

from collections.abc import Sequence

import numpy as np

from luminet.datasets.statistics.columns import Columns
from luminet.datasets.statistics.gather import Gathered
from luminet.datasets.statistics.size_bands import BANDS, size_band

# Of the quantiles that are told.
QUANTILES = (5, 50, 95)
# The most frequent sizes of pictures that are told.
_SIZES = 5


def summarise(gathered: Gathered) -> dict:
    """All numbers, ready for JSON.

    Returns:
        `splits` and `total`: of pictures and objects; `classes`: of each class over
        all splits; `class_counts`: objects of each class, by split; `findings`.
    """
    names, log = gathered.class_names, gathered.log
    total = gathered.total
    splits = {
        split: _of_pictures(columns, gathered.num_skipped[split])
        for split, columns in gathered.splits.items()
    }
    return {
        "class_names": list(names),
        "splits": splits,
        "total": _of_pictures(total, log.num_skipped),
        "class_counts": {
            split: _class_counts(columns, names)
            for split, columns in gathered.splits.items()
        },
        "classes": _of_classes(total, names),
        "boxes": _of_boxes(total, np.ones(len(total.classes), bool)),
        "findings": {
            "faults": dict(sorted(log.faults.items())),
            "warnings": dict(sorted(log.warnings.items())),
        },
    }


def _of_pictures(columns: Columns, num_skipped: int) -> dict:
    sizes, times = np.unique(columns.sizes, axis=0, return_counts=True)
    order = np.argsort(-times, kind="stable")[:_SIZES]
    return {
        "num_pictures": len(columns.sizes),
        "num_skipped": num_skipped,
        "num_without_objects": int(np.sum(columns.counts == 0)),
        "num_boxes": len(columns.classes),
        "num_difficult": int(columns.difficult.sum()),
        "num_crowds": int(columns.crowd.sum()),
        "width": _spread(columns.sizes[:, 1]),
        "height": _spread(columns.sizes[:, 0]),
        "frequent_sizes": [
            {
                "width": int(sizes[index, 1]),
                "height": int(sizes[index, 0]),
                "num_pictures": int(times[index]),
            }
            for index in order
        ],
        "objects_per_picture": _spread(columns.counts),
    }


def _of_classes(columns: Columns, names: Sequence[str]) -> dict:
    pictures = columns.pictures
    classes = {}
    for index, name in enumerate(names):
        chosen = columns.classes == index
        num_pictures = len(np.unique(pictures[chosen]))
        classes[name] = {"num_pictures": num_pictures, **_of_boxes(columns, chosen)}
    return classes


def _of_boxes(columns: Columns, chosen: np.ndarray) -> dict:
    """Numbers of some of the boxes; `chosen` is bool `[N]`."""
    height, width = columns.box_sizes[chosen].T
    bands = np.bincount(size_band(columns.box_sizes[chosen]), minlength=len(BANDS))
    return {
        "num_boxes": int(chosen.sum()),
        "side": _quantiles(np.sqrt(height * width)),
        "aspect_ratio": _quantiles(height / width),
        "size_bands": dict(zip(BANDS, bands.tolist(), strict=True)),
    }


def _class_counts(columns: Columns, names: Sequence[str]) -> dict[str, int]:
    counts = np.bincount(columns.classes, minlength=len(names))
    return dict(zip(names, counts.tolist(), strict=True))


def _spread(values: np.ndarray) -> dict | None:
    if not len(values):
        return None
    middle = float(np.median(values))
    return {"min": int(values.min()), "median": middle, "max": int(values.max())}


def _quantiles(values: np.ndarray) -> dict | None:
    """By percentage: "5", "50" and "95"."""
    if not len(values):
        return None
    found = np.percentile(values, QUANTILES).tolist()
    return {str(q): round(value, 3) for q, value in zip(QUANTILES, found, strict=True)}
