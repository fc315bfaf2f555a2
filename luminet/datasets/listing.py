"""What lies in a folder of a data set: nothing hidden, and nothing that macOS adds."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

# In archives that macOS makes: all folders once more, with metadata of the files.
_MACOS = "__MACOSX"


def is_hidden(name: str) -> bool:
    """Whether a name is of no data set: `._a.xml`, `.vscode`, `__MACOSX`."""
    return name.startswith(".") or name == _MACOS


def entries(folder: Path) -> Iterator[os.DirEntry]:
    """What is in a folder, in no order.

    Raises:
        OSError: there is no such folder, or nobody may look into it.
    """
    with os.scandir(folder) as found:
        yield from (entry for entry in found if not is_hidden(entry.name))


def files(folder: Path, ending: str) -> Iterator[Path]:
    """The files with a name like `*.xml`, in no order; none if there is no folder."""
    with contextlib.suppress(OSError):
        for entry in entries(folder):
            if entry.name.endswith(ending):
                yield Path(entry.path)


def folders(folder: Path) -> list[Path]:
    """The folders in a folder, sorted; none if there is no such folder."""
    with contextlib.suppress(OSError):
        return sorted(
            Path(entry.path) for entry in entries(folder) if _is_folder(entry)
        )
    return []


def _is_folder(entry: os.DirEntry) -> bool:
    # Not `entry.is_dir()` alone: that raises where a link leads to itself.
    if entry.is_symlink():
        return os.path.isdir(entry.path)
    return entry.is_dir()
