"""Read Pascal VOC annotations: one XML file for each picture."""

from pathlib import Path

from luminet.datasets import listing
from luminet.datasets.annotation import Annotation
from luminet.datasets.findings import FileFindings
from luminet.datasets.image import ImageError
from luminet.datasets.readers.option import parse_flag
from luminet.datasets.readers.pascal import annotation as pascal_annotation
from luminet.datasets.readers.pascal import layout as pascal_layout
from luminet.datasets.readers.pascal.names import ClassNames
from luminet.datasets.readers.pascal.object import VOC, Counting
from luminet.datasets.readers.pictures import Pictures
from luminet.datasets.readers.reader import Reader

_FROM_0 = Counting(first=0, end_inside=False)


class PascalReader(Reader):
    """Read one split of a data set in Pascal VOC notation.

    Where the files lie is told in `pascal/layout.py`. A picture whose annotation has no
    objects is a picture without objects.

    Args:
        data_dir: the folder of the data set, or the one that it lies in.
        split: a list in `ImageSets/Main`, or a folder of XML and pictures.
        one_based: "true": pixels count from 1, and the second corner is in the box, as
            in VOC; "false": they count from 0, and the end is exclusive.
        images: the folder of the pictures, or of one for each split, relative to
            `data_dir`, if they lie somewhere else.

    Raises:
        InvalidDataset: there is no such data set, split or folder.
        InputError: the option is wrong.
    """

    def __init__(
        self, data_dir: Path, split: str, one_based: str = "true", images: str = ""
    ):
        super().__init__(data_dir, split)
        self._counting = VOC if parse_flag("one_based", one_based) else _FROM_0
        self._layout = pascal_layout.find_layout(self.data_dir, split, images)
        self._names = ClassNames()
        self._pictures = Pictures(self._layout.pictures)
        self.findings = self._layout.findings
        self.class_names = self._layout.class_names
        self._annotations = _prefix(self.relative(self._layout.annotations))
        self._picture_folder = _prefix(self.relative(self._layout.pictures))

    @classmethod
    def recognise(cls, data_dir: Path) -> str | None:
        """See `Reader`."""
        return pascal_layout.recognise(data_dir)

    @classmethod
    def splits(
        cls, data_dir: Path, one_based: str = "true", images: str = ""
    ) -> tuple[str, ...]:
        """See `Reader`."""
        return pascal_layout.find_splits(data_dir, has_images=bool(images))

    def keys(self) -> list[str]:
        """Names of the pictures without extension."""
        if self._layout.keys is not None:
            return list(self._layout.keys)
        xml = listing.files(self._layout.annotations, ".xml")
        annotated = {path.stem for path in xml}
        if self._layout.is_shared:
            return sorted(annotated)
        # A picture without XML is listed, too: whoever forgot it wants to know.
        return sorted(annotated.union(self._pictures.stems()))

    def read(self, key: str) -> Annotation:
        """Read the annotation of a picture."""
        annotation = self._find_picture(key)
        pascal_annotation.fill(annotation, self._path(key), key, self._counting)
        return annotation

    def names(self, key: str) -> set[str]:
        """The classes of the objects of a picture: see `ClassNames`."""
        return self._names.read(self._path(key))

    def _path(self, key: str) -> str:
        return f"{self._layout.annotations}/{key}.xml"

    def _find_picture(self, key: str) -> Annotation:
        findings = FileFindings(f"{self._annotations}{key}.xml")
        try:
            path = self._pictures.find(key)
        except ImageError as error:
            name = f"{self._picture_folder}{key}"
            on_picture = FileFindings(name)
            on_picture.fault(error.code, "", error.message)
            return Annotation(findings, None, name, on_picture=on_picture)
        return Annotation(findings, path, f"{self._picture_folder}{path.name}")


def _prefix(folder: str) -> str:
    return "" if folder == "." else f"{folder}/"
