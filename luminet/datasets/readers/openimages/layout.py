"""Where the files of a data set in Open Images notation lie.

`OpenImagesReader` tells it to people.
"""

import re
from pathlib import Path

from luminet.datasets.findings import InvalidDataset
from luminet.datasets.readers.openimages.row import REQUIRED
from luminet.datasets.readers.reader import WHOLE
from luminet.datasets.readers.table_file import TableError, TableFile
from luminet.datasets.readers.table_folder import folder_names, table_names
from luminet.spelling import did_you_mean

_BOXES = re.compile(
    r"(oidv\d+-)?(challenge-\d+-)?(?P<split>.+)-(annotations|detection)-bbox\.csv"
)
_IN_SPLIT = Path("labels", "detections.csv")


def find_tables(data_dir: Path) -> dict[str, Path]:
    """The tables of boxes by split, by `WHOLE` if it is one for all; or none."""
    folders = [data_dir / name for name in folder_names(data_dir)]
    tables: dict[str, Path] = {}
    for folder in (data_dir, *folders):
        for name in table_names(folder):
            match = _BOXES.fullmatch(name)
            if match and is_table(folder / name):
                tables.setdefault(match["split"], folder / name)
        if is_table(folder / _IN_SPLIT):
            tables.setdefault(folder.name, folder / _IN_SPLIT)
    if tables:
        return tables
    others = [data_dir / name for name in table_names(data_dir)]
    others = [path for path in others if is_table(path)]
    return {WHOLE: others[0]} if len(others) == 1 else {}


def find_table(data_dir: Path, split: str) -> tuple[Path, bool]:
    """The table of a split, and whether there are several splits.

    Raises:
        InvalidDataset: there is no such data set or split.
    """
    tables = find_tables(data_dir)
    if not tables:
        message = (
            "not a data set in Open Images notation: no train-annotations-bbox.csv or "
            f"the like with the columns {', '.join(REQUIRED)}"
        )
        raise InvalidDataset.of("layout-unknown", str(data_dir), "", message)
    if WHOLE in tables:
        return tables[WHOLE], False
    if split not in tables:
        known, hint = ", ".join(tables), did_you_mean(split, tables)
        message = f"no such split; there are {known}{hint}"
        raise InvalidDataset.of("split-missing", str(data_dir / split), "", message)
    return tables[split], True


def beside(data_dir: Path, table: Path, split: str) -> list[Path]:
    """Folders in which lists of classes and of pictures may lie."""
    folders = [
        table.parent,
        data_dir,
        data_dir / "annotations",
        data_dir / "metadata",
        data_dir / split / "metadata",
    ]
    return [folder for folder in dict.fromkeys(folders) if folder.is_dir()]


def find_files(folders: list[Path], pattern: str) -> list[Path]:
    """The tables in these folders whose names match; small letters or not."""
    regex = re.compile(pattern, re.IGNORECASE)
    return [
        folder / name
        for folder in folders
        for name in table_names(folder)
        if regex.fullmatch(name)
    ]


def is_table(path: Path) -> bool:
    """Whether a file is a table of boxes, by its header."""
    try:
        header = TableFile(path).first.fields
    except TableError:
        return False
    return set(REQUIRED) <= {name.strip() for name in header}
