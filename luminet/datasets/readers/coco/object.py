"""What a COCO file says of the objects of one picture, checked."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from luminet.datasets.annotation import AnnotatedObject
from luminet.datasets.box_check import Box
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers.coco.box import read_box
from luminet.datasets.readers.coco.outline import Runs
from luminet.datasets.readers.coco.record import Record
from luminet.datasets.readers.number import plain_number


def read_objects(
    records: Sequence[Record], class_names: Mapping[int, str], findings: FileFindings
) -> list[AnnotatedObject]:
    """Read the objects of a picture.

    Args:
        records: of the picture.
        class_names: by the ids of their categories.
        findings: is told of what is wrong.

    Returns:
        Those without a fault.
    """
    objects = []
    for record in records:
        place = f"annotation {record.id}"
        if isinstance(record.outline, str):
            field = f"{place}: segmentation"
            findings.fault("segmentation-invalid", field, record.outline)
        box = read_box(record, place, findings)
        flags = _flags(record, place, findings)
        if isinstance(record.outline, str) or None in (box, flags):
            findings.leave_out(place, class_names[record.category_id], box)
            continue
        objects.append(
            AnnotatedObject(
                place=place,
                class_name=class_names[record.category_id],
                box=box,
                difficult=flags.difficult,
                crowd=flags.crowd,
                area=_area(record, box, place, findings),
                segmentation=record.outline.text() if record.outline else "",
            )
        )
    return objects


class _Flags(NamedTuple):
    difficult: bool
    crowd: bool


def _flags(record: Record, place: str, findings: FileFindings) -> _Flags | None:
    flags = {name: getattr(record, name) for name in ("iscrowd", "ignore", "difficult")}
    for name, value in flags.items():
        if value not in (None, 0, 1):
            message = f"must be 0 or 1, not {repr(value)[:40]}"
            findings.fault("flag-invalid", f"{place}: {name}", message)
            return None
    ignored = record.ignore and not record.difficult
    if ignored and not record.iscrowd:
        message = "taken for a crowd: neither a target nor an error"
        findings.warn("object-ignored", f"{place}: ignore", message)
    return _Flags(bool(record.difficult), bool(record.iscrowd or ignored))


def _area(record: Record, box: Box, place: str, findings: FileFindings) -> float | None:
    """The area that the file names; None where it names none that can be one."""
    if record.area is None:
        return None
    area = plain_number(record.area)
    low, high = _expected_area(record, box)
    if area is not None and low < area <= high:
        return area
    usable = area is not None and area > 0
    message = f"{repr(record.area)[:40]}, which does not fit its box or outline"
    if not usable:
        message += ": the box's is taken"
    findings.warn("area-doubtful", f"{place}: area", message)
    return area if usable else None


def _expected_area(record: Record, box: Box) -> tuple[float, float]:
    """Half and twice what the outline encloses, or else the box."""
    y1, x1, y2, x2 = box
    outline, area = record.outline, (y2 - y1) * (x2 - x1)
    if isinstance(outline, Runs) and isinstance(outline.counts, str):
        return 0.0, 2 * area  # not worth unpacking
    if outline:
        area = outline.area()
    return area / 2, 2 * area
