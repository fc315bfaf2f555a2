"""Pictures of a data set with their boxes in the colours of their classes."""

from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image

from luminet import vis
from luminet.datasets import image
from luminet.datasets.annotation import Annotation
from luminet.datasets.example_reader import ExampleReader
from luminet.sheets.cell import Mark, draw_marks

# With more boxes than this their names would cover the picture.
_MOST_LABELS = 15


def read_pixels(reader: ExampleReader, annotation: Annotation) -> np.ndarray:
    """Decode the picture of an annotation: uint8 `[H, W, 3]`, RGB.

    Raises:
        ImageError: it cannot be decoded.
    """
    data = annotation.encoded or image.read(annotation.picture or "")
    return image.decode(data, reader.rules.ignore_exif)


def draw_objects(
    pixels: np.ndarray,
    boxes: np.ndarray,
    classes: np.ndarray,
    ignored: np.ndarray,
    class_names: Sequence[str],
    size: tuple[int, int],
) -> Image.Image:
    """Draw all objects of a picture, with names if they are few.

    Args:
        pixels: uint8 `[H, W, 3]`, RGB.
        boxes: `[N, 4]` in pixels of the picture.
        classes: `[N]`, class indices.
        ignored: bool `[N]`, difficult objects and crowds: their boxes are dashed.
        class_names: in the order of class indices.
        size: of the cell, width and height in pixels.
    """
    few = len(classes) <= _MOST_LABELS
    marks = [
        Mark(box, vis.color(number), dashed, class_names[number] if few else "")
        for box, number, dashed in zip(
            boxes.tolist(), classes.tolist(), ignored.tolist(), strict=True
        )
    ]
    return draw_marks(pixels, marks, size)


def class_legend(classes: Iterable[int], class_names: Sequence[str]) -> dict[str, str]:
    """The colours of these classes by name, each once, in their order."""
    return {class_names[index]: vis.color(index) for index in sorted(set(classes))}


def describe(width: int, height: int, num_boxes: int) -> str:
    """Like "640x480, 3 boxes"."""
    return f"{width}x{height}, {num_boxes} box{'' if num_boxes == 1 else 'es'}"
