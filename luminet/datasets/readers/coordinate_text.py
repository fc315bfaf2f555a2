"""Coordinates in tables of text: plain decimal numbers, in some tables with a comma."""

from collections.abc import Iterable

from luminet.datasets.readers.number import parse_number


class DecimalSign:
    """Finds out whether a table writes `0,5` or `0.5`.

    A comma may also divide thousands: `1,234`. It is a decimal sign only where it can
    be nothing else, and no number of the table has a point.

    Args:
        comma_possible: whether it can be: between semicolons, as spreadsheets write
            where people use it; and in parts of a picture, which are below a thousand.
    """

    def __init__(self, comma_possible: bool):
        self._comma_possible = comma_possible
        self._comma_seen = False
        self.point_seen = False

    def look(self, texts: Iterable[str]) -> None:
        """Look at some numbers; there is no need to after `point_seen`."""
        for text in texts:
            self.point_seen = self.point_seen or "." in text
            self._comma_seen = self._comma_seen or "," in text

    @property
    def is_comma(self) -> bool:
        """Whether it is the comma, by all that was looked at."""
        return self._comma_possible and self._comma_seen and not self.point_seen


def parse_coordinate(text: str, comma: bool, relative: bool) -> float | None:
    """The number that a field holds; None if it is none.

    Args:
        text: without blanks around it.
        comma: whether the decimal sign is a comma.
        relative: whether it is in parts of the picture, so that `9.5e-05` may be one.
    """
    return parse_number(text.replace(",", ".") if comma else text, relative)


def describe(text: str) -> str:
    """What a field holds that is not a number, for people."""
    return f"not a number: '{text[:40]}'" if text else "empty"
