"""What to say of a path that is no data set: what lies there, and what to do."""

import contextlib
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from luminet.datasets import listing
from luminet.datasets.image import EXTENSIONS
from luminet.datasets.readers.csv import layout as csv_layout
from luminet.errors import InputError

_ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar")
# Folders below it that are looked at, and kinds of files that are told.
_MAX_FOLDERS, _MAX_KINDS = 64, 5


def why_no_folder(path: Path) -> str:
    """Why a path is not that of a folder; "" if it is."""
    if os.path.isdir(path):
        return ""
    if not os.path.exists(path):
        return "no such folder"
    if path.suffix.lower() in _ARCHIVES:
        return "is a file: unpack it first, and name the folder"
    return "is a file: name the folder that it lies in"


def describe(folder: Path, type_of: Callable[[Path], str | None]) -> str:
    """What lies in a folder that is of no known notation, and what to do.

    Args:
        folder: it.
        type_of: recognises a folder as of a notation, or not.
    """
    below = _folders_below(folder)
    for level in below:
        known = {path: _suppressing(type_of, path) for path in level}
        known = [path for path, type in known.items() if type]
        if known:
            names = [f"{path.relative_to(folder).as_posix()}/" for path in known]
            return f"try {' or '.join(names[:_MAX_KINDS])} in it"
    table = csv_layout.why_unusable(folder)
    if table:
        return f"with --type csv, {table}"
    return f"it holds {_contents([folder, *sum(below, [])])}"


def _suppressing(type_of, path):
    with contextlib.suppress(InputError, OSError):
        return type_of(path)


def _folders_below(folder: Path) -> list[list[Path]]:
    """The folders in a folder, and those in them."""
    first = listing.folders(folder)[:_MAX_FOLDERS]
    second = [path for parent in first for path in listing.folders(parent)]
    return [first, second[:_MAX_FOLDERS]]


def _contents(folders: list[Path]) -> str:
    """Like "3 pictures, but no annotations" or "3 pictures, 2 *.txt; ..."."""
    paths = (path for folder in folders for path in listing.files(folder, ""))
    kinds = Counter(path.suffix.lower() for path in paths if os.path.isfile(path))
    pictures = sum(kinds.pop(extension, 0) for extension in EXTENSIONS)
    others = [
        f"{count} *{kind}" if kind else f"{count} without an extension"
        for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    ]
    shown = [f"{pictures} picture{'s' * (pictures > 1)}"] if pictures else []
    if others:
        advice = "if it is one of them, name it with --type: that tells what is missing"
        return f"{', '.join(shown + others[:_MAX_KINDS])}; {advice}"
    return f"{shown[0]}, but no annotations" if shown else "no file"
