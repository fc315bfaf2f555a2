"""What a Pascal VOC annotation says of its objects, checked."""

from lxml import etree

from luminet.datasets import box_check
from luminet.datasets.annotation import AnnotatedObject
from luminet.datasets.box_check import Box
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers.annotation_xml import children, text
from luminet.datasets.readers.number import parse_number

_COORDINATES = ("xmin", "ymin", "xmax", "ymax")


def read_objects(
    annotation: etree._Element, findings: FileFindings, counted_from: int = 1
) -> list[AnnotatedObject]:
    """Read the objects of an annotation; their parts (heads, hands) are none.

    Args:
        annotation: the outermost element.
        findings: is told of what is wrong.
        counted_from: the number of the first pixel, 1 in VOC.

    Returns:
        Those without a fault.
    """
    objects = []
    for index, element in enumerate(annotation.iterchildren("object"), start=1):
        place, parts = f"object {index}", children(element)
        name = _class_name(parts, place, findings)
        difficult = _difficult(parts, place, findings)
        box = _box(parts.get("bndbox"), counted_from, place, findings)
        if None not in (name, difficult, box):
            objects.append(AnnotatedObject(place, name, box, difficult))
    return objects


def _class_name(parts, place, findings):
    name = text(parts.get("name"))
    if not name:
        findings.fault("name-missing", f"{place}: name", "the class has no name")
    return name or None


def _difficult(parts, place, findings):
    value = text(parts.get("difficult"))
    if value in (None, "0", "1"):
        return value == "1"
    message = f"must be 0 or 1, not '{value}'"
    findings.fault("flag-invalid", f"{place}: difficult", message)
    return None


def _box(bndbox, counted_from, place, findings) -> Box | None:
    parts = children(bndbox)
    corners = [_coordinate(parts, tag, place, findings) for tag in _COORDINATES]
    if None in corners:
        return None
    box = box_check.from_corners(corners, _COORDINATES, place, findings)
    if box is None:
        return None
    ymin, xmin, ymax, xmax = box
    if counted_from == 1 and (ymin == 0.0 or xmin == 0.0):
        message = "a corner at 0, where pixels count from 1: is this file off by one?"
        findings.warn("zero-based-suspected", place, message)
    # The last pixel belongs to the box; here its end is exclusive.
    end = 1 - counted_from
    return ymin - counted_from, xmin - counted_from, ymax + end, xmax + end


def _coordinate(parts, tag, place, findings):
    value = text(parts.get(tag))
    coordinate = parse_number(value)
    if coordinate is None:
        came = "missing" if value is None else f"not a number: '{value[:40]}'"
        findings.fault("coord-invalid", f"{place}: {tag}", came)
    return coordinate
