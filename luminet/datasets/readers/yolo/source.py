"""The pictures of a split in YOLO notation: those in a folder, or those of a list."""

import os
import posixpath
from collections.abc import Iterator
from pathlib import Path

from luminet.datasets import listing
from luminet.datasets.findings import FileFindings, Finding, InvalidDataset
from luminet.datasets.readers import list_file
from luminet.datasets.readers.path_ends import find_end
from luminet.datasets.readers.pictures import PictureFiles, Pictures, is_unsafe
from luminet.datasets.readers.yolo import labels as yolo_labels
from luminet.datasets.readers.yolo.folders import labels_of

# Where pictures were looked for, as a message tells it.
_MAX_FOLDERS = 3
Place = tuple[Pictures | PictureFiles, str, Path]


class FolderSource:
    """All pictures of a folder and of the folders in it.

    Args:
        pictures: the folder.
        labels: that of the labels; may be the same.
        labelled_only: whether pictures without a file of labels are none of the split.

    Attributes:
        names: paths of the pictures without extension, relative to the folder.
        has_labels: whether there is any file of labels.
        has_pictures: whether there is any of the pictures.
        findings: none.
    """

    findings: tuple[Finding, ...] = ()

    def __init__(self, pictures: Path, labels: Path, labelled_only: bool = False):
        self._labels = labels
        self._files = PictureFiles(pictures)
        self._listed = {name: Pictures(pictures / name) for name in _folders(pictures)}
        shown = {
            posixpath.join(folder, stem)
            for folder, listed in self._listed.items()
            for stem in listed.stems()
        }
        labelled = set(self._labelled(shown))
        self.has_labels = bool(labelled)
        self.names = sorted(labelled if labelled_only else shown | labelled)
        self.has_pictures = not shown.isdisjoint(self.names)

    def _labelled(self, shown: set[str]) -> Iterator[str]:
        """Whatever has labels, with a picture or without."""
        for folder in _folders(self._labels):
            for file in listing.entries(self._labels / folder):
                if not yolo_labels.is_label_name(file.name):
                    continue
                name = posixpath.join(folder, _without_extension(file.name))
                if name in shown or yolo_labels.look_like_labels(Path(file.path)):
                    yield name

    def picture_folders(self) -> list[Path]:
        """Where its pictures are looked for."""
        return [self._files.folder]

    def place(self, name: str) -> Place:
        """Where to look for a picture, what for, and the file of its labels."""
        folder, _, stem = name.rpartition("/")
        labels = yolo_labels.label_file(self._labels, name)
        if folder in self._listed:
            return self._listed[folder], stem, labels
        return self._files, name, labels


class ListSource:
    """Pictures that a list names, a path a line.

    Where a path begins does not matter, see `path_ends`: such lists are often written
    for another folder.

    Args:
        path: of the list.
        data_dir: the folder of the data set.
        pictures: that of the pictures; may be the same.

    Attributes:
        names: paths of the pictures without extension, relative to the folder that all
            have in common.
        has_labels: whether there is any file of labels.
        has_pictures: whether there is any of the pictures.
        findings: of repeated lines.

    Raises:
        InvalidDataset: the list is empty, or has what is no path.
    """

    def __init__(self, path: Path, data_dir: Path, pictures: Path):
        self._data_dir = data_dir
        self._files = PictureFiles(pictures)
        self._folders: dict[str, tuple[str, Path]] = {}
        findings = FileFindings(path.relative_to(data_dir).as_posix())
        rows = list_file.read_rows(path)
        if not rows:
            raise InvalidDataset.of("split-empty", findings.file, "", "it is empty")
        for line, written in rows:
            if is_unsafe(written.lstrip("/")):
                message = f"{written[:80]!r} is not a path inside the data set"
                raise InvalidDataset.of(
                    "unsafe-path", findings.file, f"line {line}", message
                )
        named = [(line, self._name(written)) for line, written in rows]
        names = list_file.each_once(named, findings)
        common = posixpath.commonpath([posixpath.dirname(name) for name in names])
        start = len(posixpath.join(common, ""))
        self._written: dict[str, str] = {}
        for (_, name), (_, written) in zip(named, rows, strict=True):
            self._written.setdefault(name[start:], written)
        self.names = list(self._written)
        self.findings = tuple(findings.found)
        self.has_labels = any(
            os.path.isfile(self.place(name)[2]) for name in self.names
        )
        self.has_pictures = any(
            os.path.lexists(self._picture(name)) for name in self.names
        )

    def _name(self, written: str) -> str:
        folder, _, file = written.rpartition("/")
        return posixpath.join(self._find(folder)[0], _without_extension(file))

    def picture_folders(self) -> list[Path]:
        """Where its pictures are looked for; the first ones."""
        folders = dict.fromkeys(self._picture(name).parent for name in self.names)
        return list(folders)[:_MAX_FOLDERS]

    def _picture(self, name: str) -> Path:
        files, picture, _ = self.place(name)
        return files.folder / picture

    def place(self, name: str) -> Place:
        """Where to look for a picture, what for, and the file of its labels."""
        folder, _, file = self._written[name].rpartition("/")
        pictures, labels = self._find(folder)
        label = yolo_labels.label_file(labels, _without_extension(file))
        return self._files, posixpath.join(pictures, file), label

    def _find(self, folder: str) -> tuple[str, Path]:
        """The folder of pictures, and that of labels, that a path in the list means."""
        if folder not in self._folders:
            root = self._files.folder
            pictures = find_end(root, folder, Path.is_dir) or root
            labels = find_end(self._data_dir, folder, self._may_have_labels)
            self._folders[folder] = (
                pictures.relative_to(root).as_posix().removeprefix("."),
                labels_of(labels or self._data_dir, self._data_dir),
            )
        return self._folders[folder]

    def _may_have_labels(self, folder: Path) -> bool:
        return labels_of(folder, self._data_dir).is_dir()


def _folders(root: Path) -> list[str]:
    """The folder itself and those in it, relative to it, without hidden ones."""
    found = []
    for path, inside, _ in os.walk(root):
        inside[:] = sorted(name for name in inside if not listing.is_hidden(name))
        found.append(Path(path).relative_to(root).as_posix().removeprefix("."))
    return found


def _without_extension(file: str) -> str:
    return file.rpartition(".")[0] or file
