"""A table for people: names at the left, numbers at the right of their columns."""

from collections.abc import Sequence


def align(rows: Sequence[Sequence]) -> str:
    """The lines of a table; an empty row is a gap."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [0] * max(map(len, texts))
    for row in texts:
        for column, cell in enumerate(row):
            widths[column] = max(widths[column], len(cell))
    return "\n".join(_line(row, widths) for row in texts)


def _line(row, widths):
    if not row:
        return ""
    name, *cells = row
    numbers = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
    return "  ".join([name.ljust(widths[0]), *numbers]).rstrip()
