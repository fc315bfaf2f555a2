"""What lies in a folder of tables, apart from pictures, which may be many."""

import os
from pathlib import Path

# More tables or folders than this are of another notation, or of none.
MAX_ENTRIES = 64


def table_names(folder: Path) -> list[str]:
    """The CSV files in a folder, sorted; none if they are too many to be looked at."""
    return _names(folder, lambda entry: entry.name.lower().endswith(".csv"))


def folder_names(folder: Path) -> list[str]:
    """The folders in a folder, likewise."""
    return _names(folder, os.DirEntry.is_dir)


def _names(folder: Path, is_wanted) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if is_wanted(entry))
    except OSError:  # there is none, or nobody may look into it
        return []
    names = [name for name in names if not name.startswith(".")]
    return names if len(names) <= MAX_ENTRIES else []
