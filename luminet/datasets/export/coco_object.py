"""One object in COCO notation, as JSON text."""

import json

from luminet.datasets.example import Example
from luminet.datasets.export.decimals import (
    same_float32,
    shortest,
    shortest_float32,
)
from luminet.datasets.readers.coco import outline as coco_outline
from luminet.datasets.readers.coco.outline import OutlineError


def object_text(example: Example, index: int, category_id: int) -> str:
    """The object without its braces, its id and that of its picture.

    COCO has no difficult objects: `difficult` is read back by luminet, `ignore` by some
    other programs, to much the same effect.
    """
    y1, x1, y2, x2 = example.boxes[index].tolist()
    (x, width), (y, height) = _start_and_length(x1, x2), _start_and_length(y1, y2)
    parts = [
        f'"category_id": {category_id}',
        f'"bbox": [{x}, {y}, {width}, {height}]',
        f'"area": {shortest_float32(float(example.area[index]))}',
        f'"iscrowd": {int(example.crowd[index])}',
        f'"segmentation": {outline_text(example, index) or "[]"}',
    ]
    if example.difficult[index]:
        parts.append('"difficult": 1, "ignore": 1')
    return ", ".join(parts)


def outline_text(example: Example, index: int) -> str | None:
    """The outline, "" if there is none; None if it is none that COCO has."""
    text = example.segmentations[index] if example.segmentations else ""
    if not text:
        return ""
    try:
        outline = coco_outline.parse(json.loads(text))
    except (ValueError, OutlineError):
        return None
    return outline.text() if outline else ""


def _start_and_length(low: float, high: float) -> tuple[str, str]:
    start = shortest_float32(low)
    [length] = shortest(
        [high - float(start)], lambda n: same_float32(float(start) + n, high)
    )
    return start, length
