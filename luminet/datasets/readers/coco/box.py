"""The boxes of COCO: the top left corner, width and height, in pixels from 0."""

from luminet.datasets import box_check
from luminet.datasets.box_check import Box
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers.coco.outline import OutlineError
from luminet.datasets.readers.coco.record import Record
from luminet.datasets.readers.number import plain_number


def read_box(record: Record, place: str, findings: FileFindings) -> Box | None:
    """The box of an object; that around its outline if it has none of its own.

    Returns:
        `y1, x1, y2, x2`, or None after a fault.
    """
    if record.bbox is None and record.outline and not isinstance(record.outline, str):
        return _box_of_outline(record, place, findings)
    numbers = xywh(record.bbox)
    if numbers is None:
        came = "missing" if record.bbox is None else f"not {repr(record.bbox)[:60]}"
        message = f"must be four numbers: {came}"
        findings.fault("coord-invalid", f"{place}: bbox", message)
        return None
    return box_check.from_size(numbers, place, findings)


def xywh(bbox: object) -> tuple[float, ...] | None:
    """Four numbers; None for anything else."""
    if not isinstance(bbox, tuple) or len(bbox) != 4:
        return None
    numbers = tuple(map(plain_number, bbox))
    return None if None in numbers else numbers


def _box_of_outline(record, place, findings) -> Box | None:
    try:
        box = record.outline.box()
    except OutlineError as error:
        findings.fault("segmentation-invalid", f"{place}: segmentation", str(error))
        return None
    findings.warn("box-from-outline", f"{place}: bbox", "missing: that of its outline")
    return box


def looks_like_corners(bbox: object, size: tuple[float, float]) -> bool:
    """Whether a box leaves its picture, but would not if it were `x1, y1, x2, y2`."""
    numbers = xywh(bbox)
    if numbers is None:
        return False
    (x, y, width, height), (max_y, max_x) = numbers, size
    margin = box_check.MAX_OVERSHOOT
    outside = x + width > max_x + margin or y + height > max_y + margin
    return outside and x < width <= max_x + margin and y < height <= max_y + margin
