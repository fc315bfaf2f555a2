"""Where annotation files in COCO notation lie, and what the splits are called.

`COCOReader` tells it to people.
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from luminet.datasets import listing, regular_file
from luminet.datasets.findings import InvalidDataset
from luminet.datasets.readers.coco.file import MAX_BYTES
from luminet.datasets.readers.split_word import split_words
from luminet.datasets.regular_file import FileError
from luminet.spelling import did_you_mean

_YEAR = re.compile("(?<![0-9])(19|20)[0-9]{2}$")
# At the beginning of a COCO file; LabelMe and others write JSON, too.
_LIST = re.compile(rb'"(images|annotations|categories|licenses)"\s*:\s*\[')
_UTF8_MARK = b"\xef\xbb\xbf"
_INSTANCES = "instances_"
_HEAD_BYTES = 4096
# Folders with more JSON files or folders than this are of another notation.
_MAX_ENTRIES = 64


@dataclass(frozen=True)
class AnnotationFile:
    """An annotation file.

    Attributes:
        path: of the file.
        name: of what is in it, like "train2017".
    """

    path: Path
    name: str

    @property
    def year(self) -> str:
        """At the end of the name; may be empty."""
        match = _YEAR.search(self.name)
        return match[0] if match else ""

    @property
    def split(self) -> str:
        """The word in the name that is of a split, else the name without its year."""
        words = split_words(self.name)
        if len(words) == 1:
            return words[0]
        return _YEAR.sub("", self.name).rstrip("_-") or self.name

    @property
    def names_a_split(self) -> bool:
        """Whether the name is not one like "default", of all there is."""
        return bool(split_words(self.name))


class Layout:
    """The annotation files of a data set.

    Args:
        data_dir: its folder, or one with nothing but this folder in it.
        year: files of other years are left out; by default of none.

    Attributes:
        root: the folder in which all lies.
        files: the annotation files; at least one.

    Raises:
        InvalidDataset: there are none, or several data sets.
    """

    def __init__(self, data_dir: Path, year: str | None = None):
        if not data_dir.is_dir():
            message = "no such folder"
            raise InvalidDataset.of("folder-missing", str(data_dir), "", message)
        found = _find_roots(data_dir)
        if not found:
            message = (
                "not a data set in COCO notation: neither in it nor in a folder "
                "annotations is JSON with lists of images, annotations and categories"
            )
            raise InvalidDataset.of("layout-unknown", str(data_dir), "", message)
        if len(found) > 1:
            message = f"holds several data sets; name one of {_listed(found)}"
            raise InvalidDataset.of("ambiguous-layout", str(data_dir), "", message)
        [(self.root, files)] = found.items()
        self.files = [file for file in files if year in (None, file.year)]
        if not self.files:
            years = _listed({file.year for file in files} - {""}) or "none"
            message = f"no annotations of the year {year!r}; there are {years}"
            raise InvalidDataset.of("split-missing", str(self.root), "", message)

    @property
    def splits(self) -> dict[str, AnnotationFile]:
        """The annotation files by split; empty where there is one file for all."""
        if len(self.files) == 1 and not self.files[0].names_a_split:
            return {}
        counts = Counter(file.split for file in self.files)
        return {
            file.split if counts[file.split] == 1 else file.name: file
            for file in self.files
        }

    def find(self, split: str) -> AnnotationFile:
        """The annotation file of a split, by its name in `splits` or its full name.

        Raises:
            InvalidDataset: there is none, or there are several of several years.
        """
        splits = self.splits or {split: self.files[0]}
        named = splits | {file.name: file for file in self.files}
        if split in named:
            return named[split]
        same = [file.name for file in self.files if file.split == split]
        if same:
            message = f"several of that name; name one of {_listed(same)}, or a year"
        else:
            hint = did_you_mean(split, splits)
            message = f"no such split; there are {_listed(splits)}{hint}"
        code = "ambiguous-layout" if same else "split-missing"
        raise InvalidDataset.of(code, str(self.root), split, message)


def recognise(data_dir: Path) -> str | None:
    """By what a folder is a data set in COCO notation; None if it is none."""
    for files in _find_roots(data_dir).values():
        name = files[0].path.relative_to(data_dir).as_posix()
        return f"{name} with lists as COCO has them"
    return None


def _find_roots(data_dir: Path) -> dict[Path, list[AnnotationFile]]:
    """The annotation files of a folder, or of the folders in it, by folder."""
    files = _find_files(data_dir)
    if files:
        return {data_dir: files}
    found = {folder: _find_files(folder) for folder in _folders(data_dir)}
    return {folder: files for folder, files in found.items() if files}


def _find_files(root: Path) -> list[AnnotationFile]:
    for paths in _places(root):
        if paths:
            return [
                AnnotationFile(path, path.stem.removeprefix(_INSTANCES))
                for path in paths
            ]
    in_folders = {folder: _coco_files(folder) for folder in _folders(root)}
    files = [
        AnnotationFile(paths[0], folder.name)
        for folder, paths in in_folders.items()
        if len(paths) == 1
    ]
    # The one folder may also be what the whole data set lies in.
    return files if len(files) > 1 or any(file.names_a_split for file in files) else []


def _places(root: Path):
    # What COCO calls captions and key points lies beside the instances.
    yield [
        path for path in _json(root / "annotations") if path.name.startswith(_INSTANCES)
    ]
    yield _coco_files(root / "annotations")
    yield _coco_files(root)


def _coco_files(folder: Path) -> list[Path]:
    paths = _json(folder)
    if len(paths) > _MAX_ENTRIES:
        return []
    return [path for path in paths if _looks_like_coco(path)]


def _json(folder: Path) -> list[Path]:
    return sorted(listing.files(folder, ".json"))


def _looks_like_coco(path: Path) -> bool:
    try:
        head = regular_file.read(path, MAX_BYTES, _HEAD_BYTES)
    except FileError:
        return False
    # What begins with a list is of another program, such as Label Studio or CreateML.
    outermost = head.removeprefix(_UTF8_MARK).lstrip()[:1]
    return outermost == b"{" and _LIST.search(head) is not None


def _folders(root: Path) -> list[Path]:
    found = listing.folders(root)
    return found if len(found) <= _MAX_ENTRIES else []


def _listed(names) -> str:
    return ", ".join(str(name) for name in sorted(names))
