"""The size of pictures that would suit a data set."""

import dataclasses
import math

import numpy as np

from luminet.datasets.statistics.anchor_cover import (
    COVERED,
    SIZE_MULTIPLE,
    NetworkView,
    best_iou,
    resized_targets,
)
from luminet.datasets.statistics.columns import Columns
from luminet.datasets.statistics.resized import ResizedSize

_SMALL_PERCENT = 10.0
_LARGEST_ENLARGEMENT = 2.0
_LARGEST_MIN_SIZE = 1024
_TRIED_ENLARGEMENT = 1.5
# So many more of the objects are worth larger pictures.
_WORTHWHILE = 0.01


def suggest_resize(columns: Columns, view: NetworkView) -> ResizedSize:
    """The size of pictures at which nine of ten objects are large enough to be seen.

    The shorter side of an object should be one stride of the finest features or more:
    below that a cell holds more of the background than of the object (the code of Ren
    et al. drops proposals that are smaller than 16 pixels, its stride: `RPN_MIN_SIZE`).
    If more than a tenth of the objects is smaller, pictures are enlarged until it is a
    tenth: to a shorter side of 1,024 at most, since time and memory grow with its
    square (beyond that, cut pictures into tiles), and to twice their own size at most,
    since what a camera did not see does not come back.

    Args:
        columns: pictures, and at least one object to find.
        view: of the network. Its resize stays where it is enough: a smaller one would
            be faster, but never better.
    """
    now, sizes = view.resize, columns.sizes.astype(float)
    # What becomes of a pixel at a `min_size` of 1, in today's proportion to `max_size`.
    proportion = now.max_size / now.min_size
    unit = np.minimum(1 / sizes.min(axis=1), proportion / sizes.max(axis=1))
    sides = columns.box_sizes.min(axis=1) * unit[columns.pictures]
    small = np.percentile(sides[columns.targets], _SMALL_PERCENT)
    needed = min(view.grid.strides) / small
    wanted = min(needed, _most(columns))
    return now if wanted <= now.min_size else _enlarged(now, wanted)


def with_larger_pictures(columns: Columns, view: NetworkView) -> NetworkView | None:
    """A view of larger pictures, on which the same anchors cover more objects.

    Half as large again, within the limits of `suggest_resize`; None where that would
    not bring a hundredth of the objects more to an overlap of a half.

    Args:
        columns: pictures and objects.
        view: of the network.
    """
    wanted = min(_TRIED_ENLARGEMENT * view.resize.min_size, _most(columns))
    if wanted <= view.resize.min_size or not columns.targets.any():
        return None
    larger = dataclasses.replace(view, resize=_enlarged(view.resize, wanted))
    gain = _covered(columns, larger) - _covered(columns, view)
    return larger if gain >= _WORTHWHILE else None


def _most(columns):
    """The shorter side up to which pictures may be enlarged."""
    shorter = float(np.median(columns.sizes.min(axis=1)))
    return min(_LARGEST_ENLARGEMENT * shorter, _LARGEST_MIN_SIZE)


def _enlarged(resize, wanted):
    """A shorter side of so many pixels or a few more, the longer one in proportion."""
    min_size = math.ceil(wanted / SIZE_MULTIPLE) * SIZE_MULTIPLE
    proportion = resize.max_size / resize.min_size
    max_size = math.ceil(min_size * proportion / SIZE_MULTIPLE) * SIZE_MULTIPLE
    return ResizedSize(min_size, max_size)


def _covered(columns, view):
    """The share of objects that overlap an anchor by half."""
    iou = best_iou(resized_targets(columns, view.resize), view)
    return np.mean(iou >= COVERED)
