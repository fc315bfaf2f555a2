"""Where the files of a data set in Pascal VOC notation lie.

Either as in the VOC challenges: lists of names in `ImageSets/Main/<split>.txt`, XML in
`Annotations`, pictures in `JPEGImages`. Or as labelling programs leave it: XML beside
the pictures, in one folder for each split.
"""

from dataclasses import dataclass
from pathlib import Path

from luminet.datasets import regular_file
from luminet.datasets.findings import Finding, InvalidDataset
from luminet.datasets.readers import annotation_xml
from luminet.datasets.readers.pascal.lists import SplitLists
from luminet.datasets.regular_file import FileError
from luminet.spelling import did_you_mean


@dataclass(frozen=True)
class Layout:
    """The files of one split.

    Attributes:
        annotations: the folder of its XML.
        pictures: the folder of its pictures; may be the same.
        keys: names without extension; None: all that lie in the folders.
        class_names: where the data set lists them.
        findings: faults in the list of names.
    """

    annotations: Path
    pictures: Path
    keys: tuple[str, ...] | None = None
    class_names: tuple[str, ...] | None = None
    findings: tuple[Finding, ...] = ()


def recognise(data_dir: Path) -> str | None:
    """By what a folder is a data set in Pascal VOC notation; None if it is none."""
    root = _voc_root(data_dir)
    if root:
        # Lists without pictures are of another notation, such as ImageNet's.
        reason = f"{root.name}/JPEGImages, as in the VOC challenges"
        return reason if (root / "JPEGImages").is_dir() else None
    for folder in (data_dir, *_plain_splits(data_dir).values()):
        if _is_pascal(next(folder.glob("*.xml"), None)):
            return f"files like {folder.name}/*.xml with <annotation> outermost"
    return None


def find_splits(data_dir: Path) -> tuple[str, ...]:
    """The names of the splits; empty where all lies in one folder."""
    root = _voc_root(data_dir)
    if root:
        names = SplitLists(root / "ImageSets" / "Main").splits
        # In the VOC challenges it is the two others together.
        united = {"train", "val", "trainval"} <= set(names)
        return tuple(name for name in names if not (united and name == "trainval"))
    return tuple(_plain_splits(data_dir))


def find_layout(data_dir: Path, split: str) -> Layout:
    """Find the files of a split.

    Raises:
        InvalidDataset: there is no such data set or split. The message names the path
            that is missing, and the splits that there are.
    """
    if not data_dir.is_dir():
        raise InvalidDataset.of("folder-missing", str(data_dir), "", "no such folder")
    root = _voc_root(data_dir)
    return _voc_layout(root, split) if root else _plain_layout(data_dir, split)


def _voc_root(data_dir: Path) -> Path | None:
    """The folder with `ImageSets`: the given one, or the only one inside it."""
    if any((data_dir / name).is_dir() for name in ("ImageSets", "JPEGImages")):
        return data_dir
    inside = [*data_dir.glob("*/ImageSets/Main"), *data_dir.glob("*/*/ImageSets/Main")]
    roots = sorted(path.parent.parent for path in inside)
    if len(roots) > 1:
        names = ", ".join(str(root) for root in roots)
        message = f"holds several data sets; name one of {names}"
        raise InvalidDataset.of("ambiguous-layout", str(data_dir), "", message)
    return roots[0] if roots else None


def _voc_layout(root: Path, split: str) -> Layout:
    folders = (root / "ImageSets" / "Main", root / "Annotations", root / "JPEGImages")
    for folder in folders:
        if not folder.is_dir():
            message = "missing; a VOC data set has this folder"
            raise InvalidDataset.of("folder-missing", str(folder), "", message)
    list_folder, annotations, pictures = folders
    lists = SplitLists(list_folder)
    keys, findings = lists.read(split)
    return Layout(annotations, pictures, keys, lists.class_names, findings)


def _plain_layout(data_dir: Path, split: str) -> Layout:
    """XML beside pictures in the folder of the split, else in `data_dir` itself."""
    splits = _plain_splits(data_dir)
    if split in splits:
        folder = splits[split]
        return Layout(folder, folder)
    if not splits and _has_xml(data_dir):
        return Layout(data_dir, data_dir)
    if splits:
        known, hint = ", ".join(splits), did_you_mean(split, splits)
        message = f"no such split; there are {known}{hint}"
        raise InvalidDataset.of("split-missing", str(data_dir / split), "", message)
    message = (
        "not a data set in Pascal VOC notation: neither ImageSets/Main in it, nor XML "
        f"beside pictures in {data_dir / split} or in the folder itself"
    )
    raise InvalidDataset.of("layout-unknown", str(data_dir), "", message)


def _plain_splits(data_dir: Path) -> dict[str, Path]:
    """Folders of XML, by their names."""
    return {
        folder.name: folder for folder in sorted(data_dir.iterdir()) if _has_xml(folder)
    }


def _is_pascal(path: Path | None) -> bool:
    if path is None:
        return False
    try:
        beginning = regular_file.read(path, annotation_xml.MAX_BYTES, 1024)
    except FileError:
        return False
    return b"<annotation>" in beginning.replace(b"\0", b"")


def _has_xml(folder: Path) -> bool:
    return folder.is_dir() and next(folder.glob("*.xml"), None) is not None
