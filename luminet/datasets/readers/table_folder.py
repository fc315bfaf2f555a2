"""What lies in a folder of tables, apart from pictures, which may be many."""

import os
from pathlib import Path

from luminet.datasets import listing

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
        names = sorted(e.name for e in listing.entries(folder) if is_wanted(e))
    except OSError:  # there is none, or nobody may look into it
        return []
    return names if len(names) <= MAX_ENTRIES else []
