"""Read the labels of one picture in YOLO notation: a line for each object.

Either a class and a box, `class x y width height` with the centre of the box. Or a
class and the corners of a polygon, `class x1 y1 x2 y2 x3 y3 ...`. Numbers are parts of
the picture's width and height. Key points after a box are left out.
"""

import os
import re
from pathlib import Path

from luminet.datasets import box_check, regular_file
from luminet.datasets.annotation import AnnotatedObject
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers import polygon
from luminet.datasets.readers.number import parse_number
from luminet.datasets.readers.yolo import classes as yolo_classes

MAX_BYTES = 16 * 1024 * 1024
# The second one as some programs on Windows write it.
SUFFIXES = (".txt", ".TXT")

_COLUMNS = 5
_CONFIDENCE_COLUMNS = 6
_MIN_POLYGON_COLUMNS = 7
# Beyond this a number is no part of a picture that somebody drew a bit too large.
_MAX_PART = 2.0
# Numbers are written with six digits: so far a box may leave the picture by rounding.
_ROUNDING = 2e-6
_FIRST_BYTES = 1024
_LOOKS_LIKE_LABEL = re.compile(rb"[0-9]{1,5}(\.0*)?([ \t]+[-+.0-9eE]{1,25}){4,}")


def read(
    path: Path,
    class_names: tuple[str, ...],
    findings: FileFindings,
    num_keypoint_columns: int = 0,
) -> list[AnnotatedObject]:
    """Read a file of labels; where there is none, the picture has no objects.

    Args:
        path: the file.
        class_names: in the order of their numbers.
        findings: is told of what is wrong.
        num_keypoint_columns: numbers of key points at the end of each line.

    Returns:
        The objects without a fault; boxes and polygons in parts of the picture.
    """
    try:
        text = regular_file.read(path, MAX_BYTES).decode("utf-8-sig")
    except regular_file.FileError as error:
        if error.code != "missing":
            findings.fault(error.code, "", error.message)
        return []
    except UnicodeDecodeError as error:
        findings.fault("encoding", "", f"not UTF-8 ({error.reason})")
        return []
    lines = _Lines(class_names, findings, _COLUMNS + num_keypoint_columns)
    objects = []
    for number, line in enumerate(text.splitlines(), start=1):
        if columns := line.split():
            objects.append(lines.read(f"line {number}", columns))
    return [item for item in objects if item is not None]


def is_label_name(name: str) -> bool:
    """Whether a name is one of a file of labels."""
    return name.endswith(SUFFIXES)


def label_file(folder: Path, stem: str) -> Path:
    """The file of labels of that name; with a suffix that is usual if there is none."""
    paths = [folder / f"{stem}{suffix}" for suffix in SUFFIXES]
    return next((path for path in paths if os.path.lexists(path)), paths[0])


def look_like_labels(path: Path) -> bool:
    """Whether a file begins with a line as `read` reads them."""
    try:
        beginning = regular_file.read(path, MAX_BYTES, _FIRST_BYTES)
    except regular_file.FileError:
        return False
    line = beginning.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
    return bool(_LOOKS_LIKE_LABEL.match(line))


class _Lines:
    def __init__(
        self, class_names: tuple[str, ...], findings: FileFindings, num_columns: int
    ):
        self._class_names = class_names
        self._findings = findings
        self._num_columns = num_columns

    def read(self, place: str, columns: list[str]) -> AnnotatedObject | None:
        """The object of a line, in parts of the picture; None after a fault."""
        is_box = len(columns) == self._num_columns
        if not is_box and not self._is_polygon(place, len(columns)):
            return None
        numbers = self._numbers(place, columns)
        if numbers is None:
            return self._findings.leave_out(place, self._listed_name(columns[0]))
        name = self._class_name(place, columns[0], numbers[0])
        if is_box:
            box = _box(numbers[1:_COLUMNS], place, self._findings)
            area, segmentation = None, ""
        else:
            outline = polygon.read(numbers[1:], place, self._findings)
            box, area, segmentation = outline or (None, None, "")
        if name is None or box is None:
            return self._findings.leave_out(place, name, box)
        return AnnotatedObject(place, name, box, False, False, area, segmentation)

    def _listed_name(self, number: str) -> str | None:
        """The class of a number; None if it is none."""
        known = {str(index): name for index, name in enumerate(self._class_names)}
        return known.get(number)

    def _is_polygon(self, place, count):
        has_keypoints = self._num_columns > _COLUMNS
        if count >= _MIN_POLYGON_COLUMNS and count % 2 and not has_keypoints:
            return True
        message = f"{count} columns, where a box has {self._num_columns}"
        if count == _CONFIDENCE_COLUMNS:
            message += "; is the last one a confidence? Detections are no labels"
        elif not has_keypoints:
            message += " and a polygon an odd number from 7 on"
        self._findings.fault("label-columns", place, message)
        return False

    def _numbers(self, place, columns):
        numbers = [parse_number(column, exponent=True) for column in columns]
        if None in numbers[1:]:
            index = numbers.index(None, 1)
            message = f"not a number: '{columns[index][:40]}'"
            self._findings.fault(
                "coord-invalid", f"{place}: column {index + 1}", message
            )
            return None
        largest = max(map(abs, numbers[1:_COLUMNS]))
        if largest > _MAX_PART:
            message = f"{largest:g} is in pixels, not a part of the picture (0 to 1)"
            self._findings.fault("looks-absolute", place, message)
            return None
        return numbers

    def _class_name(self, place, written, number):
        if number is None or number < 0 or number != int(number):
            message = f"not the number of a class, 0, 1, 2 ...: '{written[:40]}'"
            self._findings.fault("class-number", place, message)
            return None
        if number < len(self._class_names):
            return self._class_names[int(number)]
        return yolo_classes.name_of(int(number))


def _box(numbers, place, findings):
    x, y, width, height = numbers
    corner = x - width / 2.0, y - height / 2.0, width, height
    box = box_check.from_size(corner, place, findings)
    if box is None:
        return None
    y1, x1, y2, x2 = box
    return _snap(y1, 0.0), _snap(x1, 0.0), _snap(y2, 1.0), _snap(x2, 1.0)


def _snap(value: float, edge: float) -> float:
    return edge if abs(value - edge) < _ROUNDING else value
