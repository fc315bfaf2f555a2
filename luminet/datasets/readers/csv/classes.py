"""The list of classes that may lie beside a table of boxes: `classes.csv`.

A name and a number in each row, as keras-retinanet has it; or names alone, in order.
"""

from collections.abc import Sequence
from pathlib import Path

from luminet.datasets.findings import InvalidDataset
from luminet.datasets.readers.list_file import read_rows
from luminet.datasets.readers.table_file import DELIMITERS, TableFile, needed

NAME = "classes.csv"


def read_classes(folders: Sequence[Path]) -> tuple[str, ...] | None:
    """The classes, in the order of their numbers; None where there is no list.

    Args:
        folders: to look in.

    Raises:
        InvalidDataset: it is no list of classes.
    """
    for folder in folders:
        path = folder / NAME
        if path.is_file():
            return _read(path)
    return None


def _read(path: Path) -> tuple[str, ...]:
    rows = read_rows(path)
    if rows and not any(delimiter in rows[0][1] for delimiter in DELIMITERS):
        numbered = [(line, number, name) for number, (line, name) in enumerate(rows)]
    else:
        numbered = _numbered(path)
    names, numbers = {}, {}
    for line, number, name in numbered:
        for known, value in ((names, name), (numbers, number)):
            if value in known:
                message = f"'{value}' is already in line {known[value]}"
                raise _malformed(path, line, message)
            known[value] = line
    return tuple(name for _, _, name in sorted(numbered, key=lambda row: row[1]))


def _numbered(path: Path) -> list[tuple[int, int, str]]:
    with needed(path):
        rows = [(line, fields) for line, _, fields in TableFile(path).rows()]
    found = []
    for line, fields in rows:
        name, number = _name_and_number(fields)
        if number is not None:
            found.append((line, number, name))
        elif line != rows[0][0]:  # that may be a header
            raise _malformed(path, line, "must be a name and a number")
    return found


def _name_and_number(fields: Sequence[str]) -> tuple[str, int | None]:
    fields = [field.strip() for field in fields]
    if len(fields) == 2:
        for name, number in (fields, fields[::-1]):
            if name and len(number) < 10 and number.isascii() and number.isdigit():
                return name, int(number)
    return "", None


def _malformed(path: Path, line: int, message: str) -> InvalidDataset:
    code = "class-list-malformed"
    return InvalidDataset.of(code, str(path), f"line {line}", message)
