"""The box, area and outline of an object that is written down as a polygon."""

from array import array
from collections.abc import Sequence

from luminet.datasets import box_check
from luminet.datasets.box_check import Box
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers.coco.outline import Polygons

_MIN_NUMBERS = 6
_ENDS = ("its least x", "its least y", "its largest x", "its largest y")


def read(
    numbers: Sequence[float], place: str, findings: FileFindings
) -> tuple[Box, float, str] | None:
    """Take a polygon apart.

    Args:
        numbers: `x1, y1, x2, y2, ...` of its corners.
        place: of the object, like "object 2".
        findings: is told of one with less than three corners, or without height or
            width.

    Returns:
        Its box, its area, and its outline as JSON text as COCO has it; or None.
    """
    if len(numbers) % 2 or len(numbers) < _MIN_NUMBERS:
        message = f"a polygon of {len(numbers)} numbers: must be even, and at least 6"
        findings.fault("segmentation-invalid", place, message)
        return None
    polygons = Polygons([array("d", numbers)])
    y1, x1, y2, x2 = polygons.box()
    box = box_check.from_corners((x1, y1, x2, y2), _ENDS, place, findings)
    return None if box is None else (box, polygons.area(), polygons.text())
