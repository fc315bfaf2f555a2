"""Average precision by the rules of Pascal VOC.

Detections of a class are taken from the best score down. Each looks at the one object
it overlaps most: more than the threshold, and for the first time, is a hit; more, but
with an object that is difficult, does not count at all; everything else is an error.
COCO lets a detection go on to its next best object instead.

The devkit adds 1 to its widths, because its boxes name their last pixel. Those of
luminet end one pixel later: the same box has the same width here without it.
"""

from collections.abc import Sequence

import numpy as np

from luminet.datasets.example import Example
from luminet.detections import Detections

# The devkit's own, not 0.3, 0.6 and 0.7: those of linspace lie a hair above, and a
# recall of exactly 3/10 does not reach them.
ELEVEN_RECALLS = np.linspace(0.0, 1.0, 11)

_HIT, _ERROR, _IGNORED = 1, 0, -1


def average_precisions(
    ground_truth: Sequence[Example],
    detections: Sequence[Detections],
    num_classes: int,
    iou_threshold: float = 0.5,
    count_difficult: bool = False,
) -> list[tuple[float, float] | None]:
    """Average precision of each class.

    Args:
        ground_truth: the images.
        detections: of the same images, in the same order.
        num_classes: C.
        iou_threshold: a hit overlaps more than this.
        count_difficult: see `counted`.

    Returns:
        `[C]`: the area under the envelope of the precision (VOC 2010 and later), and
        its mean at eleven recalls (VOC 2007); None for a class without an object.
    """
    counts = [counted(example, count_difficult) for example in ground_truth]
    gt_classes = [
        example.classes[count]
        for example, count in zip(ground_truth, counts, strict=True)
    ]
    num_objects = np.bincount(_join(gt_classes), minlength=num_classes)
    outcomes = [
        _outcomes(example, found, count, iou_threshold)
        for example, found, count in zip(ground_truth, detections, counts, strict=True)
    ]
    scores = _join([found.scores for found in detections])
    order = np.argsort(-scores, kind="stable")
    outcomes = _join(outcomes)[order]
    classes = _join([found.classes for found in detections])[order]
    return [
        _average_precision(outcomes[classes == index], num_objects[index])
        for index in range(num_classes)
    ]


def counted(example: Example, count_difficult: bool) -> np.ndarray:
    """Which objects are to be found, bool `[N]`: no crowd, nothing difficult.

    Args:
        example: one image.
        count_difficult: whether difficult objects are objects like others.
    """
    return ~example.crowd & (count_difficult | ~example.difficult)


def _join(arrays: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.int32), *arrays])


def _outcomes(
    example: Example, found: Detections, count: np.ndarray, iou_threshold: float
) -> np.ndarray:
    """`[N]`: what becomes of each detection of an image."""
    outcomes = np.full(len(found), _ERROR, np.int32)
    if len(found) == 0 or len(count) == 0:
        return outcomes
    iou = _pairwise_iou(found.boxes, example.boxes)  # [N, G]
    iou = np.where(found.classes[:, None] == example.classes, iou, -1.0)
    best = np.argmax(iou, axis=1)
    overlaps = np.max(iou, axis=1) > iou_threshold
    outcomes[overlaps & ~count[best]] = _IGNORED
    claims = np.flatnonzero(overlaps & count[best])
    # The first to claim an object is the best: detections are sorted.
    _, first_claims = np.unique(best[claims], return_index=True)
    outcomes[claims[first_claims]] = _HIT
    return outcomes


def _pairwise_iou(boxes: np.ndarray, gt_boxes: np.ndarray) -> np.ndarray:
    # float64: an overlap next to the threshold must fall on the devkit's side of it.
    boxes, gt_boxes = boxes[:, None].astype(float), gt_boxes[None].astype(float)
    top_left = np.maximum(boxes[..., :2], gt_boxes[..., :2])  # [N, G, 2]
    bottom_right = np.minimum(boxes[..., 2:], gt_boxes[..., 2:])  # [N, G, 2]
    overlap = np.prod(np.maximum(bottom_right - top_left, 0.0), axis=-1)  # [N, G]
    union = _area(boxes) + _area(gt_boxes) - overlap
    return np.divide(overlap, union, out=np.zeros_like(overlap), where=union > 0.0)


def _area(boxes: np.ndarray) -> np.ndarray:
    return np.prod(boxes[..., 2:] - boxes[..., :2], axis=-1)


def _average_precision(
    outcomes: np.ndarray, num_objects: int
) -> tuple[float, float] | None:
    if num_objects == 0:
        return None
    hits, errors = np.cumsum(outcomes == _HIT), np.cumsum(outcomes == _ERROR)
    recall = hits / num_objects
    precision = hits / np.maximum(hits + errors, 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    all_point = np.sum(np.diff(recall, prepend=0.0) * envelope)
    reached = recall >= ELEVEN_RECALLS[:, None]  # [11, N]
    at_eleven = np.max(np.where(reached, precision, 0.0), axis=1, initial=0.0)
    return float(all_point), float(np.mean(at_eleven))
