"""The names of the classes of a data set in YOLO notation, in the order of numbers."""

import os
from collections.abc import Iterable
from pathlib import Path

from luminet.datasets import regular_file
from luminet.datasets.findings import InvalidDataset

# What programs call a file with a name a line.
FILES = ("classes.txt", "obj.names", "_darknet.labels")

_MAX_BYTES = 1024 * 1024


def find(folders: Iterable[Path]) -> Path | None:
    """The file of names in the first of the folders that has one."""
    paths = (folder / name for folder in folders for name in FILES)
    return next((path for path in paths if os.path.lexists(path)), None)


def read(path: Path, name: str) -> list[str]:
    """Read a file with a name a line.

    Args:
        path: the file.
        name: of the file, for messages.

    Raises:
        InvalidDataset: it cannot be read, or a line is no name of its own.
    """
    try:
        text = regular_file.read(path, _MAX_BYTES).decode("utf-8-sig")
    except regular_file.FileError as error:
        raise _wrong(name, "", error.message) from error
    except UnicodeDecodeError as error:
        message = f"not UTF-8 ({error.reason})"
        raise InvalidDataset.of("encoding", name, "", message) from error
    # A line that is left out would change the numbers of those after it.
    return list(_names(text.rstrip().splitlines(), name, "line {}", first=1))


def check(names, count, name: str) -> tuple[str, ...] | None:
    """Take the names from a data file.

    Args:
        names: a list, a dict by number, or None.
        count: of classes; may be None.
        name: of the file, for messages.

    Returns:
        The names; None where there are none.

    Raises:
        InvalidDataset: names are missing, or are no names, or contradict the count.
    """
    if count is not None and (type(count) is not int or not 0 < count < 100_000):
        raise _wrong(name, "nc", f"must be the number of classes, not {count!r}")
    if names is None:
        return None
    if isinstance(names, dict):
        if set(names) != set(range(len(names))):
            message = f"must be numbered from 0 to {len(names) - 1} without a gap"
            raise _wrong(name, "names", message)
        names = [names[number] for number in range(len(names))]
    if not isinstance(names, list) or not names:
        raise _wrong(name, "names", "must be a list of names, or names by number")
    if count is not None and count != len(names):
        message = f"{len(names)} names, but {count} classes (nc)"
        raise _wrong(name, "names", message)
    return _names(names, name, "names: class {}", first=0)


def name_of(number: int) -> str:
    """What a class is called that has a number only."""
    return f"class_{number}"


def _names(values: list, file: str, place: str, first: int) -> tuple[str, ...]:
    names = {}
    for number, value in enumerate(values, first):
        field = place.format(number)
        if not isinstance(value, str):
            message = f"{value!r} is no text to YAML: write it in quotes"
            raise _wrong(file, field, message)
        value = value.strip()
        if not value:
            raise _wrong(file, field, "has no name")
        if value in names:
            message = f"'{value}' is already {place.format(names[value])}"
            raise _wrong(file, field, message)
        names[value] = number
    if not names:
        raise _wrong(file, "", "lists no class")
    return tuple(names)


def _wrong(file: str, field: str, message: str) -> InvalidDataset:
    return InvalidDataset.of("class-list-malformed", file, field, message)
