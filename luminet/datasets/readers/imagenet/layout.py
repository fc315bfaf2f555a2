"""Where the files of a data set in ImageNet's notation lie.

Either as in the detection challenge (ILSVRC DET): paths of pictures in
`ImageSets/DET/<split>.txt`, pictures in `Data/DET/<folder>`, XML in
`Annotations/DET/<folder>`; list and folder have one name, or the list's begins with it.
Or as labelling programs write it: names in `ImageSets/Main/<split>.txt`, XML in
`Annotations`, classes in `labelmap.txt`, pictures wherever somebody put them.

The XML is that of Pascal VOC. Where the challenge counts from is written nowhere. Its
boxes begin at 0, and end at 499 in pictures 500 wide; its evaluation adds 1 to their
sides. So there pixels count from 0, and the last one belongs to the box. Files of the
second kind have the numbers of VOC's own, which count from 1.
"""

from dataclasses import dataclass, field
from pathlib import Path

from luminet.datasets import listing
from luminet.datasets.findings import Finding, InvalidDataset
from luminet.datasets.readers.imagenet.lists import DetectionLists
from luminet.datasets.readers.imagenet.names import find_names
from luminet.datasets.readers.list_file import read_rows
from luminet.datasets.readers.pascal.lists import SplitLists
from luminet.datasets.readers.pascal.object import VOC, Counting

_MAIN_FOLDERS = ("ImageSets/Main", "Annotations")
_LABELMAP = "labelmap.txt"
_BACKGROUND = "background"


@dataclass(frozen=True)
class Layout:
    """The files of one split.

    Attributes:
        annotations: the folder where the paths of its XML begin.
        pictures: likewise of its pictures.
        keys: paths without extension.
        findings: faults in the list of them.
        counting: how boxes count pixels.
        all_annotated: whether a picture without objects has XML, too.
        names: of classes, by what the XML calls them.
        class_names: where the data set lists them.
    """

    annotations: Path
    pictures: Path
    keys: tuple[str, ...]
    findings: tuple[Finding, ...]
    counting: Counting
    all_annotated: bool
    names: dict[str, str] = field(default_factory=dict)
    class_names: tuple[str, ...] | None = None


def recognise(data_dir: Path) -> str | None:
    """By what a folder is a data set in ImageNet's notation; None if it is none."""
    root = _det_root(data_dir)
    if root and (root / "Data" / "DET").is_dir():
        return "ImageSets/DET and Data/DET, as in ImageNet's detection challenge"
    if _is_main(data_dir) and (data_dir / _LABELMAP).is_file():
        return f"ImageSets/Main, Annotations and {_LABELMAP}, but no JPEGImages"
    return None


def find_splits(data_dir: Path) -> tuple[str, ...]:
    """The names of the splits that have annotations."""
    root = _det_root(data_dir)
    if root is None:
        return SplitLists(data_dir / "ImageSets" / "Main").splits
    lists = _det_lists(root, _existing(root / "Data" / "DET"))
    annotated = root / "Annotations" / "DET"
    return tuple(
        name
        for name in lists.whole()
        if (folder := lists.picture_folder(name)) and (annotated / folder).is_dir()
    )


def find_layout(data_dir: Path, split: str, extra: bool, images: str) -> Layout:
    """Find the files of a split.

    Args:
        data_dir: the folder of the data set, or the one that `ILSVRC` lies in.
        split: a list.
        extra: whether the challenge's additional counterexamples count.
        images: the folder of the pictures, relative to `data_dir`; "" for the usual.

    Raises:
        InvalidDataset: there is no such data set or split.
    """
    root = _det_root(data_dir)
    if root is not None:
        return _det_layout(data_dir, root, split, extra, images)
    if _is_main(data_dir):
        return _main_layout(data_dir, split, images)
    message = (
        "not a data set in ImageNet's notation: neither ImageSets/DET in it, nor "
        "ImageSets/Main and Annotations without JPEGImages"
    )
    raise InvalidDataset.of("layout-unknown", str(data_dir), "", message)


def _det_root(data_dir: Path) -> Path | None:
    """The folder with `ImageSets/DET`: the given one, or the only one inside it."""
    inside = [data_dir, *listing.folders(data_dir)]
    roots = [path for path in inside if (path / "ImageSets" / "DET").is_dir()]
    return roots[0] if roots and (len(roots) == 1 or roots[0] == data_dir) else None


def _is_main(data_dir: Path) -> bool:
    has_all = all((data_dir / name).is_dir() for name in _MAIN_FOLDERS)
    return has_all and not (data_dir / "JPEGImages").is_dir()


def _det_lists(root: Path, pictures: Path) -> DetectionLists:
    folders = [path.name for path in listing.folders(pictures)]
    return DetectionLists(root / "ImageSets" / "DET", folders)


def _det_layout(data_dir, root, split, extra, images) -> Layout:
    pictures = _existing(data_dir / images if images else root / "Data" / "DET")
    lists = _det_lists(root, pictures)
    keys, findings = lists.read(split, extra)
    folder = lists.picture_folder(split)
    if folder is None:
        message = f"it has no folder for the list {split}"
        raise InvalidDataset.of("folder-missing", str(pictures), "", message)
    names, are_all = find_names((root, data_dir))
    return Layout(
        annotations=_existing(root / "Annotations" / "DET" / folder),
        pictures=pictures / folder,
        keys=keys,
        findings=findings,
        counting=Counting(first=0, end_inside=True),
        all_annotated=False,
        names=names,
        class_names=tuple(names.values()) if are_all else None,
    )


def _main_layout(data_dir: Path, split: str, images: str) -> Layout:
    keys, findings = SplitLists(data_dir / "ImageSets" / "Main").read(split)
    beside = data_dir / "images"
    pictures = data_dir / images if images or not beside.is_dir() else beside
    labelmap = data_dir / _LABELMAP
    return Layout(
        annotations=data_dir / "Annotations",
        pictures=_existing(pictures),
        keys=keys,
        findings=findings,
        counting=VOC,
        all_annotated=True,
        class_names=_read_labelmap(labelmap) if labelmap.is_file() else None,
    )


def _read_labelmap(path: Path) -> tuple[str, ...] | None:
    """Names from lines like `dog:64,0,128::`, with the colour of masks behind them."""
    rows = [row for _, row in read_rows(path) if not row.startswith("#")]
    names = dict.fromkeys(row.split(":")[0].strip() for row in rows)
    return tuple(name for name in names if name not in ("", _BACKGROUND)) or None


def _existing(folder: Path) -> Path:
    if not folder.is_dir():
        message = "no such folder"
        raise InvalidDataset.of("folder-missing", str(folder), "", message)
    return folder
