"""Read the shapes of a picture that somebody drew with CVAT."""

import math
import re

from lxml import etree

from luminet.datasets import box_check
from luminet.datasets.annotation import AnnotatedObject
from luminet.datasets.box_check import Box
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers import polygon
from luminet.datasets.readers.annotation_xml import text
from luminet.datasets.readers.class_name import read_class_name
from luminet.datasets.readers.number import parse_number

_CORNERS = ("xtl", "ytl", "xbr", "ybr")
_ELLIPSE = ("cx", "cy", "rx", "ry")
_MASK = ("left", "top", "width", "height")
_WITHOUT_AREA = ("points", "polyline", "cuboid", "skeleton", "tag")
_SIDES = ("left", "top", "right", "bottom")
_FLAGS = {"true": True, "1": True, "false": False, "0": False, "": False}
# The box of a shape, its area if that is not the box's, and its outline.
_Extent = tuple[Box, float | None, str]


def read_shapes(
    element: etree._Element, name: str, findings: FileFindings
) -> list[AnnotatedObject]:
    """Read the shapes of a picture.

    Boxes, polygons, ellipses and masks are objects; of masks the box alone is kept. The
    attributes `difficult` and `is_crowd` are known. Points, lines, cuboids, skeletons
    and tags are left out.

    Args:
        element: of the picture.
        name: of the picture, for messages.
        findings: is told of what is wrong.

    Returns:
        Objects without a fault, boxes in pixels from 0.
    """
    shapes = _Shapes(findings)
    found = [
        shapes.read(child, f"{name}: object {number}")
        for number, child in enumerate(element.iterchildren(etree.Element), start=1)
    ]
    return [item for item in found if item is not None]


class _Shapes:
    def __init__(self, findings: FileFindings):
        self._findings = findings
        self._readers = {
            "box": self._box,
            "polygon": self._polygon,
            "ellipse": self._ellipse,
            "mask": self._mask,
        }

    def read(self, element: etree._Element, place: str) -> AnnotatedObject | None:
        kind = element.tag
        if kind in _WITHOUT_AREA:
            message = f"a {kind} is no box or outline: left out"
            self._findings.warn("shape-ignored", place, message)
            return None
        if kind not in self._readers:
            self._findings.fault("shape-unknown", place, f"<{kind}> is no shape")
            return None
        field = f"{place}: label"
        name = read_class_name(element.get("label"), field, self._findings)
        difficult, crowd = self._flags(element, place)
        extent = self._readers[kind](element, place)
        if None in (name, difficult, crowd, extent):
            return self._findings.leave_out(place, name, extent and extent[0])
        box, area, outline = extent
        return AnnotatedObject(place, name, box, difficult, crowd, area, outline)

    def _flags(self, element, place):
        flags = {"difficult": False, "is_crowd": False}
        for attribute in element.iterchildren("attribute"):
            name, value = attribute.get("name"), text(attribute)
            if name in flags:
                flags[name] = _FLAGS.get(value.lower())
                if flags[name] is None:
                    message = f"must be true or false, not '{value[:40]}'"
                    self._findings.fault("flag-invalid", f"{place}: {name}", message)
        return flags.values()

    def _numbers(self, element, names, place) -> list[float] | None:
        numbers = [parse_number(element.get(name)) for name in names]
        for name, number in zip(names, numbers, strict=True):
            if number is None:
                value = element.get(name)
                came = "missing" if value is None else f"not a number: '{value[:40]}'"
                self._findings.fault("coord-invalid", f"{place}: {name}", came)
        return None if None in numbers else numbers

    def _angle(self, element, place) -> float | None:
        """The rotation in radians, clockwise."""
        written = element.get("rotation") or "0"
        degrees = parse_number(written)
        if degrees is None:
            message = f"not a number: '{written[:40]}'"
            self._findings.fault("coord-invalid", f"{place}: rotation", message)
            return None
        return math.radians(degrees)

    def _box(self, element, place) -> _Extent | None:
        corners = self._numbers(element, _CORNERS, place)
        angle = self._angle(element, place)
        if corners is None or angle is None:
            return None
        box = box_check.from_corners(corners, _CORNERS, place, self._findings)
        if box is None or angle == 0.0:
            return box and (box, None, "")
        return polygon.read(_turned(corners, angle), place, self._findings)

    def _polygon(self, element, place) -> _Extent | None:
        points = element.get("points", "")
        numbers = [parse_number(part.strip()) for part in re.split("[,;]", points)]
        if None in numbers:
            message = f"not pairs of numbers like 1.5,2;3,4: '{points[:40]}'"
            self._findings.fault("coord-invalid", f"{place}: points", message)
            return None
        return polygon.read(numbers, place, self._findings)

    def _ellipse(self, element, place) -> _Extent | None:
        numbers = self._numbers(element, _ELLIPSE, place)
        angle = self._angle(element, place)
        if numbers is None or angle is None:
            return None
        x, y, radius_x, radius_y = numbers
        cos, sin = math.cos(angle), math.sin(angle)
        half_width = math.hypot(radius_x * cos, radius_y * sin)
        half_height = math.hypot(radius_x * sin, radius_y * cos)
        corners = x - half_width, y - half_height, x + half_width, y + half_height
        box = box_check.from_corners(corners, _SIDES, place, self._findings)
        return box and (box, abs(math.pi * radius_x * radius_y), "")

    def _mask(self, element, place) -> _Extent | None:
        numbers = self._numbers(element, _MASK, place)
        message = "of a mask only the box is kept"
        self._findings.warn("mask-dropped", place, message)
        box = numbers and box_check.from_size(numbers, place, self._findings)
        return box and (box, None, "")


def _turned(corners, angle: float) -> list[float]:
    """The corners of a box that is turned about its centre, as those of a polygon."""
    x1, y1, x2, y2 = corners
    x, y = (x1 + x2) / 2.0, (y1 + y2) / 2.0
    cos, sin = math.cos(angle), math.sin(angle)
    points = []
    for corner_x, corner_y in ((x1, y1), (x2, y1), (x2, y2), (x1, y2)):
        dx, dy = corner_x - x, corner_y - y
        points += [x + dx * cos - dy * sin, y + dx * sin + dy * cos]
    return points
