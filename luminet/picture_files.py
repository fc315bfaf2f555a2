"""Which pictures a person means, and what the drawn ones are called."""

from collections.abc import Sequence
from pathlib import Path

from luminet.datasets import listing
from luminet.datasets.image import EXTENSIONS
from luminet.errors import InputError


def find_pictures(paths: Sequence[Path]) -> tuple[list[Path], int]:
    """The pictures among files and folders; of a folder those in sight, sorted.

    Returns:
        The pictures, and how many entries of folders were left out as none.

    Raises:
        InputError: a path does not exist, or a folder holds no picture.
    """
    pictures: list[Path] = []
    num_others = 0
    for path in paths:
        if path.is_dir():
            inside = sorted(Path(entry.path) for entry in listing.entries(path))
            found = [entry for entry in inside if _looks_like_picture(entry)]
            if not found:
                raise InputError(
                    f"{path}: no pictures in this folder. Allowed endings: "
                    f"{', '.join(EXTENSIONS)}"
                )
            pictures += found
            num_others += len(inside) - len(found)
        elif path.exists():
            pictures.append(path)
        else:
            raise InputError(f"{path}: no such file or folder")
    return pictures, num_others


def drawn_paths(files: Sequence[Path], folder: Path) -> list[Path]:
    """Where the drawn copy of each picture goes, all of them different.

    Raises:
        InputError: a copy would take the place of one of the pictures.
    """
    paths = [folder / name for name in _drawn_names(files)]
    originals = {file.resolve() for file in files}
    for path in paths:
        if path.resolve() in originals:
            raise InputError(
                f"{path}: would be replaced by its copy with boxes; name another folder"
            )
    return paths


def _drawn_names(files: Sequence[Path]) -> list[str]:
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
