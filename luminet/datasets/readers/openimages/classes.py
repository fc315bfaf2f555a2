"""The names of classes in Open Images notation, by the codes that its tables use."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from luminet.datasets.findings import InvalidDataset
from luminet.datasets.readers.openimages.layout import find_files
from luminet.datasets.readers.table_file import TableFile, needed

USUAL_NAME = "class-descriptions-boxable.csv"
# Those of boxes first: the others also list what only whole pictures are said to be.
_OF_BOXES = r"(oidv\d+-)?class-descriptions-boxable\.csv"
_OF_BOXES += r"|challenge-\d+-class-descriptions-\d+\.csv"
_IN_METADATA = r"classes\.csv"
_OF_ALL = r"(oidv\d+-)?class-descriptions\.csv"
_CODE = re.compile(r"/[a-z]+/[0-9a-z_]+")


@dataclass(frozen=True)
class ClassDescriptions:
    """A list of classes.

    Attributes:
        path: its file.
        names: of classes, by their codes.
        of_boxes: whether it lists those that boxes are of, and no others.
    """

    path: Path
    names: dict[str, str]
    of_boxes: bool


def looks_like_code(label: str) -> bool:
    """Whether a label is a code like `/m/01g317`, and no name."""
    return _CODE.fullmatch(label) is not None


def find_classes(folders: Sequence[Path]) -> ClassDescriptions | None:
    """The list of classes; None if there is none in these folders.

    Raises:
        InvalidDataset: it is no list of codes and names.
    """
    metadata = [folder for folder in folders if folder.name == "metadata"]
    of_boxes = find_files(folders, _OF_BOXES) + find_files(metadata, _IN_METADATA)
    for path in of_boxes + find_files(folders, _OF_ALL):
        return ClassDescriptions(path, _read(path), path in of_boxes)
    return None


def _read(path: Path) -> dict[str, str]:
    names: dict[str, str] = {}
    with needed(path):
        rows = [*TableFile(path, delimiter=",").rows()]
    for line, _, fields in rows:
        fields = [field.strip() for field in fields]
        if len(fields) != 2 or not all(fields):
            raise _malformed(path, line, "must be a code and a name")
        code, name = fields
        if line == 1 and code == "LabelName":
            continue
        if names.setdefault(code, name) != name:
            raise _malformed(path, line, f"a second name of '{code}'")
    return _unique(names)


def _unique(names: dict[str, str]) -> dict[str, str]:
    """Two codes of one name are two classes: the second gets its code into the name."""
    seen, unique = set(), {}
    for code, name in names.items():
        unique[code] = f"{name} ({code})" if name in seen else name
        seen.add(name)
    return unique


def _malformed(path: Path, line: int, message: str) -> InvalidDataset:
    code = "class-list-malformed"
    return InvalidDataset.of(code, str(path), f"line {line}", message)
