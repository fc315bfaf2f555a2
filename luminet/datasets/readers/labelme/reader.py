"""Read what LabelMe writes: a JSON file for each picture."""

import base64
import contextlib
import posixpath
from collections.abc import Iterable
from pathlib import Path

from luminet.datasets.annotation import Annotation
from luminet.datasets.findings import FileFindings, InvalidDataset
from luminet.datasets.image import ImageError
from luminet.datasets.readers import json_file
from luminet.datasets.readers.json_file import JSONError
from luminet.datasets.readers.json_folders import json_folders
from luminet.datasets.readers.labelme.shape import read_shapes
from luminet.datasets.readers.number import plain_number
from luminet.datasets.readers.pictures import PictureFiles, Pictures
from luminet.datasets.readers.reader import Reader

# A file may hold its picture, in text that is a third longer.
_MAX_BYTES = 256 * 1024 * 1024
_SIDES = ("Height", "Width")
_FOLDERS = json_folders(
    "LabelMe's notation", rb'(?s:\{.*?"(shapes"\s*:\s*\[|imagePath"\s*:))'
)


class LabelMeReader(Reader):
    """Read one split of a data set that was annotated with LabelMe.

    All lies in a folder for each split, or in that of the data set itself. The picture
    is the one that `imagePath` names, relative to the JSON; else the one inside the
    JSON; else the one beside it that is called like `imagePath` or like the JSON, which
    is a warning. A picture without JSON is a fault; one without objects has an empty
    list of shapes. What shapes become is told in `labelme/shape.py`. Shapes of one
    `group_id` stay objects of their own. Memory: some 400 bytes for each picture.

    Args:
        data_dir: the folder of the data set.
        split: a folder in it; any name where there are none.
        images: the folder of the pictures, or of one for each split, relative to
            `data_dir`, if they were moved away from the JSON; only their names count
            then.

    Raises:
        InvalidDataset: there is no such data set, split or folder.
    """

    def __init__(self, data_dir: Path, split: str, images: str = ""):
        super().__init__(data_dir, split)
        self._folder = _FOLDERS.find(self.data_dir, split)
        self._apart = bool(images)
        pictures = self.data_dir / images if images else self._folder
        if not pictures.is_dir():
            message = "no such folder; the option images names it"
            raise InvalidDataset.of("folder-missing", images, "", message)
        own = pictures / split
        self._pictures = Pictures(own if images and own.is_dir() else pictures)
        self._files = PictureFiles(self.data_dir)
        self._keys = sorted(self._list_keys())

    def _list_keys(self) -> set[str]:
        annotated = {path.stem for path in _FOLDERS.files(self._folder)}
        pictures = set(self._pictures.stems())
        # A picture without JSON is listed, too: whoever forgot it wants to know.
        forgotten = set() if self._apart else pictures - annotated
        for stem in annotated - pictures if forgotten else ():
            try:
                forgotten.discard(_stem(_image_path(self._content(stem))))
            except JSONError:
                continue  # `read` tells what is wrong
        return annotated | forgotten

    @classmethod
    def recognise(cls, data_dir: Path) -> str | None:
        """See `Reader`."""
        found = _FOLDERS.recognise(data_dir)
        return f'files like {found} with "shapes"' if found else None

    @classmethod
    def splits(cls, data_dir: Path, images: str = "") -> tuple[str, ...]:
        """See `Reader`."""
        return tuple(_FOLDERS.splits(Path(data_dir)))

    def keys(self) -> list[str]:
        """Names of the JSON files, and of pictures without one, without extension."""
        return self._keys

    def read(self, key: str) -> Annotation:
        """Read the annotation of a picture."""
        findings = FileFindings(self.relative(self._path(key)))
        try:
            content = self._content(key)
        except JSONError as error:
            findings.fault(error.code, error.field, error.message)
            return self.find_picture(self._pictures, key, findings)
        annotation = self._find(key, content, findings)
        annotation.size = _size(content, findings)
        annotation.objects = read_shapes(content["shapes"], findings)
        return annotation

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _content(self, key: str) -> dict:
        content = json_file.read(self._path(key), _MAX_BYTES)
        if not isinstance(content, dict) or not isinstance(content.get("shapes"), list):
            message = "must be an object with the list 'shapes'"
            raise JSONError("json-structure", "", message)
        return content

    def _find(self, key: str, content: dict, findings: FileFindings) -> Annotation:
        """Find the picture, wherever it is."""
        written, encoded = _image_path(content), content.get("imageData")
        called_alike = self._called_alike((_stem(written), key))
        if self._apart and called_alike:
            return Annotation(findings, called_alike, self.relative(called_alike))
        annotation = self._find_named(written or key, findings)
        if annotation.picture is not None:
            return annotation
        if encoded and isinstance(encoded, str):
            return _decode(encoded, findings)
        if called_alike is None:
            return annotation
        message = f"{written[:80]!r} is not there: '{called_alike.name}' is taken"
        findings.warn("filename-differs", "imagePath", message)
        return Annotation(findings, called_alike, self.relative(called_alike))

    def _find_named(self, written: str, findings: FileFindings) -> Annotation:
        name = written
        if "://" not in written:
            folder = self.relative(self._folder)
            name = posixpath.normpath(posixpath.join(folder, written))
        return self.find_picture(self._files, name, findings)

    def _called_alike(self, stems: Iterable[str]) -> Path | None:
        for stem in stems:
            with contextlib.suppress(ImageError):
                return self._pictures.find(stem)
        return None


def _image_path(content: dict) -> str:
    """On Windows, LabelMe writes backslashes."""
    written = content.get("imagePath")
    return written.replace("\\", "/") if isinstance(written, str) else ""


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


def _decode(encoded: str, findings: FileFindings) -> Annotation:
    """The picture inside the JSON."""
    annotation = Annotation(findings, None, findings.file)
    try:
        annotation.encoded = base64.b64decode(encoded, validate=True) or None
    except ValueError:
        annotation.encoded = None
    if annotation.encoded is None:
        findings.fault("image-corrupt", "imageData", "not a picture in base64")
    return annotation


def _size(content: dict, findings: FileFindings) -> tuple[float, float] | None:
    size = tuple(plain_number(content.get(f"image{side}")) for side in _SIDES)
    if all(size):
        return size
    message = "not given; the picture's are taken"
    findings.warn("size-missing", "imageHeight, imageWidth", message)
    return None
