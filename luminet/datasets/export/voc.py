"""Write data sets in the notation of the Pascal VOC challenges."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from lxml import etree

from luminet.datasets.conversion.plan import Plan
from luminet.datasets.example import Example
from luminet.datasets.export.decimals import shortest_float32
from luminet.datasets.export.notation import Losses, Notation, lost_outlines_and_areas
from luminet.datasets.export.voc_lists import ClassLists
from luminet.errors import InputError

CROWDS = "crowds written as difficult objects"
THIN = "boxes of a single pixel's width or height, written a hair larger"
ORDER = "classes not in alphabetical order, as they will be read back"
UNUSED_CLASSES = "classes without objects left out, there is no place for their names"


class VOC(Notation):
    """`Annotations/*.xml`, `JPEGImages` and `ImageSets/Main/<split>.txt`.

    Where a class has no objects, there are lists for each class, too: else nothing
    would name it. See `Notation`.
    """

    type = "pascal"
    title = "Pascal VOC"
    common_folder = True
    # A list has a name a line, and in some lists something else behind it.
    blanks_in_names = False

    def __init__(self, folder: Path, plan: Plan):
        super().__init__(folder, plan)
        _check_class_names(plan.class_names)
        for name in ("Annotations", "JPEGImages", "ImageSets/Main"):
            (folder / name).mkdir(parents=True)
        self._class_lists = ClassLists(folder / "ImageSets" / "Main", plan.class_names)

    def pictures(self, split: str) -> Path:
        """See `Notation`."""
        return self.folder / "JPEGImages"

    def write(self, split: str, file_name: str, example: Example) -> object:
        """See `Notation`."""
        stem = Path(file_name).stem
        annotation = _annotation(file_name, example, self.class_names)
        path = self.folder / "Annotations" / f"{stem}.xml"
        text = etree.tostring(annotation, encoding="utf-8", pretty_print=True)
        path.write_bytes(text)
        hard = example.difficult | example.crowd
        return stem, example.classes.tolist(), hard.tolist()

    def collect(self, split: str, entries: Sequence) -> None:
        """See `Notation`."""
        path = self.folder / "ImageSets" / "Main" / f"{split}.txt"
        with open(path, "a", encoding="utf-8") as file:
            file.writelines(f"{stem}\n" for stem, _, _ in entries)
        for _, classes, hard in entries:
            self._class_lists.add(split, classes, hard)

    def finish(self) -> Losses:
        """See `Notation`."""
        losses = Losses()
        unused = self._class_lists.unused
        if unused and not self._class_lists.write():
            losses[UNUSED_CLASSES] = len(unused)
        names = self.class_names
        losses[ORDER] = sum(map(str.__ne__, names, sorted(names)))
        return losses

    def losses(self, example: Example) -> Losses:
        """See `Notation`."""
        thin = sum(
            _end(y1, y2) != y2 or _end(x1, x2) != x2
            for y1, x1, y2, x2 in example.boxes.tolist()
        )
        losses = Losses({CROWDS: int(example.crowd.sum()), THIN: thin})
        return losses + lost_outlines_and_areas(example)


def _check_class_names(class_names: Sequence[str]) -> None:
    for name in class_names:
        try:
            etree.Element("name").text = name
        except ValueError as error:
            message = f"the class {name!r} cannot be written in XML: use --rename"
            raise InputError(message) from error


def _annotation(file_name: str, example: Example, class_names: Sequence[str]):
    root = etree.Element("annotation")
    _add_all(root, folder="JPEGImages", filename=file_name)
    size = etree.SubElement(root, "size")
    _add_all(size, width=example.width, height=example.height, depth=3)
    _add_all(root, segmented=0)
    hard = (example.difficult | example.crowd).tolist()
    objects = zip(example.classes, hard, example.boxes.tolist(), strict=True)
    for number, difficult, box in objects:
        element = etree.SubElement(root, "object")
        # What is not known is as others write it: some programs insist on it.
        _add_all(element, name=class_names[number], pose="Unspecified", truncated=0)
        _add_all(element, difficult=int(difficult))
        _add_all(etree.SubElement(element, "bndbox"), **_corners(box))
    return root


def _corners(box: Sequence[float]) -> dict[str, str]:
    """VOC counts from 1, and the last pixel belongs to the box."""
    y1, x1, y2, x2 = box
    return {
        "xmin": shortest_float32(x1, 1),
        "ymin": shortest_float32(y1, 1),
        "xmax": shortest_float32(_end(x1, x2)),
        "ymax": shortest_float32(_end(y1, y2)),
    }


def _end(low: float, high: float) -> float:
    """Where a side ends; of a single pixel, a hair behind where VOC has it begin.

    What begins and ends at the same number looks as if it had no area.
    """
    begin = np.float32(low + 1)
    return max(high, float(begin + 2 * np.spacing(begin)))


def _add_all(parent, **texts) -> None:
    for tag, text in texts.items():
        etree.SubElement(parent, tag).text = str(text)
