"""Folders of labels and of pictures in YOLO notation, and how they belong together.

Labels of pictures in `images/train` lie in `labels/train`, of those in `train/images`
in `train/labels`; else beside the pictures.
"""

from itertools import islice
from pathlib import Path

from luminet.datasets import listing
from luminet.datasets.readers.reader import WHOLE
from luminet.datasets.readers.yolo import labels as yolo_labels

_LABELS = "labels"
# Entries of a folder that are listed, and files that are looked at, to find labels.
_MAX_LISTED, _MAX_TRIED = 4_000, 5


def labels_of(pictures: Path, data_dir: Path) -> Path:
    """The folder of the labels of a folder of pictures."""
    return _other(pictures, data_dir, ("images", "JPEGImages"), _LABELS)


def pictures_of(labels: Path, data_dir: Path) -> Path:
    """The folder of the pictures of a folder of labels."""
    return _other(labels, data_dir, (_LABELS,), "images")


def _other(folder: Path, data_dir: Path, names: tuple[str, ...], other: str) -> Path:
    """The folder with `other` in place of the last of these names, if there is one."""
    parts = list(folder.relative_to(data_dir).parts)
    for index in reversed(range(len(parts))):
        if parts[index] in names:
            parts[index] = other
            path = data_dir.joinpath(*parts)
            return path if path.is_dir() else folder
    return folder


def find_labels(data_dir: Path) -> dict[str, Path]:
    """Folders of labels by split; the split is `WHOLE` if there is but one."""
    apart = data_dir / _LABELS
    if apart.is_dir():
        inside = listing.folders(apart)
        divided = inside and not has_labels(apart)
        return {path.name: path for path in inside} if divided else {WHOLE: apart}
    folders = listing.folders(data_dir)
    with_own = [path for path in folders if (path / _LABELS).is_dir()]
    if with_own:
        return {path.name: path / _LABELS for path in with_own}
    if has_labels(data_dir):
        return {WHOLE: data_dir}
    return {path.name: path for path in folders if has_labels(path)}


def has_labels(folder: Path) -> bool:
    """Whether labels lie in a folder; looks at a few files only."""
    texts = (
        Path(entry.path)
        for entry in islice(listing.entries(folder), _MAX_LISTED)
        if yolo_labels.is_label_name(entry.name)
    )
    return any(map(yolo_labels.look_like_labels, islice(texts, _MAX_TRIED)))
