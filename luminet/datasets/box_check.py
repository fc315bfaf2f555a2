"""Whether a box from an annotation can be one, in whatever notation it came."""

# How far a box may leave its picture and still be clipped, in pixels: what mixing up
# counting from 0 and from 1 makes.
MAX_OVERSHOOT = 1.0
MIN_SIDE = 1.0

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


def fit(box: Box, height: int, width: int) -> Box:
    """Clip a box that leaves its picture by a pixel at most.

    Args:
        box: `y1, x1, y2, x2` in pixels from 0, the end exclusive.
        height: of the picture, in pixels.
        width: likewise.

    Raises:
        BoxError: it leaves the picture by more (box-outside), or what is left of it is
            not a pixel high and wide (box-tiny).
    """
    y1, x1, y2, x2 = box
    if max(-y1, -x1, y2 - height, x2 - width) > MAX_OVERSHOOT:
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
