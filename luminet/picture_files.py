"""Which pictures a person means, and what the drawn ones are called."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from luminet.datasets.image import EXTENSIONS
from luminet.errors import InputError


def find_pictures(paths: Sequence[Path]) -> Iterator[Path]:
    """The pictures among files and folders; a folder's are sorted, and not nested.

    Raises:
        InputError: a path does not exist, or a folder holds no picture.
    """
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if _looks_like_picture(p))
            if not inside:
                raise InputError(
                    f"{path}: no pictures in this folder. Allowed endings: "
                    f"{', '.join(EXTENSIONS)}"
                )
            yield from inside
        elif path.exists():
            yield path
        else:
            raise InputError(f"{path}: no such file or folder")


def drawn_names(files: Sequence[Path]) -> list[str]:
    """A name for the drawn copy of each picture, all of them different."""
    taken: set[str] = set()
    names = []
    for file in files:
        suffix = ".png" if file.suffix.lower() == ".png" else ".jpg"
        name, count = f"{file.stem}{suffix}", 1
        while name in taken:
            count += 1
            name = f"{file.stem}-{count}{suffix}"
        taken.add(name)
        names.append(name)
    return names


def _looks_like_picture(path):
    return path.suffix.lower() in EXTENSIONS and path.is_file()
