"""Find the folder of a split in which JSON files lie beside pictures."""

import re
from collections.abc import Iterator
from pathlib import Path

from luminet.datasets import regular_file
from luminet.datasets.findings import InvalidDataset
from luminet.spelling import did_you_mean

_FIRST_BYTES = 1024


def files(folder: Path) -> Iterator[Path]:
    """The JSON files of a folder, in no order."""
    return (path for path in folder.glob("*.json") if not path.name.startswith("."))


def splits(data_dir: Path) -> dict[str, Path]:
    """Folders with JSON in them, by their names."""
    return {
        folder.name: folder
        for folder in sorted(data_dir.iterdir())
        if folder.is_dir() and next(files(folder), None)
    }


def find(data_dir: Path, split: str, notation: str) -> Path:
    """The folder of a split; `data_dir` itself where it is not divided.

    Args:
        data_dir: the folder of the data set.
        split: a folder in it.
        notation: for messages.

    Raises:
        InvalidDataset: there is no such split, or no JSON at all.
    """
    found = splits(data_dir)
    if split in found:
        return found[split]
    if found:
        known, hint = ", ".join(found), did_you_mean(split, found)
        message = f"no such split; there are {known}{hint}"
        raise InvalidDataset.of("split-missing", str(data_dir / split), "", message)
    if next(files(data_dir), None):
        return data_dir
    message = (
        f"not a data set in {notation}: no JSON beside pictures, neither in "
        f"{data_dir / split} nor in the folder itself"
    )
    raise InvalidDataset.of("layout-unknown", str(data_dir), "", message)


def recognise(data_dir: Path, beginning: bytes, description: str) -> str | None:
    """Say by what a folder is of a notation; None if it is not.

    Args:
        data_dir: the folder of the data set.
        beginning: pattern of what its JSON files begin with, after blanks.
        description: of what is looked for, like '"rects"'.
    """
    pattern = re.compile(rb"\s*" + beginning)
    for folder in (*splits(data_dir).values(), data_dir):
        path = next(files(folder), None)
        if path and pattern.match(_beginning(path)):
            place = "" if folder == data_dir else f"{folder.name}/"
            return f"files like {place}{path.name} with {description}"
    return None


def _beginning(path: Path) -> bytes:
    try:
        with regular_file.opened(path) as file:
            return file.read(_FIRST_BYTES).removeprefix(b"\xef\xbb\xbf")
    except regular_file.FileError:
        return b""
