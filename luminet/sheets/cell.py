"""A picture with its boxes and a caption: one place on a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from luminet import vis

# A small picture is enlarged, but its pixels shall not be the largest thing to see.
_LARGEST_ENLARGEMENT = 4.0


@dataclass(frozen=True)
class Mark:
    """A box to draw.

    Attributes:
        box: `y1, x1, y2, x2` in pixels of the picture; what lies outside is cut off.
        color: "#rrggbb".
        dashed: whether its line is broken.
        label: what to write at it; "" for nothing.
    """

    box: Sequence[float]
    color: str
    dashed: bool = False
    label: str = ""


@dataclass(frozen=True, eq=False)
class Cell:
    """A place on a sheet.

    Attributes:
        picture: as it is drawn.
        caption: lines, the first one is the most important.
        alarming: whether the other lines are something to worry about.
    """

    picture: Image.Image
    caption: tuple[str, ...] = ()
    alarming: bool = False


def draw_marks(
    pixels: np.ndarray,
    marks: Sequence[Mark],
    size: tuple[int, int],
    line_width: int = 2,
) -> Image.Image:
    """Bring a picture to the size of a cell, then draw boxes: lines stay even.

    Args:
        pixels: uint8 `[H, W, 3]`, RGB.
        marks: in pixels of the picture.
        size: of a cell, width and height in pixels.
        line_width: pixels.
    """
    picture = Image.fromarray(pixels)
    fits = [room / side for room, side in zip(size, picture.size, strict=True)]
    factor = min(*fits, _LARGEST_ENLARGEMENT)
    shrunk = [max(1, round(side * factor)) for side in picture.size]
    picture = picture.resize(shrunk, Image.Resampling.LANCZOS)
    scale = np.array([picture.height, picture.width]) / pixels.shape[:2]
    marks = [mark for mark in marks if np.isfinite(mark.box).all()]
    return vis.draw_boxes(
        np.asarray(picture),
        np.array([mark.box for mark in marks], float).reshape(-1, 4)
        * np.tile(scale, 2),
        np.zeros(len(marks), int),
        [mark.label for mark in marks],
        [mark.dashed for mark in marks],
        [mark.color for mark in marks],
        line_width,
    )


def placeholder(size: tuple[int, int]) -> Image.Image:
    """What stands for a picture that cannot be shown: a crossed-out field."""
    picture = Image.new("RGB", size, "#eceef1")
    draw, (width, height) = ImageDraw.Draw(picture), size
    for line in ((0, 0, width, height), (0, height, width, 0)):
        draw.line(line, "#ffffff", width=3)
    return picture
