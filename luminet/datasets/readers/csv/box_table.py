"""A table of boxes on pictures, one a row, with or without names of its columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from luminet.datasets.readers.csv import columns as csv_columns
from luminet.datasets.readers.csv.columns import ColumnsError
from luminet.datasets.readers.option import parse_flag
from luminet.datasets.readers.table_file import Row, TableFile
from luminet.errors import InputError

_HEADER = {"auto": None, "yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True)
class TableOptions:
    """How people say that a table is written.

    Attributes:
        columns: names of the columns by their places; empty: as its header says.
        header: whether there is one; None: by looking at the first row.
        relative: whether coordinates are in parts of the picture; None: nobody said.
        one_based: whether pixels count from 1, and the last one belongs to the box.
        default_class: of all objects, where no column has classes; "": a column has.
    """

    columns: tuple[str, ...] = ()
    header: bool | None = None
    relative: bool | None = None
    one_based: bool = False
    default_class: str = ""

    @classmethod
    def parse(
        cls,
        columns: str,
        header: str,
        relative: str,
        one_based: str,
        default_class: str = "",
    ) -> "TableOptions":
        """Read them as they are written on the command line.

        Raises:
            InputError: one of them is none.
        """
        if str(header).lower() not in _HEADER:
            message = f"the option header must be auto, yes or no, not '{header}'"
            raise InputError(message)
        options = cls(
            csv_columns.parse_names(columns),
            _HEADER[str(header).lower()],
            None if relative == "" else parse_flag("relative", relative),
            parse_flag("one_based", one_based),
            default_class,
        )
        if options.relative and options.one_based:
            raise InputError("parts of a picture do not count from 1: not one_based")
        return options


class BoxTable:
    """The file of a table, and what its columns are.

    Args:
        path: of the file.
        options: how it is written.

    Attributes:
        file: to read rows again.
        columns: `Columns`.

    Raises:
        TableError: it cannot be read.
        ColumnsError: its columns are not understood.
    """

    def __init__(self, path: Path, options: TableOptions):
        self.file = TableFile(path)
        first = self.file.first.fields
        header = options.header
        self._has_header = csv_columns.is_header(first) if header is None else header
        names = self._names(first, options.columns)
        self.columns = csv_columns.find_columns(names, not options.default_class)

    def _names(self, first, named):
        if named and len(named) != len(first):
            raise ColumnsError(
                f"{len(first)} columns, but --columns names {len(named)}; write "
                f"{csv_columns.IGNORED} for one that is not needed"
            )
        if named or self._has_header:
            return named or first
        if len(first) != len(csv_columns.WITHOUT_HEADER):
            usual = ",".join(csv_columns.WITHOUT_HEADER)
            raise ColumnsError(
                f"{len(first)} columns without names; name them, like --columns {usual}"
            )
        return csv_columns.WITHOUT_HEADER

    def rows(self) -> Iterator[Row]:
        """All rows but the header.

        Raises:
            TableError: see `TableFile.rows`.
        """
        rows = self.file.rows()
        if self._has_header:
            next(rows)
        return rows
