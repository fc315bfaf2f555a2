"""Cells in rows, captions under them, a title and a legend above: a sheet."""

import math
from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw

from luminet import vis
from luminet.font import drawable, load_font
from luminet.sheets.cell import Cell

_MARGIN, _GAP = 24, 16
_TITLE_SIZE, _TEXT_SIZE = 26, 16
_LINE = 23
_MOST_CLASSES = 30
_GREY, _ALARM = "#6b7280", "#c0262d"


def draw_page(
    cells: Sequence[Cell],
    columns: int,
    cell_width: int,
    title: str,
    legend: Mapping[str, str] | None = None,
) -> Image.Image:
    """Lay cells out.

    Args:
        cells: at least one, none wider than `cell_width`.
        columns: cells in a row, at most.
        cell_width: pixels.
        title: of the sheet.
        legend: colours by name, "#rrggbb"; of the first ones, as many as may be read.
    """
    # As many rows as needed, and no emptier than the last one has to be.
    columns = math.ceil(len(cells) / math.ceil(len(cells) / columns))
    width = max(columns * (cell_width + _GAP) - _GAP, 2 * cell_width)
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    lines = _legend_lines(list(legend or {})[:_MOST_CLASSES], width)
    top = _MARGIN + _TITLE_SIZE + _GAP + len(lines) * (_LINE + 4)
    height = top + sum(_row_height(row) + _GAP for row in rows)
    size = (width + 2 * _MARGIN, height - _GAP + _MARGIN)
    paper = Image.new("RGB", size, vis.PAPER)
    draw = ImageDraw.Draw(paper)
    font = load_font(_TITLE_SIZE)
    title = _fit(drawable(title), font, width)
    draw.text((_MARGIN, _MARGIN - 6), title, vis.INK, font)
    _draw_legend(draw, lines, legend)
    y = top
    for row in rows:
        for column, cell in enumerate(row):
            _draw_cell(
                paper, cell, _MARGIN + column * (cell_width + _GAP), y, cell_width
            )
        y += _row_height(row) + _GAP
    return paper


def _row_height(row):
    """The tallest picture of a row, above the longest caption."""
    lines = max(len(cell.caption) for cell in row)
    return (
        max(cell.picture.height for cell in row) + lines * _LINE + (6 if lines else 0)
    )


def _draw_cell(paper, cell, x, y, width):
    left = x + (width - cell.picture.width) // 2
    paper.paste(cell.picture, (left, y))
    draw, font = ImageDraw.Draw(paper), load_font(_TEXT_SIZE)
    y += cell.picture.height + 6
    for number, line in enumerate(cell.caption):
        color = vis.INK if not number else _ALARM if cell.alarming else _GREY
        line = _fit(drawable(line), font, width - left + x, keep_end=not number)
        draw.text((left, y), line, color, font)
        y += _LINE


def _legend_lines(names, width):
    """Names that fit into a line each: lists of name and place, in pixels."""
    font, lines, x = load_font(_TEXT_SIZE), [], width
    for name in names:
        name_width = 23 + font.getlength(_legend_name(name)) + 18
        if x + name_width > width:
            lines.append([])
            x = 0
        lines[-1].append((name, x))
        x += name_width
    return lines


def _draw_legend(draw, lines, legend):
    font, y = load_font(_TEXT_SIZE), _MARGIN + _TITLE_SIZE + 10
    for line in lines:
        for name, x in line:
            x += _MARGIN
            draw.rounded_rectangle((x, y + 3, x + 15, y + 18), 4, legend[name])
            draw.text((x + 23, y), _legend_name(name), vis.INK, font)
        y += _LINE + 4


def _legend_name(name):
    name = drawable(name)
    return name if len(name) <= 30 else f"{name[:29]}..."


def _fit(text, font, width, keep_end=False):
    """As much of a text as fits; of a path its end, which tells files apart."""
    if font.getlength(text) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if font.getlength(_cut(text, middle, keep_end)) <= width:
            low = middle
        else:
            high = middle - 1
    return _cut(text, low, keep_end)


def _cut(text, length, keep_end):
    kept = text[len(text) - length :] if keep_end else text[:length]
    return f"...{kept}" if keep_end else f"{kept}..."
