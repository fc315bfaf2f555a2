"""Read what the labelling program Taggerine writes: JSON, many pictures in a file."""

import json
from pathlib import Path

from luminet.datasets import box_check, image
from luminet.datasets.annotation import AnnotatedObject, Annotation
from luminet.datasets.box_check import Box
from luminet.datasets.findings import FileFindings, InvalidDataset
from luminet.datasets.readers import json_file
from luminet.datasets.readers.json_file import JSONError
from luminet.datasets.readers.json_folders import json_folders
from luminet.datasets.readers.json_rectangle import read_label, read_numbers
from luminet.datasets.readers.pictures import (
    PictureFiles,
    Pictures,
    is_unsafe,
    looks_like_picture,
)
from luminet.datasets.readers.reader import Reader

_MAX_BYTES = 1024 * 1024 * 1024
_CORNERS = ("x_min", "y_min", "x_max", "y_max")
_SIZE = ("x", "y", "width", "height")
_KEYS = (*_CORNERS, *_SIZE, "label")
_EXTENSIONS = "|".join(image.EXTENSIONS).replace(".", r"\.")
_FOLDERS = json_folders(
    "Taggerine's notation",
    rf'\{{\s*"[^"]+(?i:{_EXTENSIONS})"\s*:\s*\['.encode(),
)


class TaggerineReader(Reader):
    """Read one split of a data set that was annotated with Taggerine.

    Pictures lie in a folder for each split, or in that of the data set itself, and with
    them JSON: `{"a.jpg": [{"x": 0, "y": 0, "width": 0.5, "height": 1, "label": "a"}]}`,
    where `x` and `y` are the top left corner. `x_min`, `y_min`, `x_max` and `y_max` may
    stand instead. All are parts of the picture's width and height.

    Reading a file takes some six times its size in memory; what stays is the text of
    its objects, some 80 bytes each.

    Args:
        data_dir: the folder of the data set.
        split: a folder in it; any name where there are none.
        default_class: of objects without a label; by default they are a fault.

    Raises:
        InvalidDataset: there is no such data set or split, or a file is no such JSON.
    """

    def __init__(self, data_dir: Path, split: str, default_class: str = ""):
        super().__init__(data_dir, split)
        self._folder = _FOLDERS.find(self.data_dir, split)
        self._default_class = default_class
        self._by_stem, self._by_name = (
            Pictures(self._folder),
            PictureFiles(self._folder),
        )
        self._objects: dict[str, tuple[Path, bytes]] = {}
        self.findings = []
        for path in _FOLDERS.files(self._folder):
            self._add_file(path)
        if not self._objects:
            message = "its JSON files name no pictures"
            raise InvalidDataset.of("split-empty", str(self._folder), "", message)
        self._tell_unlisted()

    @classmethod
    def recognise(cls, data_dir: Path) -> str | None:
        """See `Reader`."""
        found = _FOLDERS.recognise(data_dir)
        return f"files like {found} with lists by pictures" if found else None

    @classmethod
    def splits(cls, data_dir: Path, default_class: str = "") -> tuple[str, ...]:
        """See `Reader`."""
        return tuple(_FOLDERS.splits(Path(data_dir)))

    def keys(self) -> list[str]:
        """Names of the pictures, as the JSON has them."""
        return list(self._objects)

    def read(self, key: str) -> Annotation:
        """Read the annotation of a picture."""
        path, text = self._objects[key]
        findings = FileFindings(self.relative(path))
        annotation = self.find_picture(self._pictures_for(key), key, findings)
        annotation.relative = True
        items, name = json.loads(text), key if key.isprintable() else ascii(key)
        if not isinstance(items, list):
            findings.fault("json-structure", name, "must be a list of objects")
            return annotation
        for number, item in enumerate(items, start=1):
            found = self._object(item, f"{name}: object {number}", findings)
            if found is not None:
                annotation.objects.append(found)
        return annotation

    def _add_file(self, path: Path) -> None:
        file = self.relative(path)
        findings = FileFindings(file)
        try:
            content = json_file.read(path, _MAX_BYTES)
        except JSONError as error:
            code, field = error.code, error.field
            raise InvalidDataset.of(code, file, field, error.message) from error
        if not isinstance(content, dict):
            message = "must be an object, with lists by the names of pictures"
            raise InvalidDataset.of("json-structure", file, "", message)
        for name, items in content.items():
            if name in self._objects:
                other = self._objects[name][0].name
                findings.fault("duplicate-id", name, f"it is already in {other}")
            else:
                self._objects[name] = path, _compact(items)
        self.findings += findings.found

    def _tell_unlisted(self) -> None:
        listed = {Path(name).stem for name in self._objects}
        others = [stem for stem in self._by_stem.stems() if stem not in listed]
        if others:
            findings = FileFindings(self.relative(self._folder))
            message = (
                f"{len(others)} pictures are in no JSON, and left out: {others[0]}"
            )
            findings.warn("image-unlisted", "", message)
            self.findings += findings.found

    def _pictures_for(self, name: str) -> Pictures | PictureFiles:
        is_path = looks_like_picture(name) or is_unsafe(name)
        return self._by_name if is_path else self._by_stem

    def _object(
        self, item: object, place: str, findings: FileFindings
    ) -> AnnotatedObject | None:
        if not isinstance(item, dict):
            findings.fault("json-structure", place, "must be an object with a box")
            return None
        name = read_label(item, "label", self._default_class, place, findings)
        box = _box(item, place, findings)
        if not (name and box):
            return findings.leave_out(place, name, box)
        return AnnotatedObject(place, name, box)


def _compact(items: object) -> bytes:
    """JSON of what is read of a picture's objects; what is no object becomes null."""
    if not isinstance(items, list):
        return b"null"
    kept = [
        {key: _plain(item[key]) for key in _KEYS if key in item}
        if isinstance(item, dict)
        else None
        for item in items
    ]
    return json.dumps(kept, separators=(",", ":")).encode()


def _plain(value: object) -> object:
    return [] if isinstance(value, list | dict) else value


def _box(item: dict, place: str, findings: FileFindings) -> Box | None:
    has_corners = any(key in item for key in _CORNERS)
    keys = _CORNERS if has_corners else _SIZE
    numbers = read_numbers(item, keys, place, findings)
    if numbers is None:
        return None
    if has_corners:
        return box_check.from_corners(numbers, keys, place, findings)
    return box_check.from_size(numbers, place, findings)
