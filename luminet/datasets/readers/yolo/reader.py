"""Read YOLO notation: a text file for each picture, a line for each object."""

from pathlib import Path

from luminet.datasets.annotation import Annotation
from luminet.datasets.findings import FileFindings, InvalidDataset
from luminet.datasets.readers.option import named_file
from luminet.datasets.readers.reader import Reader
from luminet.datasets.readers.yolo import classes as yolo_classes
from luminet.datasets.readers.yolo import data_file as yolo_data_file
from luminet.datasets.readers.yolo import folders as yolo_folders
from luminet.datasets.readers.yolo import labels as yolo_labels
from luminet.datasets.readers.yolo.layout import Layout


class YOLOReader(Reader):
    """Read one split of a data set in YOLO notation.

    Where the files lie is told in `yolo/layout.py`, what is in them in
    `yolo/labels.py`. A picture without a file of labels is one without objects. Classes
    have numbers; one that the list of classes does not reach is called like "class_20".

    Memory: some 400 bytes for each picture.

    Args:
        data_dir: the folder of the data set.
        split: one that the data file names, or a folder; any name where it is not
            divided.
        data: the name of the data file; by default the one that is there, of
            `data.yaml`, `obj.data` or another one of their kind.
        classes: the name of a file with the name of a class a line, instead of the data
            file's; by default `classes.txt` or `obj.names` if the data file has none.
        images: the folder of the pictures, relative to `data_dir`, if they lie apart
            from labels and lists. Then pictures without labels are taken from lists
            only.

    Raises:
        InvalidDataset: there is no such data set or split, or no list of classes.
    """

    def __init__(
        self,
        data_dir: Path,
        split: str,
        data: str = "",
        classes: str = "",
        images: str = "",
    ):
        super().__init__(data_dir, split)
        layout = Layout(self.data_dir, data, images)
        self._data_file = layout.data_file
        sources = layout.sources(split)
        self._places = {
            name if len(sources) == 1 else f"{root}/{name}": (source, name)
            for root, source in sources.items()
            for name in source.names
        }
        self.findings = [
            finding for source in sources.values() for finding in source.findings
        ]
        if split in layout.splits[:1]:  # once, not with every split
            self.findings += layout.lost_splits()
        self.class_names = self._find_classes(classes)

    def _find_classes(self, classes: str) -> tuple[str, ...]:
        data_file = self._data_file
        if data_file and data_file.class_names and not classes:
            return data_file.class_names
        source, name = next(iter(self._places.values()))
        folders = self.data_dir, self.data_dir / "labels", source.place(name)[2].parent
        path = yolo_classes.find(folders)
        if classes:
            path = named_file(self.data_dir, "classes", classes)
        count = data_file and data_file.num_classes
        if path is not None:
            name = self.relative(path)
            return yolo_classes.check(yolo_classes.read(path, name), count, name)
        if count:
            return tuple(map(yolo_classes.name_of, range(count)))
        message = (
            "no list of classes: no names in data.yaml, no classes.txt, no obj.names; "
            "the option classes names such a file"
        )
        code, folder = "class-list-malformed", str(self.data_dir)
        raise InvalidDataset.of(code, folder, "", message)

    @classmethod
    def recognise(cls, data_dir: Path) -> str | None:
        """See `Reader`."""
        files = yolo_data_file.candidates(data_dir)
        if files:
            return f"{files[0]} with names of classes and paths of splits"
        for labels in yolo_folders.find_labels(data_dir).values():
            if yolo_folders.has_labels(labels):
                return f"text in {labels.name}, with lines like `0 0.5 0.5 0.1 0.2`"
        return None

    @classmethod
    def splits(
        cls, data_dir: Path, data: str = "", classes: str = "", images: str = ""
    ) -> tuple[str, ...]:
        """See `Reader`."""
        return Layout(Path(data_dir), data, images).splits

    def keys(self) -> list[str]:
        """Paths of the pictures without extension, below the folder of the split.

        Where a split has several folders or lists, their names come first.
        """
        return list(self._places)

    def read(self, key: str) -> Annotation:
        """Read the labels of a picture."""
        source, name = self._places[key]
        pictures, picture, labels = source.place(name)
        findings = FileFindings(self.relative(labels))
        annotation = self.find_picture(pictures, picture, findings)
        annotation.relative = True
        columns = self._data_file.num_keypoint_columns if self._data_file else 0
        annotation.objects = yolo_labels.read(
            labels, self.class_names, findings, columns
        )
        return annotation
