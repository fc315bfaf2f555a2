"""The splits of a table that names them in a column: `split`."""

from luminet.datasets.findings import InvalidDataset
from luminet.datasets.readers.csv.box_table import BoxTable
from luminet.datasets.readers.csv.columns import IGNORED

# More are no splits.
_MAX_SPLITS = 16


def find_splits(table: BoxTable) -> tuple[str, ...]:
    """The splits in the order of the table; empty where no column names any.

    Raises:
        InvalidDataset: a row has no split, or there are too many.
        TableError: the table is damaged.
    """
    column, lines = table.columns.split, {}
    if column is None:
        return ()
    for line, _, fields in table.rows():
        if len(fields) == table.columns.count:  # else whoever reads the row tells of it
            lines.setdefault(fields[column].strip(), line)
    if "" in lines:
        raise _unusable(table, f"line {lines['']}", "empty, where other rows have one")
    if len(lines) > _MAX_SPLITS:
        raise _unusable(table, "", f"{len(lines)} different ones")
    return tuple(lines)


def _unusable(table: BoxTable, place: str, message: str) -> InvalidDataset:
    advice = f"to read all as one, name the columns, and this one {IGNORED}"
    message = f"the column of splits: {message}; {advice}"
    return InvalidDataset.of("csv-columns", str(table.file.path), place, message)
