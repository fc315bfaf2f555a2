"""Read the notation of ImageNet's detection challenge: XML like that of Pascal VOC."""

import os
from pathlib import Path

from luminet.datasets.annotation import Annotation
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers.imagenet import layout as imagenet_layout
from luminet.datasets.readers.imagenet.lists import EXTRA
from luminet.datasets.readers.option import parse_flag
from luminet.datasets.readers.pascal import annotation as pascal_annotation
from luminet.datasets.readers.picture_tree import PictureTree
from luminet.datasets.readers.reader import Reader


class ImageNetReader(Reader):
    """Read one split of a data set in ImageNet's notation.

    Where the files lie, and from where pixels count, is told in `imagenet/layout.py`.
    Classes have the names of `map_det.txt` or `LOC_synset_mapping.txt` where the data
    set has such a file (see `imagenet/names.py`), else their WordNet ids.

    The challenge has no XML for pictures without objects. So a picture that lacks it
    counts as one, which is a warning: it could be lost.

    Args:
        data_dir: the folder of the data set, or the one that `ILSVRC` lies in.
        split: a list, like "train" or "val".
        extra: whether the lines of a list count that have "extra" in them: pictures
            that were added as counterexamples, without objects.
        rescale: bring boxes from the size that the XML names to that of the picture;
            by default another size is a fault.
        images: the folder of the pictures, relative to `data_dir`.

    Raises:
        InvalidDataset: there is no such data set or split.
        InputError: an option is wrong.
    """

    def __init__(
        self,
        data_dir: Path,
        split: str,
        extra: str = "false",
        rescale: str = "false",
        images: str = "",
    ):
        super().__init__(data_dir, split)
        self._rescale = parse_flag("rescale", rescale)
        self._layout = imagenet_layout.find_layout(
            self.data_dir, split, parse_flag("extra", extra), images
        )
        self._pictures = PictureTree(self._layout.pictures)
        self.findings = self._layout.findings
        self.class_names = self._layout.class_names

    @classmethod
    def recognise(cls, data_dir: Path) -> str | None:
        """See `Reader`."""
        return imagenet_layout.recognise(data_dir)

    @classmethod
    def splits(
        cls,
        data_dir: Path,
        extra: str = "false",
        rescale: str = "false",
        images: str = "",
    ) -> tuple[str, ...]:
        """See `Reader`."""
        return imagenet_layout.find_splits(Path(data_dir))

    def keys(self) -> tuple[str, ...]:
        """Paths of the pictures without extension."""
        return self._layout.keys

    def read(self, key: str) -> Annotation:
        """Read the annotation of a picture."""
        path = self._layout.annotations / f"{key}.xml"
        findings = FileFindings(self.relative(path))
        annotation = self.find_picture(self._pictures, key, findings)
        if self._layout.all_annotated or os.path.lexists(path):
            stem = key.rpartition("/")[2]
            pascal_annotation.fill(annotation, path, stem, self._layout.counting)
        elif EXTRA not in key:
            message = "there is no such file: taken as a picture without objects"
            findings.warn("annotation-missing", "", message)
        for item in annotation.objects:
            item.class_name = self._layout.names.get(item.class_name, item.class_name)
        findings.rename_classes(self._layout.names)
        if self._rescale and annotation.size:
            _make_relative(annotation)
        return annotation


def _make_relative(annotation: Annotation) -> None:
    """Take boxes as parts of the size that the annotation names, and forget that."""
    height, width = annotation.size
    for item in annotation.objects:
        y1, x1, y2, x2 = item.box
        item.box = y1 / height, x1 / width, y2 / height, x2 / width
    annotation.findings.scale_boxes(height, width)
    annotation.size, annotation.relative = None, True
