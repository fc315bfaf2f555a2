"""Numbers in files of unknown origin."""

import re

# Python's float() also takes "1_000", "１２" and "nan", which nobody means here.
_NUMBER = re.compile(r"[+-]?([0-9]{1,9}(\.[0-9]*)?|\.[0-9]+)")
_WITH_EXPONENT = re.compile(rf"{_NUMBER.pattern}([eE][+-]?[0-9]{{1,2}})?")


def parse_number(text: str | None, exponent: bool = False) -> float | None:
    """A decimal number like `12` or `45.7`; None for anything else.

    Args:
        text: without blanks around it.
        exponent: whether `9.5e-05` is one, as programs write small parts of a picture.
    """
    if text is None:
        return None
    # As most are, and in a third of the time.
    if len(text) < 10 and text.isascii() and text.isdigit():
        return float(text)
    pattern = _WITH_EXPONENT if exponent else _NUMBER
    return float(text) if pattern.fullmatch(text) else None


def plain_number(value: object) -> float | None:
    """A number of a JSON file; None for anything else: texts, true, NaN, infinity."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e9 else None
