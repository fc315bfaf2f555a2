"""What a row of a table says of an object, checked."""

from collections.abc import Sequence
from dataclasses import dataclass

from luminet.datasets import box_check
from luminet.datasets.annotation import AnnotatedObject
from luminet.datasets.box_check import Box
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers.class_name import read_class_name
from luminet.datasets.readers.coordinate_text import describe, parse_coordinate
from luminet.datasets.readers.csv.columns import Columns


@dataclass(frozen=True)
class RowForm:
    """How a table writes objects.

    Attributes:
        columns: what is where.
        relative: whether coordinates are in parts of the picture.
        one_based: whether pixels count from 1, and the last one belongs to the box.
        comma: whether the decimal sign is a comma.
        default_class: where no column has classes.
    """

    columns: Columns
    relative: bool = False
    one_based: bool = False
    comma: bool = False
    default_class: str = ""

    def read(
        self, fields: Sequence[str], line: int, findings: FileFindings
    ) -> AnnotatedObject | None:
        """Read the object of a row.

        Args:
            fields: of the row.
            line: its number.
            findings: is told of what is wrong.

        Returns:
            The object; None after a fault, or if the row only says that the picture
            shows none: by an empty box and class.
        """
        place = f"line {line}"
        if not check_count(fields, self.columns.count, place, findings):
            return None
        column, class_name = self.columns.class_name, ""
        if column is not None:
            class_name = fields[column].strip()
        fields = self.columns.apart(fields)
        texts = [fields[column].strip() for column in self.columns.box]
        if not class_name and not any(texts):
            return None
        if column is None:
            class_name = self.default_class
        class_name = read_class_name(class_name, place, findings)
        box = self._box(texts, place, findings)
        if None in (class_name, box):
            return findings.leave_out(place, class_name, box)
        return AnnotatedObject(place, class_name, box)

    def _box(self, texts, place, findings) -> Box | None:
        numbers = self.numbers(texts)
        names = self.columns.box_names
        if self.columns.united is not None and None in numbers:
            message = f"not x, y, width and height: '{' '.join(texts).strip()[:40]}'"
            findings.fault("coord-invalid", f"{place}: {names[0]}", message)
            return None
        for name, text, number in zip(names, texts, numbers, strict=True):
            if number is None:
                field = f"{place}: {name}"
                findings.fault("coord-invalid", field, describe(text))
        if None in numbers:
            return None
        if self.columns.has_corners:
            box = box_check.from_corners(numbers, names, place, findings)
        else:
            box = box_check.from_size(numbers, place, findings)
        if box is None or not self.one_based:
            return box
        if 0.0 in numbers[:2]:
            message = "a corner at 0, where pixels count from 1: is this off by one?"
            findings.warn("zero-based-suspected", place, message)
        return self._from_0(box)

    def _from_0(self, box: Box) -> Box:
        y1, x1, y2, x2 = box
        if self.columns.has_corners:
            # The last pixel was inside; counted from 0, the end is behind it.
            return y1 - 1.0, x1 - 1.0, y2, x2
        return y1 - 1.0, x1 - 1.0, y2 - 1.0, x2 - 1.0

    def numbers(self, texts: Sequence[str]) -> list[float | None]:
        """The numbers of a box, in the order of its columns; None for what is none."""
        return [parse_coordinate(text, self.comma, self.relative) for text in texts]

    def read_size(self, fields: Sequence[str]) -> tuple[float, float] | None:
        """Height and width of the picture, from a table that has columns for them.

        None if the row does not say.
        """
        texts = [fields[column].strip() for column in self.columns.size]
        size = tuple(parse_coordinate(text, self.comma, False) for text in texts)
        return size if all(size) else None


def check_count(
    fields: Sequence[str], count: int, place: str, findings: FileFindings
) -> bool:
    """Whether a row has as many fields as the table has columns."""
    if len(fields) == count:
        return True
    message = f"{len(fields)} fields, where the table has {count} columns"
    findings.fault("csv-row", place, message)
    return False
