"""Where the rows of each picture lie in a table: what is kept of a file in memory."""

from array import array
from collections.abc import Iterator

import numpy as np

from luminet.datasets.readers.named_pictures import plain_name
from luminet.datasets.readers.table_file import TableFile


class RowIndex:
    """The places of rows, by the picture that they belong to.

    Rows of a picture that follow each other are one run. A run takes 16 bytes, and 8
    more where pictures have several; a picture about 200 bytes with its name. So a
    table of 14 million rows that is sorted by its 1.7 million pictures takes 350 MB;
    at the worst, with 14 million runs, 700 MB.
    """

    def __init__(self):
        self._numbers: dict[str, int] = {}
        self._offsets, self._lines = array("q"), array("I")
        self._owners = array("I")
        self._last = None
        self._order = self._starts = None

    def add(self, name: str, line: int, offset: int) -> bool:
        """Note that a row is of this picture; rows come in the order of the file.

        Args:
            name: of the picture; see `plain_name`.
            line: the row's number.
            offset: where it begins.

        Returns:
            Whether it is the first row of the picture.
        """
        if name == self._last:
            return False
        self._last = name
        count = len(self._numbers)
        number = self._numbers.setdefault(name, count)
        self._owners.append(number)
        self._offsets.append(offset)
        self._lines.append(line)
        return number == count

    def close(self, end: int) -> None:
        """Say where the last row ends; from now on rows can be found."""
        if len(self._owners) > len(self._numbers):
            owners = np.frombuffer(self._owners, np.dtype(f"u{self._owners.itemsize}"))
            self._order = np.argsort(owners, kind="stable").astype(np.uint32)
            counts = np.bincount(owners, minlength=len(self._numbers))
            self._starts = np.concatenate([[0], np.cumsum(counts)])
            del owners
        self._owners = array("I")
        self._offsets.append(end)

    def __contains__(self, name: str) -> bool:
        return name in self._numbers

    def names(self) -> list[str]:
        """The pictures, in the order of their first rows."""
        return list(self._numbers)

    def rows(
        self, name: str, table: TableFile, column: int
    ) -> Iterator[tuple[int, list[str]]]:
        """Read the rows of a picture: the number of the line, and the fields.

        Args:
            name: of the picture.
            table: that this is the index of.
            column: that has the names.

        Raises:
            TableError: the table cannot be read any more.
        """
        for start, end, first in self.runs(name):
            for line, _, fields in table.rows_between(start, end, first):
                if len(fields) > column and plain_name(fields[column].strip()) == name:
                    yield line, fields

    def runs(self, name: str) -> list[tuple[int, int, int]]:
        """The runs of a picture: offset of the beginning and end, and first line.

        A run may have rows in it that are of no picture at all.
        """
        number = self._numbers.get(name)
        if number is None:
            return []
        runs = [number]
        if self._order is not None:
            first, last = self._starts[number : number + 2]
            runs = self._order[first:last].tolist()
        offsets, lines = self._offsets, self._lines
        return [(offsets[run], offsets[run + 1], lines[run]) for run in runs]
