"""Write data sets in COCO notation."""

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from luminet.datasets.conversion.plan import Plan
from luminet.datasets.example import Example
from luminet.datasets.export.coco_object import object_text, outline_text
from luminet.datasets.export.notation import Losses, Notation

ORDER = "classes in another order than their COCO ids, by which they are read back"
OUTLINES = "outlines left out, COCO has none of their kind"

_WHOLE_NUMBER = re.compile("0|[1-9][0-9]{0,17}")


class Entry(NamedTuple):
    """What is listed of a picture.

    Attributes:
        image_id: of the example.
        text: of the picture, JSON without its braces and its id.
        objects: likewise.
    """

    image_id: str
    text: str
    objects: tuple[str, ...]


class COCO(Notation):
    """`annotations/instances_<split>.json`, and pictures in a folder for each split.

    Categories keep the ids that they had in COCO notation, if all have one. Pictures
    keep theirs if those of the split are whole numbers; else they count from 1. See
    `Notation`.
    """

    type = "coco"
    title = "COCO"

    def __init__(self, folder: Path, plan: Plan):
        super().__init__(folder, plan)
        self._category_ids = _category_ids(plan)
        self._keeps_ids = {
            split: all(_WHOLE_NUMBER.fullmatch(item.image_id) for item in pictures)
            for split, pictures in plan.splits.items()
        }
        self._num_pictures = dict.fromkeys(plan.splits, 0)
        self._num_objects = dict.fromkeys(plan.splits, 0)
        (folder / "annotations").mkdir()
        for split in plan.splits:
            self.pictures(split).mkdir(exist_ok=True)
            self._path(split).write_text(self._head(), encoding="utf-8")

    def _path(self, split: str) -> Path:
        return self.folder / "annotations" / f"instances_{split}.json"

    def _objects_path(self, split: str) -> Path:
        """Objects come after all pictures in the end: until then they lie apart."""
        return self.folder / "annotations" / f"{split}.objects"

    def _head(self) -> str:
        categories = ",\n".join(
            json.dumps({"id": i, "name": name, "supercategory": ""}, ensure_ascii=False)
            for name, i in zip(self.class_names, self._category_ids, strict=True)
        )
        return (
            f'{{"info": {{}},\n"licenses": [],\n"categories": [\n{categories}\n],\n'
            '"images": ['
        )

    def pictures(self, split: str) -> Path:
        """See `Notation`."""
        return self.folder / split

    def write(self, split: str, file_name: str, example: Example) -> Entry:
        """See `Notation`."""
        name = json.dumps(file_name, ensure_ascii=False)
        size = f'"height": {example.height}, "width": {example.width}'
        objects = (
            object_text(example, index, self._category_ids[number])
            for index, number in enumerate(example.classes.tolist())
        )
        text = f'"file_name": {name}, {size}'
        return Entry(example.image_id, text, tuple(objects))

    def collect(self, split: str, entries: Sequence[Entry]) -> None:
        """See `Notation`."""
        with (
            open(self._path(split), "a", encoding="utf-8") as pictures,
            open(self._objects_path(split), "a", encoding="utf-8") as objects,
        ):
            for entry in entries:
                self._num_pictures[split] += 1
                number = self._num_pictures[split]
                image_id = entry.image_id if self._keeps_ids[split] else number
                _append(pictures, number, f'"id": {image_id}, {entry.text}')
                for text in entry.objects:
                    self._num_objects[split] += 1
                    number = self._num_objects[split]
                    ids = f'"id": {number}, "image_id": {image_id}'
                    _append(objects, number, f"{ids}, {text}")

    def finish(self) -> Losses:
        """See `Notation`."""
        for split in self.splits:
            with (
                open(self._path(split), "ab") as file,
                open(self._objects_path(split), "rb") as objects,
            ):
                file.write(b'\n],\n"annotations": [')
                shutil.copyfileobj(objects, file)
                file.write(b"\n]}\n")
            self._objects_path(split).unlink()
        ids = self._category_ids
        return Losses({ORDER: sum(map(int.__ne__, ids, sorted(ids)))})

    def losses(self, example: Example) -> Losses:
        """See `Notation`."""
        indices = range(len(example.classes))
        lost = sum(outline_text(example, index) is None for index in indices)
        return Losses({OUTLINES: lost})


def _category_ids(plan: Plan) -> list[int]:
    """In the order of the classes."""
    known = plan.category_ids or {}
    ids = [known.get(name) for name in plan.class_names]
    if None in ids or len(set(ids)) < len(ids):
        return [*range(1, len(ids) + 1)]
    return ids


def _append(file, number: int, text: str) -> None:
    file.write(f"{',' if number > 1 else ''}\n{{{text}}}")
