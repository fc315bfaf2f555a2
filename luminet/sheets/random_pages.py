"""Sheets of pictures that are chosen by chance."""

import random
from collections.abc import Iterator

from PIL import Image

from luminet.datasets.example import Example
from luminet.datasets.findings import InvalidExample
from luminet.datasets.image import ImageError
from luminet.datasets.source.source import Source
from luminet.sheets.annotated import class_legend, describe, draw_objects, read_pixels
from luminet.sheets.cell import Cell
from luminet.sheets.page import draw_page

_SIZE, _COLUMNS = (560, 440), 4


def random_pages(
    source: Source, num_pages: int, count: int, seed: int
) -> Iterator[tuple[str, Image.Image]]:
    """Draw pictures with their boxes; those with a fault are passed over.

    Args:
        source: the data set.
        num_pages: sheets at most.
        count: pictures on each.
        seed: another one, other pictures.

    Yields:
        Names, like "pictures-1", and sheets.
    """
    chosen = _chosen(source, seed)
    total = sum(map(len, source.keys.values()))
    for number in range(1, num_pages + 1):
        shown = [each for _, each in zip(range(count), chosen, strict=False)]
        if not shown:
            return
        classes = [index for _, example in shown for index in example.classes.tolist()]
        legend = class_legend(classes, source.class_names)
        title = f"{source.data_dir.resolve().name}: {len(shown)} of {total:,} pictures"
        cells = [cell for cell, _ in shown]
        yield f"pictures-{number}", draw_page(cells, _COLUMNS, _SIZE[0], title, legend)


def _chosen(source: Source, seed: int) -> Iterator[tuple[Cell, Example]]:
    """All pictures without a fault, drawn, in an order by chance."""
    readers = {split: source.example_reader(split) for split in source.readers}
    places = [(split, key) for split, keys in source.keys.items() for key in keys]
    random.Random(seed).shuffle(places)
    for split, key in places:
        reader = readers[split]
        try:
            example, _ = reader.read(key)
            pixels = read_pixels(reader, reader.reader.read(key))
        except (InvalidExample, ImageError):
            continue
        ignored = example.difficult | example.crowd
        objects = example.boxes, example.classes, ignored, source.class_names
        picture = draw_objects(pixels, *objects, _SIZE)
        about = describe(example.width, example.height, len(example.classes))
        yield Cell(picture, (example.filename, f"{split}, {about}")), example
