"""Sheets of the objects of a class, cut out: what has a wrong name stands out."""

import itertools
import math
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import NamedTuple

import numpy as np
from PIL import Image

from luminet import vis
from luminet.datasets import workers
from luminet.datasets.example import Example
from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.findings import InvalidExample
from luminet.datasets.image import ImageError
from luminet.datasets.source.source import Source
from luminet.datasets.statistics.gather import Gathered
from luminet.sheets.annotated import read_pixels
from luminet.sheets.cell import Cell, Mark, draw_marks, placeholder
from luminet.sheets.page import draw_page

_SIDE, _COLUMNS = 220, 10
# How much is cut out: in longer sides of the box, and at least so many pixels.
_CONTEXT, _SMALLEST = 1.6, 48


class _Object(NamedTuple):
    split: str
    key: str
    index: int  # among the objects of its picture


def class_pages(
    source: Source,
    gathered: Gathered,
    num_pages: int,
    count: int,
    seed: int,
    num_workers: int | None = None,
) -> Iterator[tuple[str, Image.Image]]:
    """Draw objects of every class that has some, each with a little around it.

    Args:
        source: the data set.
        gathered: what is in it.
        num_pages: sheets of each class at most.
        count: objects on each.
        seed: another one, other objects.
        num_workers: processes; by default one for each core.

    Yields:
        Names, like "class-02-dog-1", and sheets.
    """
    readers = {split: source.example_reader(split) for split in source.readers}
    chosen = [
        _choose(source, gathered, number, num_pages * count, seed)
        for number in range(len(gathered.class_names))
    ]
    tasks = itertools.chain.from_iterable(chosen)
    cells = workers.map_in_order(
        _draw, readers, tasks, num_workers or workers.default_workers()
    )
    totals = np.bincount(gathered.total.classes, minlength=len(chosen))
    for number, (name, objects) in enumerate(
        zip(gathered.class_names, chosen, strict=True)
    ):
        title = f"{source.data_dir.resolve().name}: {name}, "
        for page, start in enumerate(range(0, len(objects), count), 1):
            on_page = list(itertools.islice(cells, min(count, len(objects) - start)))
            of_all = f"{len(on_page)} of {totals[number]:,} boxes"
            sheet = draw_page(on_page, _COLUMNS, _SIDE, title + of_all)
            yield f"class-{number + 1:02}-{_in_file_name(name)}-{page}", sheet


def _choose(source, gathered, number, count, seed) -> list[_Object]:
    """Objects of a class by chance, from all splits."""
    members = {
        split: np.flatnonzero(columns.classes == number)
        for split, columns in gathered.splits.items()
    }
    total = sum(map(len, members.values()))
    objects = []
    for place in random.Random(seed).sample(range(total), min(count, total)):
        for split, of_split in members.items():
            if place < len(of_split):
                objects.append(_find(source, gathered, split, of_split[place]))
                break
            place -= len(of_split)
    return objects


def _find(source, gathered, split, place) -> _Object:
    """The object that stands at a place in the columns of a split."""
    columns = gathered.splits[split]
    picture = np.searchsorted(columns.first, place, side="right") - 1
    key = source.keys[split][columns.keys[picture]]
    return _Object(split, key, int(place - columns.first[picture]))


def _draw(readers: Mapping[str, ExampleReader], chosen: _Object) -> Cell:
    reader = readers[chosen.split]
    try:
        example, _ = reader.read(chosen.key)
        pixels = read_pixels(reader, reader.reader.read(chosen.key))
    except (InvalidExample, ImageError) as error:
        return Cell(
            placeholder((_SIDE, _SIDE)), (chosen.key, str(error)), alarming=True
        )
    top, left, bottom, right = _window(example, chosen.index)
    box = example.boxes[chosen.index] - [top, left, top, left]
    difficult, crowd = example.difficult[chosen.index], example.crowd[chosen.index]
    color = vis.color(int(example.classes[chosen.index]))
    mark = Mark(box.tolist(), color, bool(difficult or crowd))
    picture = draw_marks(pixels[top:bottom, left:right], [mark], (_SIDE, _SIDE))
    height, width = box[2:] - box[:2]
    flags = (", difficult" if difficult else "") + (", crowd" if crowd else "")
    name = PurePath(example.filename).name
    return Cell(picture, (name, f"{width:.0f}x{height:.0f}{flags}"))


def _window(example: Example, index: int) -> list[int]:
    """What to cut out for an object: `[top, left, bottom, right]`, in the picture."""
    box = example.boxes[index].astype(float)
    side = max(_CONTEXT * max(box[2:] - box[:2]), _SMALLEST)
    center, limit = (box[:2] + box[2:]) / 2, np.array([example.height, example.width])
    low = np.clip(center - side / 2, 0, np.maximum(limit - side, 0)).astype(int)
    high = np.minimum(low + math.ceil(side), limit)
    return [*low.tolist(), *high.tolist()]


def _in_file_name(class_name: str) -> str:
    """The name of a class as far as every file system takes it."""
    return re.sub(r"[^A-Za-z0-9]+", "-", class_name).strip("-")[:40] or "class"
