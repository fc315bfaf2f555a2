"""Look through a table of boxes once: where which picture is, and how it is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from luminet.datasets.findings import FileFindings, Finding, InvalidDataset
from luminet.datasets.readers.coordinate_text import DecimalSign, parse_coordinate
from luminet.datasets.readers.csv.box_table import BoxTable
from luminet.datasets.readers.csv.columns import Columns
from luminet.datasets.readers.csv.row import check_count
from luminet.datasets.readers.named_pictures import check_safe, plain_name
from luminet.datasets.readers.row_index import RowIndex

# A part of a picture may be a little more than 1, by somebody's mistake.
_MAX_PART = 2.0
# Rows without a picture that are told.
_MAX_FINDINGS = 1_000


@dataclass(frozen=True)
class Scan:
    """What is known of a table then.

    Attributes:
        rows: where those of each picture are.
        has_commas: whether the decimal sign is a comma.
        findings: rows that name no picture.
    """

    rows: RowIndex
    has_commas: bool
    findings: Sequence[Finding]


def scan(
    table: BoxTable, relative: bool | None, name: str, split: str | None = None
) -> Scan:
    """Look through a table.

    Args:
        table: the table.
        relative: whether coordinates are in parts of the picture; None: nobody said so.
        name: of the table, for findings.
        split: only rows of it, by the column that names splits.

    Raises:
        TableError: it is damaged.
        InvalidDataset: it names what is no picture in the data set, or its coordinates
            are not of the kind they should be.
    """
    index, findings = RowIndex(), FileFindings(name)
    kind = _Kind(table, relative)
    column = table.columns.picture
    for line, offset, fields in table.rows():
        if split is not None and not is_of(fields, table.columns, split):
            continue
        picture = fields[column].strip() if column < len(fields) else ""
        if picture:
            if index.add(plain_name(picture), line, offset):
                check_safe(picture, table.file.path, line)
            kind.look(fields, line)
        elif any(field.strip() for field in fields):
            _no_picture(fields, table.columns.count, line, findings)
    index.close(table.file.size)
    kind.check()
    return Scan(index, kind.sign.is_comma, tuple(findings.found))


def is_of(fields: Sequence[str], columns: Columns, split: str) -> bool:
    """Whether a row is of a split; one without that column is of each."""
    if len(fields) <= columns.split:
        return True
    return fields[columns.split].strip() == split


def _no_picture(fields, count, line, findings):
    if len(findings.found) >= _MAX_FINDINGS:
        return
    if check_count(fields, count, f"line {line}", findings):
        findings.fault("csv-row", f"line {line}", "names no picture")


class _Kind:
    """Finds out whether coordinates are pixels or parts of a picture."""

    def __init__(self, table: BoxTable, relative: bool | None):
        self.sign = DecimalSign(table.file.delimiter == ";" or bool(relative))
        self._file, self._columns = table.file, table.columns
        self._relative = relative
        self._num_boxes = self._num_odd = 0
        self._first_odd = None

    def look(self, fields: Sequence[str], line: int) -> None:
        columns = self._columns
        if len(fields) != columns.count:
            return
        fields = columns.apart(fields)
        if not self.sign.point_seen:
            self.sign.look(fields[column] for column in columns.box)
        # The others are only looked at if this one is odd: that is fast.
        number = _number(fields[columns.box[2]])
        if number is None or self._relative is False:
            return
        self._num_boxes += 1
        if self._relative:
            odd = number > _MAX_PART
        else:
            odd = number <= 1.0 and self._is_in_unit_square(fields)
        if odd:
            self._num_odd += 1
            self._first_odd = self._first_odd or line

    def _is_in_unit_square(self, fields) -> bool:
        """Whether a box has an area, but none outside 0 to 1."""
        a, b, c, d = numbers = [_number(fields[column]) for column in self._columns.box]
        if None in numbers or min(numbers) < 0.0 or max(numbers) > 1.0:
            return False
        return (c > a and d > b) if self._columns.has_corners else (c > 0 and d > 0)

    def check(self) -> None:
        """Refuse a table of the other kind, or of both.

        Raises:
            InvalidDataset: looks-relative or looks-absolute.
        """
        if not self._num_odd:
            return
        share = f"{self._num_odd} of {self._num_boxes} boxes"
        if self._relative:
            code = "looks-absolute"
            message = f"{share} are in pixels, where relative=true says parts"
        else:
            code = "looks-relative"
            message = f"{share} are between 0 and 1: parts of the picture, or pixels?"
        place = f"line {self._first_odd}"
        raise InvalidDataset.of(code, str(self._file.path), place, message)


def _number(text: str) -> float | None:
    return parse_coordinate(text.strip(), comma=True, relative=True)
