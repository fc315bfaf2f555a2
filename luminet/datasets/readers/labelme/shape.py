"""Read a shape that somebody drew with LabelMe."""

import math

from luminet.datasets import box_check
from luminet.datasets.annotation import AnnotatedObject
from luminet.datasets.box_check import Box
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers import polygon
from luminet.datasets.readers.class_name import read_class_name
from luminet.datasets.readers.number import plain_number

_POLYGONS = ("polygon", "oriented_rectangle", "rotation", "quadrilateral")
_WITHOUT_AREA = ("point", "points", "line", "linestrip")
_SIDES = ("left", "top", "right", "bottom")
# What encloses a shape: its box, its area if that is not the box's, and its outline.
_Extent = tuple[Box, float | None, str]


def read_shapes(shapes: list, findings: FileFindings) -> list[AnnotatedObject]:
    """Read the shapes of a picture.

    Rectangles, polygons, circles and masks are objects. Of masks the box alone is kept.
    Points and lines have no area: they are left out.

    Args:
        shapes: what the file says of them.
        findings: is told of what is wrong.

    Returns:
        Objects without a fault, boxes in pixels from 0.
    """
    found = (
        _read(shape, f"object {number}", findings)
        for number, shape in enumerate(shapes, start=1)
    )
    return [item for item in found if item is not None]


def _read(shape: object, place: str, findings: FileFindings) -> AnnotatedObject | None:
    if not isinstance(shape, dict):
        findings.fault("json-structure", place, "must be an object with points")
        return None
    # Early versions knew polygons only.
    kind = shape.get("shape_type") or "polygon"
    if kind in _WITHOUT_AREA:
        findings.warn("shape-ignored", place, f"a {kind} has no area: left out")
        return None
    label = shape.get("label")
    written = label if isinstance(label, str) else None
    name = read_class_name(written, f"{place}: label", findings)
    difficult = _difficult(shape, place, findings)
    points = _points(shape.get("points"), place, findings)
    extent = points and _extent(kind, points, place, findings)
    if None in (name, difficult, extent):
        return findings.leave_out(place, name, extent and extent[0])
    box, area, outline = extent
    return AnnotatedObject(place, name, box, difficult, False, area, outline)


def _difficult(shape: dict, place: str, findings: FileFindings) -> bool | None:
    """A flag that one may define; programs like LabelMe have one of their own."""
    flags = shape.get("flags")
    flag = flags.get("difficult") if isinstance(flags, dict) else None
    value = shape.get("difficult", flag)
    if value in (None, False, True):
        return bool(value)
    message = f"must be true or false, not {value!r:.40}"
    findings.fault("flag-invalid", f"{place}: difficult", message)
    return None


def _points(points: object, place: str, findings: FileFindings) -> list[float] | None:
    """Numbers `x1, y1, x2, y2, ...`."""
    pairs = points if isinstance(points, list) else []
    numbers = []
    for index, pair in enumerate(pairs):
        is_pair = isinstance(pair, list) and len(pair) == 2
        point = [plain_number(value) for value in pair] if is_pair else [None]
        if None in point:
            message = f"not two numbers: {pair!r:.40}"
            findings.fault("coord-invalid", f"{place}: points[{index}]", message)
            return None
        numbers += point
    if not numbers:
        findings.fault("coord-invalid", f"{place}: points", "there are none")
    return numbers or None


def _extent(
    kind: object, points: list[float], place: str, findings: FileFindings
) -> _Extent | None:
    if kind in _POLYGONS:
        return polygon.read(points, place, findings)
    corners = None
    if kind == "rectangle" and len(points) in (4, 8):
        corners = _corners(points)
    elif kind == "mask" and len(points) == 4:
        x1, y1, x2, y2 = _corners(points)
        corners = x1, y1, x2 + 1.0, y2 + 1.0  # its last row and column belong to it
        findings.warn("mask-dropped", place, "of a mask only the box is kept")
    elif kind == "circle" and len(points) == 4:
        x, y, edge_x, edge_y = points
        radius = math.hypot(edge_x - x, edge_y - y)
        corners = x - radius, y - radius, x + radius, y + radius
    if corners is None:
        known = kind in ("rectangle", "mask", "circle")
        what = f"a {kind} of {len(points) // 2} points" if known else f"{kind!r:.40}"
        findings.fault("shape-unknown", f"{place}: shape_type", f"{what} is no shape")
        return None
    box = box_check.from_corners(corners, _SIDES, place, findings)
    return box and (box, math.pi * radius**2 if kind == "circle" else None, "")


def _corners(points: list[float]) -> tuple[float, float, float, float]:
    """Of a rectangle: it may be drawn from any of its corners."""
    xs, ys = points[::2], points[1::2]
    return min(xs), min(ys), max(xs), max(ys)
