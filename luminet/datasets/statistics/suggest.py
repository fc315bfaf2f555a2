"""Settings that would suit a data set: the size of pictures, and the anchors."""

import dataclasses
import math

import numpy as np

from luminet.datasets.statistics.anchor_cover import (
    SIZE_MULTIPLE,
    NetworkView,
    ResizedObjects,
    best_iou,
    resized_targets,
)
from luminet.datasets.statistics.choose import choose_best
from luminet.datasets.statistics.columns import Columns
from luminet.datasets.statistics.resized import ResizedSize

# Eight sizes an octave: 8, 9, ... 15, 16, 18, ... 30, 32, 36, ... 960, 1024.
SIZES = [float(step << octave) for octave in range(7) for step in range(8, 16)]
SIZES += [1024.0]
RATIOS = [0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
RATIOS += [1.1, 1.25, 1.4, 1.7, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0]
# Anchors that fit the objects better by less than this, in IoU, are no suggestion.
_WORTHWHILE = 0.01
# So many objects tell enough.
_SAMPLE = 20_000

_SMALL_PERCENT = 10.0
_LARGEST_ENLARGEMENT = 2.0
_LARGEST_MIN_SIZE = 1024


def suggest(columns: Columns, view: NetworkView) -> NetworkView:
    """A view that suits the objects of a data set better, if one does.

    First the size of pictures, then the sizes of anchors for it, then their ratios: the
    ones with the highest mean overlap of an object with its best anchor. What counts is
    the overlap, not a distance of sides, as in YOLOv2's choice of priors (Redmon and
    Farhadi, 2017, section 2). Every class counts the same, as it does in the mean
    average precision. There are as many sizes and ratios as before, so that the network
    keeps its shape; they stay as they are where others are hardly better.

    Args:
        columns: the objects. Without any that is no crowd and not difficult the view
            stays as it is.
        view: of the network, as it is configured.
    """
    if not columns.targets.any():
        return view
    view = dataclasses.replace(view, resize=suggest_resize(columns, view))
    chosen, weights = _sample(columns.classes[columns.targets])
    objects = resized_targets(columns, view.resize)
    objects = ResizedObjects(objects.boxes[chosen], objects.image_sizes[chosen])
    for choose in (_with_best_sizes, _with_best_ratios):
        other = choose(objects, weights, view)
        gain = weights @ (best_iou(objects, other) - best_iou(objects, view))
        view = other if gain >= _WORTHWHILE else view
    return view


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
    most = _LARGEST_ENLARGEMENT * float(np.median(sizes.min(axis=1)))
    wanted = min(needed, most, _LARGEST_MIN_SIZE)
    if wanted <= now.min_size:
        return now
    min_size = math.ceil(wanted / SIZE_MULTIPLE) * SIZE_MULTIPLE
    max_size = math.ceil(min_size * proportion / SIZE_MULTIPLE) * SIZE_MULTIPLE
    return ResizedSize(min_size, max_size)


def _with_best_sizes(objects, weights, view):
    grid = view.grid
    count = len(grid.strides) * len(grid.sizes[0])
    if count > len(SIZES):
        return view
    height, width = (objects.boxes[:, 2:] - objects.boxes[:, :2]).T
    sizes = _nearest_first(SIZES, np.sqrt(height * width))
    fits = np.stack([_size_overlap(objects, view, size) for size in sizes], axis=1)
    chosen = sorted(sizes[index] for index in choose_best(fits, weights, count))
    levels = np.reshape(chosen, [len(grid.strides), -1]).tolist()
    return dataclasses.replace(view, grid=grid.like(sizes=levels))


def _size_overlap(objects, view, size):
    """IoU of each object with its best anchor of one size, `[N]`."""
    grid = view.grid
    # Of several feature levels the one whose own sizes are nearest.
    distance = [abs(math.log(size / np.mean(level))) for level in grid.sizes]
    stride = grid.strides[int(np.argmin(distance))]
    one_size = grid.like(strides=[stride], sizes=[[size]])
    return best_iou(objects, dataclasses.replace(view, grid=one_size))


def _with_best_ratios(objects, weights, view):
    grid, count = view.grid, len(view.grid.ratios)
    if count > len(RATIOS):
        return view
    height, width = (objects.boxes[:, 2:] - objects.boxes[:, :2]).T
    ratios = _nearest_first(RATIOS, height / width)
    one_ratio = [dataclasses.replace(view, grid=grid.like(ratios=[r])) for r in ratios]
    fits = np.stack([best_iou(objects, other) for other in one_ratio], axis=1)
    chosen = sorted(ratios[index] for index in choose_best(fits, weights, count))
    return dataclasses.replace(view, grid=grid.like(ratios=chosen))


def _nearest_first(candidates, values):
    """Candidates in the order in which they are taken where the others fit as well."""
    middle = math.log(np.median(values))
    return sorted(candidates, key=lambda candidate: abs(math.log(candidate) - middle))


def _sample(classes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Choose objects, not too many of a class; weights make all classes count the same.

    Returns:
        Indices `[n]`, and weights `[n]` that add up to 1.
    """
    found = np.unique(classes)
    most, rng = math.ceil(_SAMPLE / len(found)), np.random.default_rng(0)
    chosen, weights = [], []
    for number in found:
        members = np.flatnonzero(classes == number)
        members = rng.permutation(members)[:most]
        chosen.append(np.sort(members))
        weights.append(np.full(len(members), 1 / len(members) / len(found)))
    return np.concatenate(chosen), np.concatenate(weights)
