"""In which folder the pictures of a table lie, and which of them it leaves out."""

import os
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path

from luminet.datasets import listing
from luminet.datasets.findings import InvalidDataset
from luminet.datasets.image import EXTENSIONS
from luminet.datasets.readers.named_pictures import NamedPictures
from luminet.datasets.readers.option import named_folder
from luminet.datasets.readers.pictures import looks_like_picture
from luminet.datasets.readers.table_folder import folder_names

# Pictures that are looked for in each folder, at first and then.
_NUM_SAMPLES = (32, 2_000)


def candidates(data_dir: Path, split: str, table: Path, images: str) -> list[Path]:
    """The folders where the pictures of a table may lie.

    Args:
        data_dir: folder of the data set.
        split: what the table is of.
        table: its file.
        images: the option of that name: where they lie, relative to `data_dir`; or "".

    Raises:
        InvalidDataset: there is no such folder.
    """
    if images:
        folder = named_folder(data_dir, "images", images)
        usual = [folder / split, folder]
    else:
        usual = _usual(data_dir, split, table.parent)
    return [folder for folder in dict.fromkeys(usual) if folder.is_dir()]


def _usual(data_dir: Path, split: str, beside: Path) -> list[Path]:
    own = data_dir / split
    return [
        own / "data",
        own / "images",
        data_dir / "images" / split,
        own,
        data_dir / "images",
        data_dir / "JPEGImages",
        beside / "images",
        beside,
        data_dir,
        *(data_dir / name for name in folder_names(data_dir)),
    ]


def find_by_names(
    folders: Sequence[Path], names: Sequence[str], table: Path
) -> NamedPictures:
    """The folder in which most of these pictures lie; of equal ones the first.

    Raises:
        InvalidDataset: there is no picture in any of them.
    """
    places = [NamedPictures(folder) for folder in folders]
    for number in _NUM_SAMPLES:
        sample = names[:: max(1, len(names) // number)]
        counts = [sum(map(place.is_there, sample)) for place in places]
        if any(counts):
            return places[counts.index(max(counts))]
    raise no_pictures(folders, names, table)


def no_pictures(
    folders: Iterable[Path], names: Sequence[str], table: Path
) -> InvalidDataset:
    """The error that not a single picture was found."""
    tried = ", ".join(map(str, folders)) or "any folder"
    message = (
        f"none of its {len(names)} pictures, like {names[0]!r}, lies in {tried}; name "
        "the folder with -o images=FOLDER"
    )
    return InvalidDataset.of("folder-missing", str(table), "", message)


def picture_names(folder: Path) -> Iterator[str]:
    """Names of the files in a folder that end like pictures; in no order."""
    for entry in listing.entries(folder):
        if looks_like_picture(entry.name):
            yield entry.name


def is_own(folder: Path, data_dir: Path, split: str | None) -> bool:
    """Whether all pictures in a folder are of one split.

    Args:
        folder: where pictures lie.
        data_dir: folder of the data set.
        split: its name; None if the data set is not divided.
    """
    if split is None:
        return True
    inside = folder.is_relative_to(data_dir)
    parts = folder.relative_to(data_dir).parts if inside else (folder.name,)
    return split in parts


def without_rows(folder: Path, start: Path, rows: Container[str]) -> list[str]:
    """Pictures in a folder that no row names: those that show no object.

    Args:
        folder: all of whose pictures are of the split.
        start: where names begin; the folder itself, or above it.
        rows: names of the pictures that have rows.

    Returns:
        Their names, sorted.
    """
    prefix = folder.relative_to(start).as_posix()
    prefix = "" if prefix == "." else f"{prefix}/"
    names = (prefix + name for name in picture_names(folder))
    return sorted(name for name in names if not _is_named(name, rows))


def _is_named(name: str, rows: Container[str]) -> bool:
    """Whether a picture has rows, by its full name, without or with another extension.

    Under another extension it is somebody's mistake, but no picture without objects.
    """
    stem = os.path.splitext(name)[0]
    if name in rows or stem in rows:
        return True
    extensions = [*EXTENSIONS, *map(str.upper, EXTENSIONS)]
    return any(stem + extension in rows for extension in extensions)
