"""Read Open Images annotations: a table with a row for each box, and local pictures."""

import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from luminet.datasets.annotation import Annotation
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers import picture_folder
from luminet.datasets.readers.named_pictures import NamedPictures
from luminet.datasets.readers.openimages import layout
from luminet.datasets.readers.openimages.classes import find_classes
from luminet.datasets.readers.openimages.rotation import read_rotations
from luminet.datasets.readers.openimages.row import DEPICTION, INSIDE, RowReader
from luminet.datasets.readers.openimages.scan import scan
from luminet.datasets.readers.option import parse_flag
from luminet.datasets.readers.pictures import has_extension
from luminet.datasets.readers.reader import WHOLE, Reader
from luminet.datasets.readers.row_index import RowIndex
from luminet.datasets.readers.table_file import TableError, TableFile, needed
from luminet.errors import InputError

# Pictures of a folder that are compared with the table.
_NUM_SAMPLES = 1_000


class OpenImagesReader(Reader):
    """Read one split of a data set in Open Images notation, of version 4 or later.

    The table is `<split>-annotations-bbox.csv`, with or without "oidv6-" or
    "challenge-2019-" in front, in the folder or in one inside it; or
    `<split>/labels/detections.csv`; or any single table with these columns. Pictures
    are `<ImageID>.jpg` in `<split>/data`, `<split>/images`, `images/<split>`,
    `<split>`, `images`, beside the table or in the folder itself. A picture in a folder
    of the split without a row shows no object.

    `class-descriptions-boxable.csv` or the like, beside the table, in the folder, or in
    `annotations` or `metadata`, names the classes; without it `LabelName` is the name.
    What `IsGroupOf` marks is a crowd. Boxes are in parts of the picture; a table may
    write them with a comma for the decimal sign if it does so everywhere.

    The table is gone through once, some 500,000 rows a second; what is kept of it are
    the places of its rows, 350 MB for the 14.6 million of the training set.

    Args:
        data_dir: the folder of the data set.
        split: like "train" or "validation".
        images: the folder of the pictures, relative to `data_dir`.
        local: "true": of a part of the pictures that was downloaded, leave the others
            out; by default a missing picture is a fault.
        depictions: "keep" or "drop" drawings and the like, by `IsDepiction`.
        insides: "keep" or "drop" views from inside of an object, by `IsInside`.

    Raises:
        InvalidDataset: there is no such data set or split, or a table is damaged, or
            has a class that is not listed.
        InputError: an option is wrong.
    """

    def __init__(
        self,
        data_dir: Path,
        split: str,
        images: str = "",
        local: str = "false",
        depictions: str = "keep",
        insides: str = "keep",
    ):
        super().__init__(data_dir, split)
        only_local = parse_flag("local", local)
        dropped = _dropped({DEPICTION: depictions, INSIDE: insides})
        self._path, divided = layout.find_table(self.data_dir, split)
        self._name = self.relative(self._path)
        folders = layout.beside(self.data_dir, self._path, split)
        classes = find_classes(folders)
        names = classes.names if classes else None
        with needed(self._path):
            self._file = TableFile(self._path)
            self._row_reader = RowReader(self._file.first.fields, names, dropped)
            self._rows, faults = scan(self._file, self._row_reader, classes, self._name)
        if classes and classes.of_boxes:
            self.class_names = tuple(classes.names.values())
        rotations = read_rotations(folders, split, self._rows, self._name)
        self._degrees = rotations.degrees
        self.findings = (*faults, *rotations.findings)
        candidates = picture_folder.candidates(self.data_dir, split, self._path, images)
        folder = self._find_folder(candidates)
        self._pictures = NamedPictures(folder, extension=".jpg")
        self._keys = self._list(folder, only_local, split if divided else None)

    def _find_folder(self, candidates: Sequence[Path]) -> Path:
        """The folder with most pictures of the table; of equal ones the first."""
        counts = [_count(folder, self._rows) for folder in candidates]
        if not any(counts):
            names = self._rows.names()
            raise picture_folder.no_pictures(candidates, names, self._path)
        return candidates[counts.index(max(counts))]

    def _list(self, folder: Path, only_local: bool, split: str | None) -> list[str]:
        names = self._rows.names()
        if only_local:
            there = set(map(_stem, picture_folder.picture_names(folder)))
            names = [name for name in names if _stem(name) in there]
        if picture_folder.is_own(folder, self.data_dir, split):
            names += picture_folder.without_rows(folder, folder, self._rows)
        return names

    @classmethod
    def recognise(cls, data_dir: Path) -> str | None:
        """See `Reader`."""
        for path in layout.find_tables(data_dir).values():
            name = path.relative_to(data_dir).as_posix()
            return f"{name} with the columns of Open Images"
        return None

    @classmethod
    def splits(
        cls,
        data_dir: Path,
        images: str = "",
        local: str = "false",
        depictions: str = "keep",
        insides: str = "keep",
    ) -> tuple[str, ...]:
        """See `Reader`."""
        tables = layout.find_tables(data_dir)
        return tuple(name for name in tables if name != WHOLE)

    def keys(self) -> list[str]:
        """Ids of pictures as the rows have them, then names of those without rows."""
        return list(self._keys)

    def read(self, key: str) -> Annotation:
        """Read the rows of a picture."""
        findings = FileFindings(self._name)
        annotation = self.find_picture(self._pictures, key, findings)
        annotation.relative = True
        if key in self._degrees:
            message = (
                f"lies on its side: turned counterclockwise by {self._degrees[key]} "
                "degrees, up would be up; taken as it is stored"
            )
            findings.warn("rotated", f"ImageID {key}", message)
        read, rows = self._row_reader.read, self._rows
        try:
            for line, fields in rows.rows(key, self._file, self._row_reader.picture):
                item = read(fields, line, findings)
                if item is not None:
                    annotation.objects.append(item)
        except TableError as error:
            findings.fault(error.code, error.field, error.message)
        return annotation


def _dropped(options: dict[str, str]) -> tuple[str, ...]:
    for column, value in options.items():
        if value not in ("keep", "drop"):
            name = {DEPICTION: "depictions", INSIDE: "insides"}[column]
            message = f"the option {name} must be keep or drop, not '{value}'"
            raise InputError(message)
    return tuple(column for column, value in options.items() if value == "drop")


def _count(folder: Path, rows: RowIndex) -> int:
    names = islice(picture_folder.picture_names(folder), _NUM_SAMPLES)
    return sum(name in rows or _stem(name) in rows for name in names)


def _stem(name: str) -> str:
    return os.path.splitext(name)[0] if has_extension(name) else name
