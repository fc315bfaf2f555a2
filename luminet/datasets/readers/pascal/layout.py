"""Where the files of a data set in Pascal VOC notation lie.

Either as in the VOC challenges: lists of names in `ImageSets/Main/<split>.txt`, XML in
`Annotations`, pictures in `JPEGImages`. Or as labelling programs leave it: XML beside
the pictures, in one folder for each split. Or as many publish it: XML in one folder and
pictures in the next, such as `annotations` and `images`, for each split or for all. The
option `images` says that pictures lie somewhere else.
"""

import re
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from luminet.datasets import listing, regular_file
from luminet.datasets.findings import Finding, InvalidDataset
from luminet.datasets.readers import annotation_xml
from luminet.datasets.readers.option import named_folder
from luminet.datasets.readers.pascal import two_folders
from luminet.datasets.readers.pascal.lists import SplitLists
from luminet.datasets.readers.split_folders import SplitFolders, no_such_split
from luminet.datasets.readers.split_word import split_words
from luminet.datasets.regular_file import FileError

_ROOT = re.compile(rb"<annotation[\s/>]")


@dataclass(frozen=True)
class Layout:
    """The files of one split.

    Attributes:
        annotations: the folder of its XML.
        pictures: the folder of its pictures; may be the same.
        keys: names without extension; None: all that lie in the folders.
        class_names: where the data set lists them.
        is_shared: whether pictures of other splits lie in that folder, too.
        findings: faults in the list of names.
    """

    annotations: Path
    pictures: Path
    keys: tuple[str, ...] | None = None
    class_names: tuple[str, ...] | None = None
    findings: tuple[Finding, ...] = ()
    is_shared: bool = False


def recognise(data_dir: Path) -> str | None:
    """By what a folder is a data set in Pascal VOC notation; None if it is none."""
    root = _voc_root(data_dir)
    if root:
        # Lists without pictures are of another notation, such as ImageNet's.
        reason = f"{root.name}/JPEGImages, as in the VOC challenges"
        return reason if (root / "JPEGImages").is_dir() else None
    two = two_folders.find_in(data_dir) or next(
        iter(two_folders.splits_in(data_dir).values()), None
    )
    if two and any(map(_is_pascal, islice(listing.files(two.annotations, ".xml"), 5))):
        names = f"{two.annotations.name}/*.xml and {two.pictures.name}"
        return f"{names}, with <annotation> outermost"
    found = _PLAIN.recognise(data_dir)
    return f"files like {found} with <annotation> outermost" if found else None


def find_splits(data_dir: Path, has_images: bool = False) -> tuple[str, ...]:
    """The names of the splits; empty where all lies in one folder.

    Args:
        data_dir: the folder of the data set.
        has_images: whether the pictures lie somewhere else.
    """
    root = _voc_root(data_dir)
    if root:
        names = SplitLists(root / "ImageSets" / "Main").splits
        # In the VOC challenges it is the two others together.
        united = {"train", "val", "trainval"} <= set(names)
        return tuple(name for name in names if not (united and name == "trainval"))
    if two_folders.find_in(data_dir) or (has_images and _only_folder(data_dir)):
        return ()
    return tuple(two_folders.splits_in(data_dir) or _PLAIN.splits(data_dir))


def find_layout(data_dir: Path, split: str, images: str = "") -> Layout:
    """Find the files of a split.

    Args:
        data_dir: the folder of the data set.
        split: its name.
        images: where pictures lie, or a folder of them for each split, relative to
            `data_dir`; by default wherever they may lie.

    Raises:
        InvalidDataset: there is no such data set or split. The message names the path
            that is missing, and the splits that there are.
    """
    if not data_dir.is_dir():
        raise InvalidDataset.of("folder-missing", str(data_dir), "", "no such folder")
    if not images:
        return _find_layout(data_dir, split)
    pictures = named_folder(data_dir, "images", images)
    layout = _find_layout(data_dir, split, pictures)
    if (pictures / split).is_dir():
        return replace(layout, pictures=pictures / split)
    is_shared = bool(find_splits(data_dir, has_images=True))
    return replace(layout, pictures=pictures, is_shared=is_shared)


def _find_layout(data_dir: Path, split: str, pictures: Path | None = None) -> Layout:
    """Find the files of a split; its pictures unless they are named."""
    root = _voc_root(data_dir)
    if root:
        return _voc_layout(root, split, pictures)
    if two := two_folders.find_in(data_dir):
        return Layout(two.annotations, two.pictures)
    if pictures and (annotations := _only_folder(data_dir)):
        return Layout(annotations, pictures)
    if of_splits := two_folders.splits_in(data_dir):
        if split not in of_splits:
            raise no_such_split(data_dir, split, of_splits)
        two = of_splits[split]
        return Layout(two.annotations, two.pictures)
    folder = _PLAIN.find(data_dir, split)
    return Layout(folder, folder)


def _only_folder(data_dir: Path) -> Path | None:
    """The only folder with XML in a folder, unless it is named after a split."""
    if next(listing.files(data_dir, ".xml"), None):
        return None
    (first, *others) = _PLAIN.all_folders(data_dir).values() or (None,)
    named = first is None or bool(split_words(first.name))
    return None if others or named else first


def _voc_root(data_dir: Path) -> Path | None:
    """The folder with `ImageSets`: the given one, or the only one inside it."""
    if (data_dir / "ImageSets").is_dir():
        return data_dir
    if (data_dir / "JPEGImages").is_dir() and not two_folders.find_in(data_dir):
        return data_dir
    inside = listing.folders(data_dir)
    deeper = [path for folder in inside for path in listing.folders(folder)]
    roots = [path for path in inside + deeper if (path / "ImageSets/Main").is_dir()]
    if len(roots) > 1:
        names = ", ".join(str(root) for root in roots)
        message = f"holds several data sets; name one of {names}"
        raise InvalidDataset.of("ambiguous-layout", str(data_dir), "", message)
    return roots[0] if roots else None


def _voc_layout(root: Path, split: str, pictures: Path | None = None) -> Layout:
    pictures = pictures or root / "JPEGImages"
    folders = (root / "ImageSets" / "Main", root / "Annotations", pictures)
    for folder in folders:
        if not folder.is_dir():
            message = "missing; a VOC data set has this folder"
            raise InvalidDataset.of("folder-missing", str(folder), "", message)
    list_folder, annotations, _ = folders
    lists = SplitLists(list_folder)
    keys, findings = lists.read(split)
    return Layout(annotations, pictures, keys, lists.class_names, findings)


def _is_pascal(path: Path) -> bool:
    try:
        beginning = regular_file.read(path, annotation_xml.MAX_BYTES, 1024)
    except FileError:
        return False
    return _ROOT.search(beginning.replace(b"\0", b"")) is not None


# XML beside pictures.
_PLAIN = SplitFolders(
    "Pascal VOC notation (no ImageSets/Main in it either)", ".xml", _is_pascal
)
