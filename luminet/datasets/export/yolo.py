"""Write data sets in the notation of YOLO, as Ultralytics has it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from luminet.datasets.conversion.plan import Plan
from luminet.datasets.example import Example
from luminet.datasets.export.decimals import same_float32, shortest
from luminet.datasets.export.notation import Losses, Notation, lost_outlines_and_areas

CROWDS = "crowds left out, as a box stands for one object"
DIFFICULT = "difficult objects written like others"

# What programs look for in data.yaml.
_SPLITS = ("train", "val", "valid", "validation", "test")
# As usual; more are written where they are needed.
_DECIMALS = 6
# Of a pixel. What ends at the edge of a picture may come out next to it.
_TINY = 1e-9


class YOLO(Notation):
    """`data.yaml`, `images/<split>` and `labels/<split>`; see `Notation`."""

    type = "yolo"
    title = "YOLO"

    def __init__(self, folder: Path, plan: Plan):
        super().__init__(folder, plan)
        for split in plan.splits:
            self.pictures(split).mkdir(parents=True)
            self._labels(split).mkdir(parents=True)

    def pictures(self, split: str) -> Path:
        """See `Notation`."""
        return self.folder / "images" / split

    def _labels(self, split: str) -> Path:
        return self.folder / "labels" / split

    def write(self, split: str, file_name: str, example: Example) -> None:
        """See `Notation`."""
        path = self._labels(split) / f"{Path(file_name).stem}.txt"
        lines = "".join(f"{line}\n" for line in _lines(example))
        path.write_text(lines, encoding="utf-8")

    def collect(self, split: str, entries: Sequence[None]) -> None:
        """See `Notation`; each picture has a file of its own."""

    def finish(self) -> Losses:
        """See `Notation`."""
        content = _paths(self.splits) | {"names": [*self.class_names]}
        with open(self.folder / "data.yaml", "w", encoding="utf-8") as file:
            yaml.safe_dump(content, file, allow_unicode=True, sort_keys=False)
        return Losses()

    def losses(self, example: Example) -> Losses:
        """See `Notation`."""
        kept = example.difficult & ~example.crowd
        flags = {CROWDS: int(example.crowd.sum()), DIFFICULT: int(kept.sum())}
        return Losses(flags) + lost_outlines_and_areas(example)


def _paths(splits: Sequence[str]) -> dict[str, str | list[str]]:
    """Where the pictures of the splits are, for data.yaml.

    Programs want to train on `train` and check with `val`.
    """
    paths: dict[str, str | list[str]] = {}
    others = []
    for split in splits:
        if split in _SPLITS:
            name = "val" if split == "valid" and "val" not in splits else split
            paths[name] = f"images/{split}"
        else:
            others.append(split)
    if others and "train" not in paths:
        folders = [f"images/{split}" for split in others]
        return {"train": folders if len(folders) > 1 else folders[0]} | paths
    return paths | {split: f"images/{split}" for split in others}


def _lines(example: Example) -> Iterator[str]:
    objects = zip(
        example.classes.tolist(),
        example.crowd.tolist(),
        example.boxes.tolist(),
        strict=True,
    )
    for number, crowd, (y1, x1, y2, x2) in objects:
        if not crowd:
            x, width = _centre_and_length(x1, x2, example.width)
            y, height = _centre_and_length(y1, y2, example.height)
            yield f"{number} {x} {y} {width} {height}"


def _centre_and_length(low: float, high: float, side: int) -> list[str]:
    """In parts of a side of the picture."""

    def is_kept(centre, length):
        start = centre - length / 2.0
        found = start * side, (start + length) * side
        return all(map(_is_near, found, (low, high)))

    numbers = (low + high) / 2.0 / side, (high - low) / side
    return shortest(numbers, is_kept, first=_DECIMALS)


def _is_near(number: float, wanted: float) -> bool:
    return same_float32(number, wanted) or abs(number - wanted) < _TINY
