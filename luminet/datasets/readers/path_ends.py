"""Find in one folder what a path names that was written on another computer."""

from collections.abc import Callable
from pathlib import Path


def find_end(
    folder: Path, written: str, is_wanted: Callable[[Path], bool]
) -> Path | None:
    """Follow the longest end of a path that leads to what is wanted in a folder.

    Where the path begins does not matter: `/home/me/set/train.txt`, `data/train.txt`
    and `../train.txt` may all be the `train.txt` in the folder. So it is never left.

    Args:
        folder: where to look.
        written: the path as it is written.
        is_wanted: says of a path whether it is such a thing, like `Path.is_dir`.

    Returns:
        The path in the folder, or None.
    """
    behind_ups = f"{written}/".replace("\\", "/").rpartition("../")[2]
    parts = [part for part in behind_ups.split("/") if part not in ("", ".")]
    for start in range(max(len(parts), 1)):
        path = folder.joinpath(*parts[start:])
        try:
            if is_wanted(path):
                return path
        except (OSError, ValueError):  # too long a name, or a NUL character in it
            continue
    return None
