"""Where the pictures and labels of a data set in YOLO notation lie.

A data file names folders or lists of pictures (`data_file.py`). What it names may
begin elsewhere: only the end of a path is followed, in the folder of the data set.
Without a data file, or where it names what is not there, folders of labels are looked
for: `labels/train`, `train/labels`, or labels beside the pictures in `train`; or all of
it not divided, in `labels` or in the folder itself.
"""

from pathlib import Path

from luminet.datasets.findings import Finding, InvalidDataset
from luminet.datasets.readers.option import named_file, named_folder
from luminet.datasets.readers.path_ends import find_end
from luminet.datasets.readers.picture_folder import no_pictures
from luminet.datasets.readers.reader import WHOLE
from luminet.datasets.readers.yolo import data_file as yolo_data_file
from luminet.datasets.readers.yolo import folders as yolo_folders
from luminet.datasets.readers.yolo.source import FolderSource, ListSource
from luminet.spelling import did_you_mean

_VALIDATION = ("val", "valid", "validation")


class Layout:
    """The files of a data set.

    Args:
        data_dir: its folder.
        data: the name of the data file; "" looks for one.
        images: the folder of the pictures, where they lie apart from labels and lists;
            a folder in it that has the name of a split is that of the split.

    Attributes:
        data_file: what the data file says; None if there is none.

    Raises:
        InvalidDataset: the data file is wrong, or there is no such folder.
    """

    def __init__(self, data_dir: Path, data: str = "", images: str = ""):
        self.data_dir = data_dir
        self._images = named_folder(data_dir, "images", images) if images else None
        if data:
            named_file(data_dir, "data", data)
        name = data or yolo_data_file.find(data_dir)
        self.data_file = yolo_data_file.read(data_dir, name) if name else None
        self._listed = self.data_file.paths if self.data_file else {}
        self._labels = yolo_folders.find_labels(data_dir)

    @property
    def splits(self) -> tuple[str, ...]:
        """The names of the splits; empty where it is not divided."""
        if not self._listed:
            return tuple(name for name in self._labels if name)
        there = [split for split in self._listed if not self._missing(split)]
        return tuple(there or self._listed)

    def lost_splits(self) -> list[Finding]:
        """Warnings of splits that the data file names, but whose pictures are gone."""
        return [
            Finding(
                "split-missing",
                self.data_file.name,
                split,
                f"'{self._missing(split)[0]}' leads to nothing in the folder of the "
                "data set: there is no such split",
                fatal=False,
            )
            for split in self._listed
            if split not in self.splits
        ]

    def _missing(self, split: str) -> list[str]:
        """The paths of a split that lead to nothing."""
        return [
            path for path in self._listed[split] if self._follow(path, split) is None
        ]

    def sources(self, split: str) -> dict[str, FolderSource | ListSource]:
        """The pictures of a split, by where they are named.

        Raises:
            InvalidDataset: there is no such split, or it has no pictures or labels.
        """
        sources = {
            path.relative_to(self.data_dir).as_posix(): self._source(path, split)
            for path in self._paths(split)
        }
        for name, source in sources.items():
            if not source.names:
                raise InvalidDataset.of("split-empty", name, "", "no picture in it")
            if not source.has_labels:
                message = (
                    "no labels: neither in a folder `labels` where `images` is, nor "
                    "beside the pictures"
                )
                raise InvalidDataset.of("annotation-missing", name, "", message)
            if not source.has_pictures:
                folders = source.picture_folders()
                raise no_pictures(folders, source.names, self.data_dir / name)
        return sources

    def _source(self, path: Path, split: str) -> FolderSource | ListSource:
        pictures = self._images
        if pictures and (pictures / split).is_dir():
            pictures = pictures / split
        if path.is_file():
            return ListSource(path, self.data_dir, pictures or self.data_dir)
        labels = yolo_folders.labels_of(path, self.data_dir)
        usual = yolo_folders.pictures_of(path, self.data_dir)
        return FolderSource(pictures or usual, labels, labelled_only=bool(pictures))

    def _paths(self, split: str) -> list[Path]:
        """Lists of pictures, folders of pictures, or folders of labels."""
        known = self._listed or self._labels
        if not known:
            message = (
                "not a data set in YOLO notation: no data.yaml, no obj.data, no folder "
                "`labels`, and no labels beside pictures"
            )
            raise InvalidDataset.of("layout-unknown", str(self.data_dir), "", message)
        if WHOLE in known:
            return [*known.values()]
        if split not in known:
            names, hint = ", ".join(known), did_you_mean(split, known)
            message = f"no such split; there are {names}{hint}"
            folder = str(self.data_dir / split)
            raise InvalidDataset.of("split-missing", folder, "", message)
        if not self._listed:
            return [self._labels[split]]
        return [self._existing(path, split) for path in self._listed[split]]

    def _existing(self, written: str, split: str) -> Path:
        path = self._follow(written, split)
        if path is None:
            message = f"'{written}' leads to nothing in the folder of the data set"
            name = self.data_file.name
            raise InvalidDataset.of("folder-missing", name, split, message)
        return path

    def _follow(self, written: str, split: str) -> Path | None:
        everything, is_list = self.data_dir / "images", written.endswith(".txt")

        def is_wanted(path):
            # The folder of all pictures must be meant: it is the end of many paths.
            if path == everything and written.strip("./") != "images":
                return False
            return path.is_file() or self._has_labels(path)

        path = find_end(self.data_dir, f"{self.data_file.root}/{written}", is_wanted)
        return path or (None if is_list else self._same_split(split))

    def _has_labels(self, folder: Path) -> bool:
        return yolo_folders.labels_of(folder, self.data_dir).is_dir()

    def _same_split(self, split: str) -> Path | None:
        """The folder of labels of a split, whatever that of validation is called."""
        names = _VALIDATION if split in _VALIDATION else (split,)
        found = (self._labels[name] for name in names if name in self._labels)
        return next(found, None)
