"""Pictures with boxes on them."""

import colorsys
import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from luminet.detections import Detections
from luminet.font import drawable, load_font

# Bright, for they lie on photographs; the first ones are the furthest apart.
PALETTE = (
    *("#ff4b4b", "#2f9bff", "#3ddc5a", "#ffb000", "#b866ff"),
    *("#00d5d5", "#ff66c4", "#b6e61e", "#ff7a1a", "#5b6cff"),
    *("#00b38a", "#ffe84d", "#e032d0", "#8ad1ff", "#c98b5a"),
    *("#a0f0b0", "#d10f5c", "#ffb3a7", "#8f9bb3", "#d9c2ff"),
)
HALO = (0, 0, 0, 100)
PAPER = "#ffffff"
INK = "#22262b"


def color(class_index: int) -> str:
    """Give a class its colour, "#rrggbb", always the same one."""
    if class_index < len(PALETTE):
        return PALETTE[class_index]
    # Steps of the golden ratio never come back to a hue that was used.
    hue = class_index * (math.sqrt(5.0) - 1.0) / 2.0 % 1.0
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.5 + 0.3 * (class_index % 2), 0.95)
    return f"#{round(255 * red):02x}{round(255 * green):02x}{round(255 * blue):02x}"


def draw_detections(
    image: np.ndarray, detections: Detections, class_names: Sequence[str]
) -> Image.Image:
    """Draw what was found, each box with its class and score.

    Args:
        image: uint8 `[H, W, 3]`, RGB.
        detections: in pixels of `image`.
        class_names: `[C]`, in the order of class indices.
    """
    labels = [
        f"{class_names[index]} {score:.2f}"
        for index, score in zip(detections.classes, detections.scores, strict=True)
    ]
    return draw_boxes(image, detections.boxes, detections.classes, labels)


def draw_ground_truth(
    image: np.ndarray,
    boxes: np.ndarray,
    classes: np.ndarray,
    class_names: Sequence[str],
    ignored: np.ndarray | None = None,
) -> Image.Image:
    """Draw what is there, each box with its class.

    Args:
        image: uint8 `[H, W, 3]`, RGB.
        boxes: `[N, 4]`, in pixels of `image`.
        classes: `[N]`, class indices; -1 is padding and not drawn.
        class_names: `[C]`, in the order of class indices.
        ignored: bool `[N]`, objects that do not count: their boxes are dashed.
    """
    real = np.flatnonzero(np.asarray(classes) >= 0)
    boxes, classes = np.asarray(boxes)[real], np.asarray(classes)[real]
    ignored = None if ignored is None else np.asarray(ignored)[real]
    labels = [class_names[index] for index in classes]
    return draw_boxes(image, boxes, classes, labels, dashed=ignored)


def draw_boxes(
    image: np.ndarray,
    boxes: np.ndarray,
    classes: Sequence[int],
    labels: Sequence[str] | None = None,
    dashed: Sequence[bool] | None = None,
    colors: Sequence[str] | None = None,
    line_width: int | None = None,
) -> Image.Image:
    """Draw boxes in the colours of their classes, with or without labels.

    Args:
        image: uint8 `[H, W, 3]`, RGB; it stays as it is.
        boxes: `[N, 4]`, in pixels of `image`; what lies outside is cut off.
        classes: `[N]`.
        labels: `[N]`, what to write; the first ones get the best places. "" is nothing.
        dashed: `[N]`, whose line is broken.
        colors: `[N]`, "#rrggbb", if not those of the classes.
        line_width: pixels, if it does not depend on the size of the image.
    """
    image = np.asarray(image)
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(
            "`image` must be uint8 [H, W, 3]. "
            f"Received: {image.dtype} {list(image.shape)}"
        )
    picture = Image.fromarray(image)
    draw = ImageDraw.Draw(picture, "RGBA")
    scale = math.sqrt(image.shape[0] * image.shape[1])
    line_width = line_width or max(1, round(scale / 320))
    corners = _corners(boxes, image.shape[:2])
    if colors is None:
        colors = [color(int(index)) for index in classes]
    sizes = np.sum(corners[:, 2:] - corners[:, :2], axis=1)
    for index in np.argsort(-sizes, kind="stable"):  # the small ones on top
        outline = _draw_dashed if dashed is not None and dashed[index] else _draw_solid
        outline(draw, corners[index].tolist(), colors[index], line_width)
    if labels is not None:
        font = load_font(max(10, round(scale / 46)))
        _draw_labels(draw, corners, colors, labels, font)
    return picture


def side_by_side(
    left: Image.Image,
    right: Image.Image,
    titles: tuple[str, str] = ("truth", "prediction"),
) -> Image.Image:
    """Put two pictures of the same size beside each other, titles above."""
    font_size = max(12, round(math.sqrt(left.width * left.height) / 36))
    top, gap = 2 * font_size, font_size // 2
    size = (left.width + gap + right.width, top + max(left.height, right.height))
    paper = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(paper)
    for x, picture, title in zip(
        (0, left.width + gap), (left, right), titles, strict=True
    ):
        paper.paste(picture, (x, top))
        middle = (x + picture.width / 2, top / 2)
        draw.text(middle, drawable(title), INK, load_font(font_size), anchor="mm")
    return paper


def sheet(
    images: Sequence[Image.Image], columns: int = 4, cell_width: int = 480
) -> Image.Image:
    """Lay pictures out in rows, shrunk to the width of a cell where they are wider."""
    if not images:
        raise ValueError("`images` must not be empty.")
    columns, gap = min(columns, len(images)), 8
    cell_width = min(cell_width, max(image.width for image in images))
    cells = [_shrink(image, cell_width) for image in images]
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    heights = [max(cell.height for cell in row) for row in rows]
    size = (columns * (cell_width + gap) + gap, sum(heights) + gap * (len(rows) + 1))
    paper, y = Image.new("RGB", size, PAPER), gap
    for row, height in zip(rows, heights, strict=True):
        for column, cell in enumerate(row):
            x = gap + column * (cell_width + gap) + (cell_width - cell.width) // 2
            paper.paste(cell, (x, y + (height - cell.height) // 2))
        y += height + gap
    return paper


def _shrink(image: Image.Image, width: int) -> Image.Image:
    if image.width <= width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _corners(boxes: np.ndarray, image_size: tuple[int, int]) -> np.ndarray:
    """First and last pixel of each box within the image, int `[N, 4]`, x before y."""
    height, width = image_size
    boxes = np.asarray(boxes, float).reshape(-1, 4)[:, [1, 0, 3, 2]]
    last = np.array([width, height, width, height]) - 1
    corners = np.clip(np.rint(boxes) - [0, 0, 1, 1], 0, last).astype(int)
    corners[:, 2:] = np.maximum(corners[:, 2:], corners[:, :2])
    return corners


def _draw_solid(draw, corners, fill, line_width):
    x1, y1, x2, y2 = corners
    draw.rectangle((x1 - 1, y1 - 1, x2 + 1, y2 + 1), outline=HALO)
    draw.rectangle(corners, outline=fill, width=line_width)


def _draw_dashed(draw, corners, fill, line_width):
    x1, y1, x2, y2 = corners
    inner_x, inner_y = max(x1, x2 - line_width + 1), max(y1, y2 - line_width + 1)
    draw.rectangle(corners, outline=HALO, width=line_width)
    for start, end in _dashes(x1, x2, 5 * line_width):
        for y in (y1, inner_y):
            draw.rectangle((start, y, end, min(y + line_width - 1, y2)), fill)
    for start, end in _dashes(y1, y2, 5 * line_width):
        for x in (x1, inner_x):
            draw.rectangle((x, start, min(x + line_width - 1, x2), end), fill)


def _dashes(first: int, last: int, length: int) -> list[tuple[int, int]]:
    """Dashes and gaps of about that length; a dash at both ends."""
    count = max(1, round((last - first) / length / 2 + 0.5))
    ends = np.rint(np.linspace(first, last, 2 * count)).astype(int).tolist()
    return list(zip(ends[0::2], ends[1::2], strict=True))


def _draw_labels(draw, corners, colors, labels, font):
    ascent, descent = font.getmetrics()
    padding = max(2, font.size // 5)
    height = ascent + descent + 2
    placed = np.zeros([len(labels), 4], int)
    for index, label in enumerate(map(drawable, labels)):
        if not label:
            continue
        width = math.ceil(font.getlength(label)) + 2 * padding
        places = _places(corners[index], width, height, draw.im.size)
        x1, y1, x2, y2 = placed[index] = _freest(places, placed[:index])
        fill = colors[index]
        draw.rectangle((x1, y1, x2 - 1, y2 - 1), fill)
        draw.text((x1 + padding, y1 + 1), label, _text_color(fill), font, anchor="la")


def _places(corners, width, height, image_size):
    """Where a label may lie, `[18, 4]`, x before y, the best place first."""
    x1, y1, x2, y2 = corners.tolist()
    places = [
        (x, y)
        for y in (
            y1 - height,
            y1,
            y2 + 1,
            y2 + 1 - height,
            y1 + height,
            y1 - 2 * height,
        )
        for x in (x1, x2 + 1 - width, (x1 + x2 - width) // 2)
    ]
    size = np.array([width, height])
    top_left = np.clip(places, 0, np.maximum(np.array(image_size) - size, 0))
    return np.concatenate([top_left, top_left + size], axis=1)


def _freest(places, taken):
    """The first of the places that overlap least with what is taken."""
    top_left = np.maximum(places[:, None, :2], taken[:, :2])
    bottom_right = np.minimum(places[:, None, 2:], taken[:, 2:])
    overlap = np.prod(np.maximum(bottom_right - top_left, 0), axis=-1)
    return places[np.argmin(np.sum(overlap, axis=1))]


def _text_color(plate: str) -> str:
    red, green, blue = bytes.fromhex(plate[1:])
    luminance = 0.299 * red + 0.587 * green + 0.114 * blue
    return "#000000" if luminance > 120 else "#ffffff"
