"""Bring an object to pixels whose numbers are parts of its picture."""

import dataclasses
import json

from luminet.datasets.annotation import AnnotatedObject

# Of an outline: finer than anyone draws.
_DECIMALS = 3


def in_pixels(item: AnnotatedObject, height: int, width: int) -> AnnotatedObject:
    """The same object, its box, area and polygons in pixels of its picture."""
    y1, x1, y2, x2 = item.box
    return dataclasses.replace(
        item,
        box=(y1 * height, x1 * width, y2 * height, x2 * width),
        area=None if item.area is None else item.area * height * width,
        segmentation=_scale(item.segmentation, height, width),
    )


def _scale(segmentation: str, height: int, width: int) -> str:
    if not segmentation:
        return ""
    polygons = [
        [
            round(number * (height if index % 2 else width), _DECIMALS)
            for index, number in enumerate(polygon)
        ]
        for polygon in json.loads(segmentation)
    ]
    return json.dumps(polygons, separators=(",", ":"))
