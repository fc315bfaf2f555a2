"""The lists of single classes in `ImageSets/Main`: which pictures show a dog."""

from array import array
from collections.abc import Sequence
from pathlib import Path

from luminet.datasets.readers.pascal.lists import SplitLists

_MAX_BYTES = 200


class ClassLists:
    """Collects what pictures show; 16 bytes for each class on each picture.

    Args:
        folder: where the lists will be, beside those of the splits.
        class_names: in the order of their numbers.
    """

    def __init__(self, folder: Path, class_names: Sequence[str]):
        self._folder = folder
        self._class_names = tuple(class_names)
        self._lengths: dict[str, int] = {}
        # By split and class: places in the list of the split, each with its mark.
        self._marks: dict[tuple[str, int], array] = {}

    def add(self, split: str, classes: Sequence[int], hard: Sequence[bool]) -> None:
        """Note the objects of the next picture of a split."""
        place = self._lengths.get(split, 0)
        self._lengths[split] = place + 1
        easy = {
            number for number, is_hard in zip(classes, hard, strict=True) if not is_hard
        }
        for number in set(classes):
            marks = self._marks.setdefault((split, number), array("q"))
            marks.extend((place, number in easy))

    @property
    def unused(self) -> list[str]:
        """The classes without objects."""
        used = {number for _, number in self._marks}
        return [n for i, n in enumerate(self._class_names) if i not in used]

    def write(self) -> bool:
        """Write a list for each class and split; none if they would not be understood.

        Returns:
            Whether they were written.
        """
        paths = {
            self._folder / f"{name}_{split}.txt": (split, number)
            for split in self._lengths
            for number, name in enumerate(self._class_names)
        }
        unique = len(paths) == len(self._lengths) * len(self._class_names)
        if not unique or not all(map(_is_plain, self._class_names)):
            return False
        for path, (split, number) in paths.items():
            self._write(path, split, number)
        found = SplitLists(self._folder)
        understood = set(found.splits) == set(self._lengths)
        if understood and found.class_names == tuple(sorted(self._class_names)):
            return True
        for path in paths:
            path.unlink()
        return False

    def _write(self, path: Path, split: str, number: int) -> None:
        stems = (self._folder / f"{split}.txt").read_text(encoding="utf-8").splitlines()
        marks = self._marks.get((split, number), array("q"))
        marked = dict(zip(marks[::2], marks[1::2], strict=True))
        with open(path, "w", encoding="utf-8") as file:
            for place, stem in enumerate(stems):
                file.write(f"{stem} {marked.get(place, -1):2}\n")


def _is_plain(name: str) -> bool:
    """Whether a name can be part of the name of a file."""
    return not set(name) & set("/\\\0") and len(name.encode()) <= _MAX_BYTES
