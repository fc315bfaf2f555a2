"""Settings that would suit a data set: the size of pictures, and the anchors."""

import dataclasses
import math

import numpy as np

from luminet.datasets.statistics.anchor_cover import (
    COVERED,
    NetworkView,
    ResizedObjects,
    best_iou,
    resized_targets,
)
from luminet.datasets.statistics.choose import choose_best
from luminet.datasets.statistics.columns import Columns
from luminet.datasets.statistics.suggest_resize import suggest_resize

# Eight sizes an octave: 8, 9, ... 15, 16, 18, ... 30, 32, 36, ... 960, 1024.
SIZES = [float(step << octave) for octave in range(7) for step in range(8, 16)]
SIZES += [1024.0]
RATIOS = [0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
RATIOS += [1.1, 1.25, 1.4, 1.7, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0]
# How often an object that is covered counts, where its overlap counts once.
_STRESSES = (1.0, 100.0)
# Anchors that are better by less than this are no suggestion.
_WORTHWHILE = 0.01
# So many objects tell enough.
_SAMPLE = 20_000


def suggest(columns: Columns, view: NetworkView) -> NetworkView:
    """A view that suits the objects of a data set better, if one does.

    First the size of pictures, then the sizes of anchors for it and their ratios, in
    turns. What counts is the overlap of an object with its best anchor, not a distance
    of sides, as in YOLOv2's choice of priors (Redmon and Farhadi, 2017, section 2): its
    mean, and the share of objects that are covered by half, which no anchors of a
    suggestion make lower. Every class counts the same, as it does in the mean average
    precision. There are as many sizes and ratios as before, so that the network keeps
    its shape; they stay as they are where others are hardly better.

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
    before = None
    while view is not before:
        before = view
        for others in (_with_other_sizes, _with_other_ratios):
            view = _best(objects, weights, view, others(objects, weights, view))
    return view


def _best(objects, weights, view, others):
    """The best of other views, or the first one where none is worth the change."""
    now, best, most = best_iou(objects, view), view, _WORTHWHILE
    for other in others:
        iou = best_iou(objects, other)
        covered = weights @ (1.0 * (iou >= COVERED) - (now >= COVERED))
        gain = covered + weights @ (iou - now)
        # A sum of weights is not exact.
        if covered > -1e-9 and gain >= most:
            best, most = other, gain
    return best


def _with_other_sizes(objects, weights, view):
    """Views with the best sizes, by what is stressed."""
    grid = view.grid
    count = len(grid.strides) * len(grid.sizes[0])
    if count > len(SIZES):
        return []
    height, width = (objects.boxes[:, 2:] - objects.boxes[:, :2]).T
    sizes = _nearest_first(SIZES, np.sqrt(height * width))
    fits = np.stack([_size_overlap(objects, view, size) for size in sizes], axis=1)
    views = []
    for chosen in _choices(sizes, fits, weights, count):
        levels = np.reshape(chosen, [len(grid.strides), -1]).tolist()
        views.append(dataclasses.replace(view, grid=grid.like(sizes=levels)))
    return views


def _size_overlap(objects, view, size):
    """IoU of each object with its best anchor of one size, `[N]`."""
    grid = view.grid
    # Of several feature levels the one whose own sizes are nearest.
    distance = [abs(math.log(size / np.mean(level))) for level in grid.sizes]
    stride = grid.strides[int(np.argmin(distance))]
    one_size = grid.like(strides=[stride], sizes=[[size]])
    return best_iou(objects, dataclasses.replace(view, grid=one_size))


def _with_other_ratios(objects, weights, view):
    """Views with the best ratios, by what is stressed."""
    grid, count = view.grid, len(view.grid.ratios)
    if count > len(RATIOS):
        return []
    height, width = (objects.boxes[:, 2:] - objects.boxes[:, :2]).T
    ratios = _nearest_first(RATIOS, height / width)
    one_ratio = [dataclasses.replace(view, grid=grid.like(ratios=[r])) for r in ratios]
    fits = np.stack([best_iou(objects, other) for other in one_ratio], axis=1)
    return [
        dataclasses.replace(view, grid=grid.like(ratios=chosen))
        for chosen in _choices(ratios, fits, weights, count)
    ]


def _choices(candidates, fits, weights, count):
    """Several of the candidates, in order; once for each stress on covered objects."""
    for stress in _STRESSES:
        values = fits + stress * (fits >= COVERED)
        chosen = choose_best(values, weights, count)
        yield sorted(candidates[index] for index in chosen)


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
