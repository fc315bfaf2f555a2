"""How well the anchors of a network fit the objects of a data set."""

from dataclasses import dataclass

import numpy as np

from luminet.datasets.statistics.columns import Columns
from luminet.datasets.statistics.resized import ResizedSize, resized_boxes

# Pictures are padded to a multiple of it: see `padding.SIZE_MULTIPLE`.
SIZE_MULTIPLE = 32
# An object that overlaps an anchor by so much is covered.
COVERED = 0.5


@dataclass(frozen=True)
class NetworkView:
    """How a network looks at pictures.

    Attributes:
        resize: what size they get.
        grid: `models.anchor_grid.AnchorGrid`.
        positive_iou: from here on an anchor is told to be an object.
        border: pixels that an anchor may stick out of its picture; None: any number.
    """

    resize: ResizedSize
    grid: object
    positive_iou: float = 0.7
    border: float | None = None


@dataclass(frozen=True, eq=False)
class ResizedObjects:
    """The objects that a network should find, in its pixels.

    Attributes:
        boxes: float32 `[N, 4]`.
        image_sizes: float32 `[N, 2]`, of the picture that each lies on.
    """

    boxes: np.ndarray
    image_sizes: np.ndarray


def resized_targets(columns: Columns, resize: ResizedSize) -> ResizedObjects:
    """The objects, without difficult ones and crowds, resized with their pictures."""
    pictures = columns.pictures[columns.targets]
    new_sizes = resize(columns.sizes)[pictures]
    boxes = columns.boxes[columns.targets]
    boxes = resized_boxes(boxes, columns.sizes[pictures], new_sizes)
    return ResizedObjects(boxes, new_sizes)


def best_iou(objects: ResizedObjects, view: NetworkView) -> np.ndarray:
    """The overlap of each object with the anchor that fits it best, `[N]`.

    Exact, without laying out all anchors: how far a box of a given shape overlaps
    another shrinks with the distance of their centres, in either direction on its own.
    So of each shape the anchor in the nearest row and column is the best.
    """
    best = np.zeros(len(objects.boxes), np.float32)
    for stride, cell in zip(view.grid.strides, view.grid.cells, strict=True):
        for shape in cell:
            np.maximum(best, _shape_iou(objects, view, stride, shape), out=best)
    return best


def _shape_iou(objects, view, stride, shape):
    """The best overlap of each object with anchors of one shape, `[N]`.

    `shape` is the anchor around the origin, `[4]`.
    """
    height = _overlap(objects, view, stride, shape, axis=0)
    width = _overlap(objects, view, stride, shape, axis=1)
    overlap = height * width
    size = objects.boxes[:, 2:] - objects.boxes[:, :2]
    area = (shape[2] - shape[0]) * (shape[3] - shape[1])
    return overlap / (size[:, 0] * size[:, 1] + area - overlap)


def _overlap(objects, view, stride, shape, axis):
    """How long the overlap with the nearest usable anchor is, along one axis."""
    low, high = objects.boxes[:, axis], objects.boxes[:, axis + 2]
    before, after = float(shape[axis]), float(shape[axis + 2])
    image_side = objects.image_sizes[:, axis]
    cells = np.ceil(np.ceil(image_side / SIZE_MULTIPLE) * SIZE_MULTIPLE / stride)
    first, last = np.zeros_like(cells), cells - 1
    if view.border is not None:
        lowest, highest = -view.border - before, image_side + view.border - after
        first = np.maximum(first, np.ceil(lowest / stride - view.grid.offset))
        last = np.minimum(last, np.floor(highest / stride - view.grid.offset))
    center = (low + high - before - after) / 2
    nearest = np.round(center / stride - view.grid.offset)
    center = (
        np.clip(nearest, first, np.maximum(first, last)) + view.grid.offset
    ) * stride
    overlap = np.minimum(high, center + after) - np.maximum(low, center + before)
    return np.where(first <= last, np.maximum(overlap, 0.0), 0.0)
