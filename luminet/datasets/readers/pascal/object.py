"""What a Pascal VOC annotation says of its objects, checked."""

from typing import NamedTuple

from lxml import etree

from luminet.datasets import box_check
from luminet.datasets.annotation import AnnotatedObject
from luminet.datasets.box_check import Box
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers.annotation_xml import (
    children,
    tell_repeated,
    text,
    texts,
)
from luminet.datasets.readers.class_name import read_class_name
from luminet.datasets.readers.number import parse_number

_COORDINATES = ("xmin", "ymin", "xmax", "ymax")
# What an object says once.
_PARTS = ("name", "difficult", "bndbox")


class Counting(NamedTuple):
    """How the corners of boxes count pixels.

    Attributes:
        first: the number of the first pixel.
        end_inside: whether the second corner is the last pixel of the box, not the one
            behind it.
    """

    first: int
    end_inside: bool


# As Pascal VOC has it.
VOC = Counting(first=1, end_inside=True)


def read_objects(
    annotation: etree._Element, findings: FileFindings, counting: Counting = VOC
) -> list[AnnotatedObject]:
    """Read the objects of an annotation; their parts (heads, hands) are none.

    Args:
        annotation: the outermost element.
        findings: is told of what is wrong.
        counting: how boxes count pixels.

    Returns:
        Those without a fault.
    """
    objects = []
    for index, element in enumerate(annotation.iterchildren("object"), start=1):
        place, parts = f"object {index}", children(element)
        if len(parts) < len(element):
            tell_repeated(element, _PARTS, place, findings)
        written = text(parts.get("name"))
        name = read_class_name(written, f"{place}: name", findings)
        difficult = _difficult(parts, place, findings)
        box = _box(parts.get("bndbox"), counting, place, findings)
        if None not in (name, difficult, box):
            objects.append(AnnotatedObject(place, name, box, difficult))
        else:
            findings.leave_out(place, name, box)
    return objects


def _difficult(parts, place, findings):
    value = text(parts.get("difficult"))
    if value in (None, "0", "1"):
        return value == "1"
    message = f"must be 0 or 1, not '{value}'"
    findings.fault("flag-invalid", f"{place}: difficult", message)
    return None


def _box(bndbox, counting, place, findings) -> Box | None:
    parts = texts(bndbox)
    if bndbox is not None and len(parts) < len(bndbox):
        tell_repeated(bndbox, _COORDINATES, place, findings)
    corners = [parse_number(parts.get(tag)) for tag in _COORDINATES]
    if None in corners:
        _tell_missing(parts, corners, place, findings)
        return None
    xmin, ymin, xmax, ymax = corners
    if xmin >= xmax or ymin >= ymax:
        return box_check.from_corners(corners, _COORDINATES, place, findings)
    if counting.first == 1 and (ymin == 0.0 or xmin == 0.0):
        message = "a corner at 0, where pixels count from 1: is this file off by one?"
        findings.warn("zero-based-suspected", place, message)
    start, end = counting.first, counting.first - counting.end_inside
    return ymin - start, xmin - start, ymax - end, xmax - end


def _tell_missing(parts, corners, place, findings):
    for tag, corner in zip(_COORDINATES, corners, strict=True):
        if corner is None:
            value = parts.get(tag)
            came = "missing" if value is None else f"not a number: '{value[:40]}'"
            findings.fault("coord-invalid", f"{place}: {tag}", came)
