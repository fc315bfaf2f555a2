"""Where the files of a data set in CVAT's notation lie.

`annotations.xml` lies in the folder of the data set, or in one folder for each split;
or there is an XML file with the name of each split.
"""

import os
import re
from pathlib import Path

from luminet.datasets import listing, regular_file
from luminet.datasets.findings import InvalidDataset
from luminet.datasets.readers.reader import WHOLE

_USUAL = "annotations.xml"
_MAX_FILES = 20
_FIRST_BYTES = 4096
_ROOT = re.compile(rb"<annotations[\s/>]")


def recognise(data_dir: Path) -> str | None:
    """By what a folder is a data set in CVAT's notation; None if it is none."""
    path = next(iter(_listed(data_dir).values()), None)
    if path is None or not _looks_right(path):
        return None
    return f"{path.relative_to(data_dir)} with <annotations> outermost"


def find_files(data_dir: Path, annotations: str = "") -> dict[str, Path]:
    """The annotation files by split; by `WHOLE` the one of all, which may divide it.

    Args:
        data_dir: the folder of the data set.
        annotations: the name of the file; "" looks for it.

    Raises:
        InvalidDataset: there is none.
    """
    files = {WHOLE: data_dir / annotations} if annotations else _listed(data_dir)
    if files:
        return files
    message = (
        f"not a data set in CVAT's notation: no {_USUAL} in it or in a folder in it, "
        "nor another XML file with <annotations> outermost"
    )
    raise InvalidDataset.of("layout-unknown", str(data_dir), "", message)


def _listed(data_dir: Path) -> dict[str, Path]:
    if os.path.lexists(data_dir / _USUAL):
        return {WHOLE: data_dir / _USUAL}
    names = [entry.name for entry in listing.entries(data_dir)]
    files = [data_dir / name for name in names if name.lower().endswith(".xml")]
    # Many are XML of another notation, one for each picture.
    few = len(files) <= _MAX_FILES
    found = sorted(path for path in files if _looks_right(path)) if few else []
    if len(found) == 1:
        return {WHOLE: found[0]}
    if found:
        return {path.stem: path for path in found}
    inside = {name: data_dir / name / _USUAL for name in sorted(names)}
    return {name: path for name, path in inside.items() if _looks_right(path)}


def _looks_right(path: Path) -> bool:
    try:
        with regular_file.opened(path) as file:
            beginning = file.read(_FIRST_BYTES).replace(b"\0", b"")
    except regular_file.FileError:
        return False
    return bool(_ROOT.search(beginning))
