"""Draw one labelled picture: shapes with textures, on a surface, among clutter."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from luminet.datasets.sample import texture as sample_texture

# Edges are smooth: shapes are drawn this much larger, and then made smaller.
_OVERSAMPLING = 4
_MAX_HIDDEN = 0.12
_MIN_CONTRAST = 0.5
_MARGIN = 2.0
_TRIES = 40
# The width of a line, before it is made smaller.
_STROKE = 7

# Red, orange, yellow, green, teal, blue, violet, pink, cream and ink.
_PAINTS = np.array(
    [
        [222, 60, 75],
        [242, 132, 30],
        [250, 200, 60],
        [120, 180, 60],
        [30, 150, 140],
        [40, 115, 200],
        [125, 85, 170],
        [240, 105, 150],
        [245, 240, 225],
        [40, 50, 75],
    ]
)


@dataclass(frozen=True)
class DrawnObject:
    """An object: the name of its class, and `y1, x1, y2, x2` in whole pixels from 0."""

    name: str
    box: tuple[int, int, int, int]


def _regular(corners):
    angles = np.arange(corners) * (2.0 * np.pi / corners)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1)


def _star():
    radii = np.where(np.arange(10) % 2, 0.45, 1.0)
    return _regular(10) * radii[:, None]


def _cross():
    arm = [[1.0, -0.34], [1.0, 0.34], [0.34, 0.34]]
    quarter_turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    turns = [np.linalg.matrix_power(quarter_turn, i) for i in range(4)]
    return np.concatenate([arm @ turn for turn in turns])


# The corners of each class, `[N, 2]`, around the origin.
SHAPES = {
    "circle": _regular(72),
    "cross": _cross(),
    "square": _regular(4),
    "star": _star(),
    "triangle": _regular(3),
}


def draw_picture(rng, size, num_objects, sides):
    """Draw a picture.

    Args:
        rng: `numpy.random.Generator`; the same one draws the same picture.
        size: height and width in pixels.
        num_objects: how many to draw; fewer come where there is no room.
        sides: the least and the largest longer side of an object, in pixels.

    Returns:
        uint8 `[H, W, 3]`, and a list of `DrawnObject`.
    """
    canvas = _clutter(rng, sample_texture.background(rng, size))
    # In any one picture no two objects have the same colour.
    paints = list(rng.permutation(_PAINTS) / 255.0 + rng.uniform(-0.05, 0.05, 3))
    objects, masks = [], []
    for _ in range(num_objects):
        name = str(rng.choice(list(SHAPES)))
        mask = _find_room(rng, size, SHAPES[name], sides, masks)
        if mask is not None:
            masks.append(mask)
            canvas = _paint(rng, canvas, mask, paints)
            objects.append(DrawnObject(name, _box(mask)))
    return _photograph(rng, canvas), objects


def _find_room(rng, size, corners, sides, masks):
    """A mask `[H, W]` in [0, 1] that shares little with the others, if it is found."""
    for _ in range(_TRIES):
        mask = _mask(rng, size, corners, rng.uniform(*sides))
        shared = [np.sum(np.minimum(mask, other)) for other in masks]
        smaller = [min(np.sum(mask), np.sum(other)) for other in masks]
        if np.sum(np.divide(shared, smaller)) <= _MAX_HIDDEN:
            return mask
    return None


def _mask(rng, size, corners, side):
    angle = rng.uniform(0.0, 2.0 * np.pi)
    sine, cosine = np.sin(angle), np.cos(angle)
    corners = corners @ np.array([[cosine, sine], [-sine, cosine]])
    corners -= corners.min(axis=0)
    corners *= side / corners.max()
    room = np.array(size) - corners.max(axis=0) - 2 * _MARGIN
    corners += rng.uniform(0.0, 1.0, 2) * room + _MARGIN
    height, width = size
    large = Image.new("L", (width * _OVERSAMPLING, height * _OVERSAMPLING))
    points = [(x, y) for y, x in corners * _OVERSAMPLING]
    ImageDraw.Draw(large).polygon(points, fill=255)
    return np.float32(large.reduce(_OVERSAMPLING)) / 255.0


def _box(mask):
    rows, columns = np.nonzero(mask >= 0.5)
    y1, x1, y2, x2 = rows.min(), columns.min(), rows.max() + 1, columns.max() + 1
    return int(y1), int(x1), int(y2), int(x2)


def _paint(rng, canvas, mask, paints):
    """Lay a filled shape with a soft shadow and a darker rim onto the canvas."""
    behind = np.sum(canvas * mask[..., None], axis=(0, 1)) / np.sum(mask)
    paint = _take_contrasting(paints, behind)
    surface = sample_texture.filling(rng, mask.shape, paint)
    inner = _blurred(mask, 1.0) * mask
    surface = surface * (0.70 + 0.30 * inner[..., None] ** 2)
    shadow = np.roll(_blurred(mask, 3.0), (3, 3), axis=(0, 1)) * 0.35
    canvas = canvas * (1.0 - shadow[..., None])
    return canvas + (surface - canvas) * mask[..., None]


def _take_contrasting(paints, behind):
    """Take from the paints `[3]` the first that is far from the colour behind it."""
    far = [np.linalg.norm(paint - behind) >= _MIN_CONTRAST for paint in paints]
    return paints.pop(int(np.argmax(far)))


def _clutter(rng, canvas):
    """Thin curves, lines and specks, half transparent: none of them is an object."""
    height, width = canvas.shape[:2]
    for _ in range(rng.integers(2, 7)):
        large = Image.new("L", (width * _OVERSAMPLING, height * _OVERSAMPLING))
        draw = ImageDraw.Draw(large)
        rng.choice([_draw_arc, _draw_line, _draw_specks])(rng, draw, large.size)
        opacity = rng.uniform(0.3, 0.8) / 255.0
        mask = np.float32(large.reduce(_OVERSAMPLING))[..., None] * opacity
        ink = sample_texture.color(
            rng.uniform(), rng.uniform(0, 0.4), rng.uniform(0, 1)
        )
        canvas = canvas + (ink - canvas) * mask
    return canvas


def _draw_arc(rng, draw, size):
    x, y = rng.uniform(0.0, size)
    radius, start = rng.uniform(30.0, 240.0), rng.uniform(0.0, 360.0)
    around = [x - radius, y - radius, x + radius, y + radius]
    draw.arc(around, start, start + rng.uniform(60.0, 300.0), 255, _STROKE)


def _draw_line(rng, draw, size):
    draw.line([*rng.uniform(0.0, size), *rng.uniform(0.0, size)], 255, _STROKE)


def _draw_specks(rng, draw, size):
    center = rng.uniform(0.0, size)
    for x, y in rng.normal(center, 60.0, (7, 2)):
        draw.ellipse([x, y, x + 2 * _STROKE, y + 2 * _STROKE], 255)


def _photograph(rng, canvas):
    """What a lens and a sensor add: a little blur and noise."""
    image = Image.fromarray(np.uint8(np.clip(canvas, 0.0, 1.0) * 255.0))
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.0, 0.7)))
    noise = rng.normal(0.0, rng.uniform(1.0, 6.0), canvas.shape)
    return np.uint8(np.clip(np.float32(image) + noise, 0.0, 255.0))


def _blurred(mask, radius):
    image = Image.fromarray(np.uint8(mask * 255.0))
    return np.float32(image.filter(ImageFilter.GaussianBlur(radius))) / 255.0
