"""Read what CVAT exports as "CVAT for images": one XML file for many pictures."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from luminet.datasets.annotation import Annotation
from luminet.datasets.findings import FileFindings, InvalidDataset
from luminet.datasets.readers import picture_folder
from luminet.datasets.readers.annotation_xml import XMLError
from luminet.datasets.readers.cvat import layout as cvat_layout
from luminet.datasets.readers.cvat.file import CVATFile
from luminet.datasets.readers.cvat.shape import read_shapes
from luminet.datasets.readers.number import parse_number
from luminet.datasets.readers.reader import WHOLE, Reader
from luminet.spelling import did_you_mean


class CVATReader(Reader):
    """Read one split of a data set in the notation "CVAT for images 1.1".

    Where the files lie is told in `cvat/layout.py`. In a file for the whole data set,
    the attribute `subset` of pictures names their split. Coordinates are pixels from 0,
    the end exclusive. Pictures lie in the folder where most of them are found, like
    `images`, or `images/<split>`.

    The file is gone through once, at some 40 MB a second, whatever its size; what stays
    is some 300 bytes for each picture. Objects are read when asked for.

    Args:
        data_dir: the folder of the data set.
        split: a subset, folder or file; any name where it is not divided.
        annotations: the name of the file; by default `annotations.xml`.
        images: the folder of the pictures, relative to `data_dir`.

    Raises:
        InvalidDataset: there is no such data set or split, or the file is wrong.
    """

    def __init__(
        self, data_dir: Path, split: str, annotations: str = "", images: str = ""
    ):
        super().__init__(data_dir, split)
        path, subset = self._find(cvat_layout.find_files(self.data_dir, annotations))
        findings = FileFindings(self._name)
        self._bounds: dict[str, tuple[int, int]] = {}
        for name, start, end in self._file.take_pictures(subset):
            if name in self._bounds:
                findings.fault("duplicate-id", _shown(name), "this picture comes twice")
            else:
                self._bounds[name] = start, end
        self.findings = tuple(findings.found)
        if not self._bounds:
            raise InvalidDataset.of("split-empty", self._name, "", "it has no pictures")
        folders = picture_folder.candidates(self.data_dir, split, path, images)
        self._pictures = picture_folder.find_by_names(folders, self.keys(), path)

    def _find(self, files: Mapping[str, Path]) -> tuple[Path, str | None]:
        """The file, which is opened, and the subset that is wanted; None: all of it."""
        if WHOLE in files:
            path = files[WHOLE]
            self._open(path)
            subsets = self._file.subsets
            self._check_known(subsets or (self.split,))
            return path, self.split if subsets else None
        self._check_known(files)
        self._open(files[self.split])
        return files[self.split], None

    def _check_known(self, splits: Iterable[str]) -> None:
        if self.split not in splits:
            known, hint = ", ".join(splits), did_you_mean(self.split, splits)
            message = f"no such split; there are {known}{hint}"
            folder = str(self.data_dir / self.split)
            raise InvalidDataset.of("split-missing", folder, "", message)

    def _open(self, path: Path) -> None:
        self._name = self.relative(path)
        self._file = _opened(path, self._name)
        self.class_names = self._file.class_names

    @classmethod
    def recognise(cls, data_dir: Path) -> str | None:
        """See `Reader`."""
        return cvat_layout.recognise(data_dir)

    @classmethod
    def splits(
        cls, data_dir: Path, annotations: str = "", images: str = ""
    ) -> tuple[str, ...]:
        """See `Reader`."""
        files = cvat_layout.find_files(Path(data_dir), annotations)
        if WHOLE not in files:
            return tuple(files)
        return _opened(files[WHOLE], files[WHOLE].name).subsets

    def keys(self) -> list[str]:
        """Names of the pictures, as the file has them, and in its order."""
        return list(self._bounds)

    def read(self, key: str) -> Annotation:
        """Read what the file says of a picture."""
        findings = FileFindings(self._name)
        annotation = self.find_picture(self._pictures, key, findings)
        try:
            element = self._file.element(*self._bounds[key])
        except XMLError as error:
            findings.fault(error.code, _shown(key), error.message)
            return annotation
        sides = parse_number(element.get("height")), parse_number(element.get("width"))
        if all(sides):
            annotation.size = sides
        else:
            message = "no width and height; the picture's are taken"
            findings.warn("size-missing", _shown(key), message)
        annotation.objects = read_shapes(element, _shown(key), findings)
        return annotation


def _opened(path: Path, name: str) -> CVATFile:
    try:
        return CVATFile(path)
    except XMLError as error:
        raise InvalidDataset.of(error.code, name, error.field, error.message) from error


def _shown(name: str) -> str:
    return name if name.isprintable() else ascii(name)
