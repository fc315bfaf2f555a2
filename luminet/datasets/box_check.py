"""Whether a box from an annotation can be one, in whatever notation it came."""

from collections.abc import Sequence

from luminet.datasets.findings import FileFindings

# How far a box may leave its picture and still be clipped, in pixels: what mixing up
# counting from 0 and from 1 makes.
MAX_OVERSHOOT = 1.0
# Of a box in pixels: 1, but for what float32 rounds off in a very large picture.
MIN_SIDE = 0.99

Box = tuple[float, float, float, float]


class BoxError(ValueError):
    """A box that is none: `code`, like "box-inverted", and the message."""

    def __init__(self, code: str, message: str):
        self.code = code
        super().__init__(message)


def check_order(low: float, high: float, names: tuple[str, str]) -> None:
    """Refuse a side that ends before or where it begins, as numbers of the file.

    Raises:
        BoxError: box-inverted or box-empty.
    """
    low_name, high_name = names
    if low > high:
        message = f"{low_name} {low:g} is larger than {high_name} {high:g}"
        raise BoxError("box-inverted", message)
    if low == high:
        message = f"{low_name} and {high_name} are both {low:g}: no area"
        raise BoxError("box-empty", message)


def from_corners(
    corners: Sequence[float],
    names: Sequence[str],
    place: str,
    findings: FileFindings,
) -> Box | None:
    """A box from its corners; a fault goes into the findings.

    Args:
        corners: `x1, y1, x2, y2`, numbers as they are in the file.
        names: what the file calls them, likewise.
        place: of the object, like "object 2".
        findings: is told of a box that is inverted or empty.

    Returns:
        `y1, x1, y2, x2`, or None after a fault.
    """
    x1, y1, x2, y2 = corners
    try:
        check_order(x1, x2, (names[0], names[2]))
        check_order(y1, y2, (names[1], names[3]))
    except BoxError as error:
        findings.fault(error.code, place, str(error), (y1, x1, y2, x2))
        return None
    return y1, x1, y2, x2


def from_size(
    numbers: Sequence[float], place: str, findings: FileFindings
) -> Box | None:
    """A box from `x, y, width, height` of its top left corner; see `from_corners`."""
    x, y, width, height = numbers
    box = y, x, y + height, x + width
    for name, side in (("width", width), ("height", height)):
        if side <= 0:
            code = "box-empty" if side == 0 else "box-inverted"
            findings.fault(code, place, f"its {name} is {side:g}: not positive", box)
            return None
    return box


def is_inside(box: Box, height: int, width: int) -> bool:
    """Whether there is nothing to clip about a box, nor a side below a pixel."""
    y1, x1, y2, x2 = box
    inside = y1 >= 0.0 and x1 >= 0.0 and y2 <= height and x2 <= width
    return inside and y2 - y1 >= MIN_SIDE and x2 - x1 >= MIN_SIDE


def fit(box: Box, height: int, width: int, max_overshoot: float = MAX_OVERSHOOT) -> Box:
    """Clip a box that leaves its picture by a little.

    Args:
        box: `y1, x1, y2, x2` in pixels from 0, the end exclusive.
        height: of the picture, in pixels.
        width: likewise.
        max_overshoot: how far it may leave the picture, in pixels.

    Raises:
        BoxError: it leaves the picture by more (box-outside), or what is left of it is
            not a pixel high and wide (box-tiny).
    """
    y1, x1, y2, x2 = box
    if max(-y1, -x1, y2 - height, x2 - width) > max_overshoot:
        message = f"reaches out of the picture, which is {width}x{height}"
        raise BoxError("box-outside", f"{_text(box)} {message}")
    y1, x1, y2, x2 = max(y1, 0.0), max(x1, 0.0), min(y2, height), min(x2, width)
    if min(y2 - y1, x2 - x1) < MIN_SIDE:
        message = f"is less than a pixel inside the picture, which is {width}x{height}"
        raise BoxError("box-tiny", f"{_text(box)} {message}")
    return y1, x1, y2, x2


def _text(box: Box) -> str:
    y1, x1, y2, x2 = box
    return f"x {x1:g} to {x2:g}, y {y1:g} to {y2:g}"
