"""XML in one folder and pictures in another, such as `annotations` and `images`.

In the Oxford-IIIT Pet data set XML lies in `annotations/xmls`, beside masks.
"""

from pathlib import Path
from typing import NamedTuple

from luminet.datasets import listing
from luminet.datasets.readers.pictures import looks_like_picture

_XML = "xmls"


class TwoFolders(NamedTuple):
    """Where annotations lie, and where pictures do."""

    annotations: Path
    pictures: Path


def find_in(folder: Path) -> TwoFolders | None:
    """The two folders in a folder, whatever their names are.

    None unless exactly one has XML alone, itself or in `xmls`, and exactly one other
    has pictures alone.
    """
    annotations, pictures = [], []
    for inside in listing.folders(folder):
        has_xml, has_pictures = _has_xml(inside), _has(inside, looks_like_picture)
        if has_xml != has_pictures:
            (annotations if has_xml else pictures).append(inside)
        elif not has_xml and _has_xml(inside / _XML):
            annotations.append(inside / _XML)
    if len(annotations) == len(pictures) == 1:
        return TwoFolders(annotations[0], pictures[0])
    return None


def splits_in(data_dir: Path) -> dict[str, TwoFolders]:
    """The two folders of each split, by the name of the folder that they lie in."""
    found = {folder.name: find_in(folder) for folder in listing.folders(data_dir)}
    return {name: two for name, two in found.items() if two}


def _has_xml(folder: Path) -> bool:
    return next(listing.files(folder, ".xml"), None) is not None


def _has(folder: Path, is_wanted) -> bool:
    return any(is_wanted(entry.name) for entry in listing.entries(folder))
