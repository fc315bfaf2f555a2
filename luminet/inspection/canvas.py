"""The resized picture at the size of the page, and what is drawn on it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PIL import Image, ImageDraw

from luminet.inspection.truth import Truth
from luminet.sheets.cell import Mark, draw_marks

WIDE, NARROW = (900, 760), (560, 520)
TRUTH_COLOR = "#ffffff"
GOOD, BAD, GREY = "#3ddc5a", "#ff4b4b", "#9aa3b2"
# Around a picture where boxes leave it.
_MARGIN_GREY = 128
_RIM = "#101418"
# Boxes that are drawn together: within them, the small ones are on top.
_LAYER = 8


class Canvas:
    """Draws on one picture; boxes are in its pixels.

    Args:
        pixels: uint8 `[H, W, 3]`, RGB, the resized picture.
        truth: its objects, if they are known.
    """

    def __init__(self, pixels: np.ndarray, truth: Truth | None = None):
        self.pixels = pixels
        self.truth = truth

    def boxes(
        self,
        boxes: np.ndarray,
        colors: Sequence[str],
        labels: Sequence[str] | None = None,
        size: tuple[int, int] = WIDE,
        line_width: int = 2,
    ) -> Image.Image:
        """Draw boxes, the first ones on top; over them the objects, where known.

        Args:
            boxes: `[N, 4]`.
            colors: `[N]`, "#rrggbb".
            labels: `[N]`, "" for none; the first ones get the best places.
            size: width and height of what comes out, at most.
            line_width: pixels.
        """
        labels = labels or [""] * len(boxes)
        marks = [
            Mark(box.tolist(), color, label=label)
            for box, color, label in zip(boxes, colors, labels, strict=True)
        ]
        image = self.plain(size)
        for start in range(_LAYER * (len(marks) // _LAYER), -1, -_LAYER):
            image = self.over(image, marks[start : start + _LAYER], line_width)
        return self.over(image, self.truth_marks())

    def plain(self, size: tuple[int, int] = WIDE) -> Image.Image:
        """The picture without anything on it, at most that wide and high."""
        return draw_marks(self.pixels, [], size)

    def over(self, image: Image.Image, marks, line_width: int = 2) -> Image.Image:
        """Draw marks, in pixels of this picture, over what came of it."""
        scale = np.tile(self.scale(image), 2)
        scaled = [replace(mark, box=(mark.box * scale).tolist()) for mark in marks]
        return draw_marks(np.asarray(image), scaled, image.size, line_width)

    def marks(self, marks: Sequence[Mark], size: tuple[int, int] = WIDE) -> Image.Image:
        """Draw marks, in pixels of this picture; the small ones on top."""
        return draw_marks(self.pixels, marks, size)

    def truth_marks(self) -> list[Mark]:
        """The objects, where they are known."""
        boxes = [] if self.truth is None else self.truth.boxes.tolist()
        return [Mark(box, TRUTH_COLOR, dashed=True) for box in boxes]

    def with_margin(self, boxes: np.ndarray) -> tuple["Canvas", np.ndarray]:
        """The picture with as much grey around it as boxes need, and boxes on it."""
        height, width = self.pixels.shape[:2]
        low = -np.min([[0, 0], *boxes[:, :2]], axis=0)
        high = np.max([[height, width], *boxes[:, 2:]], axis=0) - [height, width]
        # Of anchors far larger than the picture, it shall still be seen.
        low, high = (
            np.ceil(np.minimum(side, [height, width])).astype(int)
            for side in (low, high)
        )
        pad = [(low[0], high[0]), (low[1], high[1]), (0, 0)]
        pixels = np.pad(self.pixels, pad, constant_values=_MARGIN_GREY)
        return Canvas(pixels), boxes + np.float32([*low, *low])

    def scale(self, image: Image.Image) -> np.ndarray:
        """Pixels of a drawn picture for one of this one: along y and x."""
        return np.array([image.height, image.width]) / self.pixels.shape[:2]


def draw_dots(
    image: Image.Image, points: np.ndarray, color: str, radius: float = 3.0
) -> None:
    """Draw points, `[N, 2]`, y and x in pixels of the image, into it.

    A dark rim sets them off from a picture of their own colour.
    """
    draw = ImageDraw.Draw(image)
    for y, x in points.tolist():
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), color, _RIM)


def draw_grid(image: Image.Image, rows, columns, color=(255, 255, 255, 130)) -> None:
    """Draw lines at these heights and widths, in pixels of the image, into it."""
    draw = ImageDraw.Draw(image, "RGBA")
    for y in rows:
        draw.line((columns[0], y, columns[-1], y), color)
    for x in columns:
        draw.line((x, rows[0], x, rows[-1]), color)
