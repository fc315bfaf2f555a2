"""XML in one folder and pictures in another, such as `annotations` and `images`."""

from pathlib import Path
from typing import NamedTuple

from luminet.datasets import listing
from luminet.datasets.readers.pictures import looks_like_picture


class TwoFolders(NamedTuple):
    """Where annotations lie, and where pictures do."""

    annotations: Path
    pictures: Path


def find_in(folder: Path) -> TwoFolders | None:
    """The two folders in a folder, whatever their names are.

    None unless exactly one has XML alone, and exactly one other has pictures alone.
    """
    annotations, pictures = [], []
    for inside in listing.folders(folder):
        has_xml = _has(inside, lambda name: name.endswith(".xml"))
        has_pictures = _has(inside, looks_like_picture)
        if has_xml != has_pictures:
            (annotations if has_xml else pictures).append(inside)
    if len(annotations) == len(pictures) == 1:
        return TwoFolders(annotations[0], pictures[0])
    return None


def splits_in(data_dir: Path) -> dict[str, TwoFolders]:
    """The two folders of each split, by the name of the folder that they lie in."""
    found = {folder.name: find_in(folder) for folder in listing.folders(data_dir)}
    return {name: two for name, two in found.items() if two}


def _has(folder: Path, is_wanted) -> bool:
    return any(is_wanted(entry.name) for entry in listing.entries(folder))
