"""Read the flat notation: a small JSON file beside each picture."""

import re
from pathlib import Path

from luminet.datasets import box_check, listing
from luminet.datasets.annotation import AnnotatedObject, Annotation
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers import json_file
from luminet.datasets.readers.json_file import JSONError
from luminet.datasets.readers.json_folders import json_folders
from luminet.datasets.readers.json_rectangle import read_label, read_numbers
from luminet.datasets.readers.pictures import (
    PictureFiles,
    Pictures,
    has_extension,
    looks_like_picture,
)
from luminet.datasets.readers.reader import Reader
from luminet.datasets.readers.split_folders import SplitFolders

_OBJECTS_KEY = "rects"


class FlatReader(Reader):
    """Read one split of a data set in flat notation.

    Beside `a.jpg` lies `a.json` or `a.jpg.json`, with the objects in a list:
    `{"rects": [{"x1": 4, "y1": 8, "x2": 15.5, "y2": 16, "label": "dog"}]}`. Corners are
    pixels from 0, the end exclusive: a box over a whole picture ends at its width.
    All lies in one folder for each split, or in the folder of the data set itself. A
    picture without JSON is a fault; one without objects has an empty list.

    Args:
        data_dir: the folder of the data set.
        split: a folder in it; any name where there are none.
        objects_key: of the list.
        x_min_key: of a corner, likewise the next three.
        y_min_key: see there.
        x_max_key: see there.
        y_max_key: see there.
        label_key: of the class, which is a text or a whole number.
        default_class: of objects without a label; by default they are a fault.

    Raises:
        InvalidDataset: there is no such data set or split.
    """

    def __init__(
        self,
        data_dir: Path,
        split: str,
        objects_key: str = _OBJECTS_KEY,
        x_min_key: str = "x1",
        y_min_key: str = "y1",
        x_max_key: str = "x2",
        y_max_key: str = "y2",
        label_key: str = "label",
        default_class: str = "",
    ):
        super().__init__(data_dir, split)
        folders = _folders(objects_key)
        self._folder = folders.find(self.data_dir, split)
        self._objects_key = objects_key
        self._corner_keys = (x_min_key, y_min_key, x_max_key, y_max_key)
        self._label_key, self._default_class = label_key, default_class
        self._by_stem, self._by_name = (
            Pictures(self._folder),
            PictureFiles(self._folder),
        )
        self._annotated = {path.stem for path in folders.files(self._folder)}

    @classmethod
    def recognise(cls, data_dir: Path) -> str | None:
        """See `Reader`."""
        found = _folders(_OBJECTS_KEY).recognise(data_dir)
        return f'files like {found} with "{_OBJECTS_KEY}"' if found else None

    @classmethod
    def splits(
        cls,
        data_dir: Path,
        objects_key: str = _OBJECTS_KEY,
        x_min_key: str = "",
        y_min_key: str = "",
        x_max_key: str = "",
        y_max_key: str = "",
        label_key: str = "",
        default_class: str = "",
    ) -> tuple[str, ...]:
        """See `Reader`."""
        return tuple(_folders(objects_key).splits(Path(data_dir)))

    def keys(self) -> list[str]:
        """Names of the JSON files without ".json", and of pictures that have none."""
        found = self._annotated
        pictures = [
            entry.name
            for entry in listing.entries(self._folder)
            if looks_like_picture(entry.name)
        ]
        # A picture without JSON is listed, too: whoever forgot it wants to know.
        without = {name for name in pictures if not found & {name, Path(name).stem}}
        return sorted(found | without)

    def read(self, key: str) -> Annotation:
        """Read the annotation of a picture."""
        path = self._folder / f"{key}.json"
        findings = FileFindings(self.relative(path))
        pictures = self._by_name if has_extension(key) else self._by_stem
        annotation = self.find_picture(pictures, key, findings)
        other = Path(annotation.picture_name).name
        if other != key and other in self._annotated:
            message = f"{other}.json is an annotation of this picture, too"
            findings.fault("duplicate-id", "", message)
        try:
            annotation.objects = self._objects(json_file.read(path), findings)
        except JSONError as error:
            findings.fault(error.code, error.field, error.message)
        return annotation

    def _objects(
        self, content: object, findings: FileFindings
    ) -> list[AnnotatedObject]:
        items = content.get(self._objects_key) if isinstance(content, dict) else None
        if not isinstance(items, list):
            message = f"must be an object with the list {self._objects_key!r}"
            raise JSONError("json-structure", "", message)
        found = (
            self._object(item, f"object {number}", findings)
            for number, item in enumerate(items, start=1)
        )
        return [item for item in found if item is not None]

    def _object(
        self, item: object, place: str, findings: FileFindings
    ) -> AnnotatedObject | None:
        if not isinstance(item, dict):
            findings.fault("json-structure", place, "must be an object with a box")
            return None
        name = read_label(item, self._label_key, self._default_class, place, findings)
        corners = read_numbers(item, self._corner_keys, place, findings)
        if corners is None:
            return findings.leave_out(place, name)
        box = box_check.from_corners(corners, self._corner_keys, place, findings)
        if not (name and box):
            return findings.leave_out(place, name, box)
        return AnnotatedObject(place, name, box)


def _folders(objects_key: str) -> SplitFolders:
    key = re.escape(objects_key).encode()
    return json_folders("flat notation", rb'\{[^\[]*"' + key + rb'"\s*:\s*\[')
