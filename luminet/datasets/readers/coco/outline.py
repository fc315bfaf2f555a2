"""Outlines of objects as COCO has them: polygons, or the runs of pixels of a mask."""

import json
import re
from array import array
from itertools import accumulate, pairwise
from typing import NamedTuple

from luminet.datasets.box_check import Box

# The characters of compressed runs, 6 bits each.
_COMPRESSED = re.compile("[0-o]*")
_MAX_BITS = 60


class OutlineError(ValueError):
    """What is written as an outline and is none."""


class Polygons(tuple):
    """Polygons, each an array `x1, y1, x2, y2, ...` in pixels."""

    __slots__ = ()

    def box(self) -> Box:
        """The smallest box around them, `y1, x1, y2, x2`."""
        x = [number for polygon in self for number in polygon[0::2]]
        y = [number for polygon in self for number in polygon[1::2]]
        return float(min(y)), float(min(x)), float(max(y)), float(max(x))

    def area(self) -> float:
        """Square pixels inside."""
        return sum(map(_area, self))

    def text(self) -> str:
        """JSON, as COCO has it."""
        return json.dumps([polygon.tolist() for polygon in self], separators=(",", ":"))


class Runs(NamedTuple):
    """A mask: pixels column by column in runs, by turns outside and inside.

    Attributes:
        height: of the mask, in pixels.
        width: likewise.
        counts: the lengths of the runs; or a text, which packs them.
    """

    height: int
    width: int
    counts: array | str

    def box(self) -> Box:
        """The smallest box around the pixels inside.

        Raises:
            OutlineError: there are none, or the runs do not fill the mask.
        """
        ends = list(accumulate(self._lengths()))
        if ends[-1:] != [self.height * self.width]:
            raise OutlineError("its runs do not fill its height and width")
        runs = [run for run in list(pairwise(ends))[::2] if run[0] < run[1]]
        if not runs:
            raise OutlineError("no pixel is inside")
        rows = [self._rows(*run) for run in runs]
        return (
            float(min(top for top, _ in rows)),
            float(runs[0][0] // self.height),
            float(max(bottom for _, bottom in rows)),
            float((runs[-1][1] - 1) // self.height + 1),
        )

    def _lengths(self):
        return unpack(self.counts) if isinstance(self.counts, str) else self.counts

    def _rows(self, start: int, end: int) -> tuple[int, int]:
        """The rows of a run, the end exclusive: all where it reaches a next column."""
        if start // self.height < (end - 1) // self.height:
            return 0, self.height
        return start % self.height, (end - 1) % self.height + 1

    def area(self) -> float:
        """Pixels inside."""
        return float(sum(self._lengths()[1::2]))

    def text(self) -> str:
        """JSON, as COCO has it."""
        packed = isinstance(self.counts, str)
        counts = self.counts if packed else self.counts.tolist()
        content = {"size": [self.height, self.width], "counts": counts}
        return json.dumps(content, separators=(",", ":"))


Outline = Polygons | Runs


def parse(value: object) -> Outline | None:
    """Check what a file gives as an outline, and store it in little memory.

    Returns:
        The outline; None where the file has an empty one, as for a mere box.

    Raises:
        OutlineError: it is something else.
    """
    if isinstance(value, dict):
        return _runs(value)
    if value is not None and not isinstance(value, list):
        raise OutlineError("neither a list of polygons nor the runs of a mask")
    polygons = Polygons(_polygon(polygon) for polygon in value or () if polygon != [])
    return polygons or None


def _polygon(numbers: object) -> array:
    polygon = _array(numbers, "qd")
    if polygon is None:
        raise OutlineError("a polygon must be a list of numbers")
    if len(polygon) % 2 or len(polygon) < 6:
        message = f"a polygon of {len(polygon)} numbers: must be even, and at least 6"
        raise OutlineError(message)
    return polygon


def _runs(value: dict) -> Runs:
    size, counts = _array(value.get("size"), "q"), value.get("counts")
    if size is None or len(size) != 2 or min(size) < 1:
        raise OutlineError("the size of a mask must be its height and width")
    if isinstance(counts, str) and _COMPRESSED.fullmatch(counts):
        return Runs(*size, counts)
    counts = _array(counts, "q")
    if counts is None or min(counts, default=0) < 0 or sum(counts) != size[0] * size[1]:
        raise OutlineError("the runs of a mask must be whole numbers that fill it")
    return Runs(*size, counts)


def _array(numbers: object, types: str) -> array | None:
    """Numbers as an array of the first type that holds them exactly."""
    for kind in types if isinstance(numbers, list) else "":
        try:
            return array(kind, numbers)
        except (TypeError, OverflowError):
            continue
    return None


def unpack(counts: str) -> list[int]:
    """Unpack compressed runs.

    A number is 5 bits a character, the lowest first; the sixth bit says that more of it
    follow. From the third on it is the difference to the one before the last.

    Raises:
        OutlineError: they are damaged.
    """
    lengths: list[int] = []
    number = shift = 0
    for character in counts:
        bits = ord(character) - ord("0")
        number |= (bits & 31) << shift
        shift += 5
        if bits & 32 and shift < _MAX_BITS:
            continue
        if bits & 16:
            number -= 1 << shift
        lengths.append(number + lengths[-2] if len(lengths) > 2 else number)
        number = shift = 0
    if shift or min(lengths, default=0) < 0:
        raise OutlineError("its compressed runs are damaged")
    return lengths


def _area(polygon: array) -> float:
    x, y = polygon[0::2], polygon[1::2]
    doubled = sum(
        x1 * y2 - x2 * y1
        for x1, y1, x2, y2 in zip(x, y, x[1:] + x[:1], y[1:] + y[:1], strict=True)
    )
    return abs(doubled) / 2
