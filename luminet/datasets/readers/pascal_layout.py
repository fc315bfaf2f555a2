"""Where the files of a data set in Pascal VOC notation lie.

Either as in the VOC challenges: lists of names in `ImageSets/Main/<split>.txt`, XML in
`Annotations`, pictures in `JPEGImages`. Or as labelling programs leave it: XML beside
the pictures, in one folder for each split.
"""

from dataclasses import dataclass
from pathlib import Path

from luminet.datasets.findings import Finding
from luminet.datasets.readers.pascal_lists import SplitLists
from luminet.errors import InputError
from luminet.spelling import did_you_mean


@dataclass(frozen=True)
class Layout:
    """The files of one split.

    Attributes:
        annotations: the folder of its XML.
        pictures: the folder of its pictures; may be the same.
        keys: names without extension; None: all that lie in the folders.
        class_names: where the data set lists them.
        class_folders: where it does not: the folders whose XML names them.
        findings: faults in the list of names.
    """

    annotations: Path
    pictures: Path
    keys: tuple[str, ...] | None = None
    class_names: tuple[str, ...] | None = None
    class_folders: tuple[Path, ...] = ()
    findings: tuple[Finding, ...] = ()


def find_layout(data_dir: Path, split: str) -> Layout:
    """Find the files of a split.

    Raises:
        InputError: there is no such data set or split. The message names the path that
            is missing, and the splits that there are.
    """
    if not data_dir.is_dir():
        raise InputError(f"{data_dir}: no such folder")
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
        raise InputError(f"{data_dir}: holds several data sets; name one of {names}")
    return roots[0] if roots else None


def _voc_layout(root: Path, split: str) -> Layout:
    folders = (root / "ImageSets" / "Main", root / "Annotations", root / "JPEGImages")
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"{folder}: missing; a VOC data set has this folder")
    list_folder, annotations, pictures = folders
    lists = SplitLists(list_folder)
    keys, findings = lists.read(split)
    return Layout(
        annotations, pictures, keys, lists.class_names, (annotations,), findings
    )


def _plain_layout(data_dir: Path, split: str) -> Layout:
    """XML beside pictures in the folder of the split, else in `data_dir` itself."""
    splits = {
        folder.name: folder for folder in sorted(data_dir.iterdir()) if _has_xml(folder)
    }
    if split in splits:
        folder = splits[split]
        return Layout(folder, folder, class_folders=tuple(splits.values()))
    if not splits and _has_xml(data_dir):
        return Layout(data_dir, data_dir, class_folders=(data_dir,))
    if splits:
        known, hint = ", ".join(splits), did_you_mean(split, splits)
        raise InputError(f"{data_dir / split}: no such split; there are {known}{hint}")
    raise InputError(
        f"{data_dir}: not a data set in Pascal VOC notation: neither ImageSets/Main in "
        f"it, nor XML beside pictures in {data_dir / split} or in the folder itself"
    )


def _has_xml(folder: Path) -> bool:
    return folder.is_dir() and next(folder.glob("*.xml"), None) is not None
