"""Where tables of boxes lie, and what the splits are called.

`CSVReader` tells it to people.
"""

import os
import re
from collections import Counter
from pathlib import Path

from luminet.datasets.findings import InvalidDataset
from luminet.datasets.readers.csv import split_column
from luminet.datasets.readers.csv.box_table import BoxTable, TableOptions
from luminet.datasets.readers.csv.columns import ColumnsError
from luminet.datasets.readers.reader import WHOLE
from luminet.datasets.readers.split_word import split_words
from luminet.datasets.readers.table_file import TableError
from luminet.datasets.readers.table_folder import folder_names, table_names
from luminet.spelling import did_you_mean

_ROBOFLOW = "_annotations.csv"
_FOLDERS = ("", "annotations", "labels", "data")
_ENDING = re.compile("[_-](labels?|annotations?|boxes|bbox(es)?)$", re.IGNORECASE)
_UNDIVIDED_NAMES = ("annotations", "labels", "boxes", "bboxes", "_annotations")
# Tables that are about something else.
_OTHERS = re.compile("class|submission|metadata", re.IGNORECASE)


class Layout:
    """The tables of a data set.

    Args:
        data_dir: its folder.
        options: how tables are written.

    Attributes:
        tables: their files by split; by `WHOLE` if there is one for all.
        in_column: the splits that a column names, where there is one table.

    Raises:
        InvalidDataset: there are none.
    """

    def __init__(self, data_dir: Path, options: TableOptions):
        self.data_dir = data_dir
        files = _find_files(data_dir)
        usable = [path for path in files if _is_usable(path, options)]
        # If there is not one, whoever opens the first is told why.
        self.tables = _by_split({path: files[path] for path in usable or files})
        if not self.tables:
            message = (
                "no table of boxes: neither train.csv, train_labels.csv or the like in "
                f"it, nor train/{_ROBOFLOW}"
            )
            raise InvalidDataset.of("layout-unknown", str(data_dir), "", message)
        self.in_column = self._find_in_column(options)

    def _find_in_column(self, options: TableOptions) -> tuple[str, ...]:
        (name, path), *others = self.tables.items()
        if others:
            return ()
        try:
            found = split_column.find_splits(BoxTable(path, options))
        except (TableError, ColumnsError):  # whoever opens it is told why
            return ()
        return found if name == WHOLE or len(found) > 1 else ()

    @property
    def splits(self) -> tuple[str, ...]:
        """The names of the splits; empty where there is one table for all."""
        return self.in_column or tuple(n for n in self.tables if n != WHOLE)

    def find(self, split: str) -> Path:
        """The table of a split.

        Raises:
            InvalidDataset: there is none.
        """
        tables = self.tables
        if self.in_column:
            tables = dict.fromkeys(self.in_column, *tables.values())
        path = tables.get(WHOLE) or tables.get(split)
        if path is None:
            known, hint = ", ".join(self.splits), did_you_mean(split, self.splits)
            message = f"no such split; there are {known}{hint}"
            folder = str(self.data_dir / split)
            raise InvalidDataset.of("split-missing", folder, "", message)
        return path


def recognise(data_dir: Path) -> str | None:
    """By what a folder is a data set with a table of boxes; None if it is none."""
    options = TableOptions()
    for path in _find_files(data_dir):
        if _is_usable(path, options):
            name = path.relative_to(data_dir).as_posix()
            return f"{name} with columns for pictures, classes and boxes"
    return None


def why_unusable(data_dir: Path) -> str | None:
    """Why the first table in a folder is none of boxes; None if there is no table."""
    for path in _find_files(data_dir):
        try:
            BoxTable(path, TableOptions())
        except (TableError, ColumnsError) as error:
            return f"{path.relative_to(data_dir).as_posix()}: {error}"
    return None


def _find_files(data_dir: Path) -> dict[Path, str]:
    """Tables, and what they are called; those that may be about boxes."""
    apart = {data_dir / name / _ROBOFLOW: name for name in folder_names(data_dir)}
    apart = {path: name for path, name in apart.items() if path.is_file()}
    if apart:
        return apart
    for folder in (data_dir / name for name in _FOLDERS):
        wanted = [name for name in table_names(folder) if not _OTHERS.search(name)]
        if wanted:
            return {folder / name: os.path.splitext(name)[0] for name in wanted}
    return {}


def _by_split(files: dict[Path, str]) -> dict[str, Path]:
    short = {path: _ENDING.sub("", name) for path, name in files.items()}
    counts = Counter(short.values())
    splits = {
        short[path] if counts[short[path]] == 1 else name: path
        for path, name in files.items()
    }
    if len(splits) == 1:
        [(name, path)] = splits.items()
        return {name if split_words(name) else WHOLE: path}
    divided = {name: path for name, path in splits.items() if not _is_of_all(name)}
    return divided or splits


def _is_of_all(name: str) -> bool:
    return name.lower() in _UNDIVIDED_NAMES


def _is_usable(path: Path, options: TableOptions) -> bool:
    try:
        table = BoxTable(path, options)
    except (TableError, ColumnsError):
        return False
    return not _is_open_images(table.file.first.fields)


def _is_open_images(names) -> bool:
    return {"ImageID", "LabelName"} <= {name.strip() for name in names}
