"""Which pictures of Open Images lie on their side.

Boxes fit the pictures as they are stored. A list of pictures says by how many degrees
both are to be turned so that up is up; that matters to people, and to EXIF.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from luminet.datasets.findings import Finding
from luminet.datasets.readers.openimages.layout import find_files
from luminet.datasets.readers.table_file import TableError, TableFile

_TURNS = {"90": 90, "180": 180, "270": 270, "90.0": 90, "180.0": 180, "270.0": 270}


@dataclass(frozen=True)
class Rotations:
    """What is known of them.

    Attributes:
        degrees: counterclockwise, by the id of a picture; only of those to be turned.
        findings: a warning if nothing is known.
    """

    degrees: dict[str, int]
    findings: tuple[Finding, ...]


def read_rotations(
    folders: Sequence[Path], split: str, wanted: Container[str], table: str
) -> Rotations:
    """Read the list of pictures.

    Args:
        folders: to look in.
        split: whose list is preferred to one of all.
        wanted: the pictures of the split.
        table: of the boxes, as findings name it.
    """
    own = rf".*{split}.*rotation\.csv" if split.isidentifier() else r"(?!)"
    for pattern in (own, r"image_ids_and_rotation\.csv|image_ids\.csv"):
        for path in find_files(folders, pattern):
            try:
                return Rotations(_read(path, wanted), ())
            except TableError as error:
                return _unknown(path.name, f"{path.name} cannot be read: {error}")
    return _unknown(table, "no image_ids_and_rotation.csv: some may lie on their side")


def _unknown(file: str, message: str) -> Rotations:
    return Rotations({}, (Finding("rotation-unknown", file, "", message, fatal=False),))


def _read(path: Path, wanted: Container[str]) -> dict[str, int]:
    table = TableFile(path, delimiter=",")
    header = [name.strip() for name in table.first.fields]
    if not {"ImageID", "Rotation"} <= set(header):
        raise TableError("csv-columns", "line 1", "no columns ImageID and Rotation")
    picture, rotation = header.index("ImageID"), header.index("Rotation")
    degrees = {}
    for _, _, fields in table.rows():
        turn = _TURNS.get(fields[rotation].strip()) if len(fields) > rotation else None
        if turn and len(fields) > picture and fields[picture].strip() in wanted:
            degrees[fields[picture].strip()] = turn
    return degrees
