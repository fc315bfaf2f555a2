"""The first figures: the picture as the network gets it, and its anchors."""

import numpy as np

from luminet import vis
from luminet.inspection.canvas import NARROW, WIDE, Canvas, draw_grid
from luminet.inspection.figure import Figure, Picture
from luminet.inspection.inspection import Inspection
from luminet.inspection.stations import Level
from luminet.sheets.cell import Mark

# Pixels of a cell on the page: a finer grid would hide the picture, and is drawn around
# the middle cell only.
_FINEST_CELL, _CELLS_AROUND = 9, 6


def input_figure(inspection: Inspection) -> Figure:
    """The resized picture, and its sizes."""
    height, width = inspection.pixels.shape[:2]
    new_height, new_width = inspection.resized.shape[:2]
    padded_height, padded_width = inspection.padded_size
    line = (
        f"{width} x {height} resized to {new_width} x {new_height}, scale "
        f"{inspection.scale[0]:.3f}, padded to {padded_width} x {padded_height}"
    )
    image = Canvas(inspection.resized).marks([])
    return Figure(
        "What the network gets",
        "The picture after the resize: what is tiny here, the network can hardly see.",
        [Picture(image, line)],
    )


def anchor_figure(inspection: Inspection) -> Figure:
    """The anchors of the middle cell of each level, over the grid of cells."""
    stations = inspection.stations
    several = len(stations.levels) > 1
    legend = [
        (f"height / width {ratio:g}", vis.color(index))
        for index, ratio in enumerate(stations.ratios)
    ]
    pictures = [
        _anchors_of(inspection, name, level, NARROW if several else WIDE)
        for name, level in zip(stations.level_names, stations.levels, strict=True)
    ]
    return Figure(
        "Anchors",
        "The boxes that the first stage starts from at one cell in the middle, and at "
        "every other cell of the grid alike: an object far from all of these sizes and "
        "shapes is hard to find.",
        pictures,
        legend,
    )


def _anchors_of(inspection: Inspection, name: str, level: Level, size) -> Picture:
    middle = [
        int(np.abs(centers - side / 2).argmin())
        for centers, side in zip(
            level.centers, inspection.stations.image_size, strict=True
        )
    ]
    anchors = level.anchors.reshape(*level.size, -1, 4)[middle[0], middle[1]]
    each = len(level.anchor_sizes)
    canvas, boxes = Canvas(inspection.resized).with_margin(anchors)
    image = canvas.plain(size)
    _draw_cells(
        image, level, middle, boxes[0, :2] - anchors[0, :2], canvas.scale(image)
    )
    marks = [
        Mark(box, vis.color(index // each)) for index, box in enumerate(boxes.tolist())
    ]
    image = canvas.over(image, marks)
    sizes = ", ".join(f"{size:g}" for size in level.anchor_sizes)
    rows, columns = level.size
    return Picture(
        image,
        f"{name}: {columns} x {rows} cells, {level.per_cell} anchors each, of size "
        f"{sizes}",
    )


def _draw_cells(image, level, middle, shift, scale):
    """Draw the grid; `shift` is the margin, in pixels of the resized picture."""
    rows, columns = (
        (_borders(level.centers[axis], middle[axis], scale[axis]) + shift[axis])
        * scale[axis]
        for axis in (0, 1)
    )
    draw_grid(image, rows, columns)


def _borders(centers, middle, scale):
    """Where cells end, in pixels of the resized picture: of all, or a few cells."""
    if len(centers) < 2:
        return centers
    step = centers[1] - centers[0]
    borders = np.append(centers - step / 2, centers[-1] + step / 2)
    if step * scale >= _FINEST_CELL:
        return borders
    return borders[max(0, middle - _CELLS_AROUND) : middle + _CELLS_AROUND + 2]
