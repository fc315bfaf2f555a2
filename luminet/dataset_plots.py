"""A page of plots of a data set. Matplotlib is imported when one is drawn."""

from pathlib import Path

import numpy as np

from luminet import atomic
from luminet.datasets.statistics.anchor_cover import NetworkView, resized_targets
from luminet.datasets.statistics.gather import Gathered
from luminet.font import drawable
from luminet.plots import COLORS, INK

_MOST_CLASSES = 20
_LIGHT, _GREY, _ANCHOR = "#e3e5e8", "#6b7280", "#c2410c"
# Pictures' sizes that are written out.
_FREQUENT = 4
# The longer side of the map of centres, in cells.
_FEWEST_CELLS, _MOST_CELLS = 8, 40


def plot_dataset(gathered: Gathered, view: NetworkView, title: str, png: Path) -> None:
    """Draw classes, sizes, shapes, numbers and places of objects, and the pictures.

    Args:
        gathered: the data set; at least one picture.
        view: of the network whose anchors are drawn, too.
        title: of the page.
        png: where the picture will be; an existing file is replaced.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 9), dpi=100, layout="constrained", facecolor="white")
    figure.get_layout_engine().set(w_pad=0.15, h_pad=0.15)
    total = gathered.total
    figure.suptitle(
        f"{_text(title)}: {len(total.sizes):,} pictures, {len(total.classes):,} boxes",
        fontsize=14,
        color=INK,
    )
    panels = figure.subplots(2, 3)
    _plot_classes(panels[0, 0], gathered)
    _plot_box_sizes(panels[0, 1], gathered, view)
    _plot_aspect_ratios(panels[0, 2], gathered, view)
    _plot_picture_sizes(panels[1, 0], total)
    _plot_objects_per_picture(panels[1, 1], total)
    _plot_centers(panels[1, 2], total)
    for panel, grid in zip(
        panels.flat, ["x", "y", "y", "both", "y", None], strict=True
    ):
        _tidy(panel, grid)
    with atomic.open_file(png, "wb") as file:
        figure.savefig(file, format="png")


def _plot_classes(panel, gathered):
    """Bars of boxes by class, the splits behind each other, the largest class first."""
    names = gathered.class_names
    counts = {
        split: np.bincount(columns.classes, minlength=len(names))
        for split, columns in gathered.splits.items()
    }
    total = sum(counts.values())
    shown = np.argsort(-total, kind="stable")[:_MOST_CLASSES]
    start, places = np.zeros(len(shown)), np.arange(len(shown))
    for index, (split, of_split) in enumerate(counts.items()):
        style = {"color": COLORS[index % len(COLORS)], "height": 0.72}
        panel.barh(places, of_split[shown], left=start, label=_text(split), **style)
        start += of_split[shown]
    for place, end in zip(places, start, strict=True):
        text = {"va": "center", "fontsize": 8, "color": _GREY}
        panel.text(end + 0.015 * start.max(initial=1), place, f"{end:,.0f}", **text)
    panel.set_yticks(places, [_text(_shorten(names[index])) for index in shown])
    panel.set_ylim(max(len(shown), 4) - 0.4, -0.6)
    panel.set_xlim(0, 1.15 * start.max(initial=1))
    _count_in_whole_numbers(panel.xaxis, nbins=6)
    if len(counts) > 1:
        panel.legend(frameon=False, loc="lower right")
    of_all = (
        f", the first {len(shown)} of {len(names)}" if len(shown) < len(names) else ""
    )
    panel.set_title(f"boxes by class{of_all}")


def _plot_box_sizes(panel, gathered, view):
    boxes = resized_targets(gathered.total, view.resize).boxes
    sides = np.sqrt(np.prod(boxes[:, 2:] - boxes[:, :2], axis=1))
    sizes = [size for level in view.grid.sizes for size in level]
    _log_histogram(panel, sides, sizes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024])
    panel.set_title("size of boxes for the network, and of anchors")
    panel.set_xlabel("square root of the area, pixels of the resized picture")


def _plot_aspect_ratios(panel, gathered, view):
    height, width = gathered.total.box_sizes[gathered.total.targets].T
    ticks = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20]
    _log_histogram(panel, height / width, view.grid.ratios, ticks)
    panel.set_title("shape of boxes, and of anchors")
    panel.set_xlabel("height / width")


def _log_histogram(panel, values, marks, ticks):
    """A histogram over a logarithmic axis; dashed lines where the anchors are."""
    both = np.concatenate([values, marks])
    low, high = both.min() / 1.2, both.max() * 1.2
    bins = np.geomspace(low, high, int(np.clip(2 * np.sqrt(len(values)), 15, 60)))
    panel.hist(values, bins, color=COLORS[0], alpha=0.85)
    panel.set_xscale("log")
    panel.set_xlim(low, high)
    panel.set_xticks([tick for tick in ticks if low <= tick <= high])
    panel.minorticks_off()
    panel.xaxis.set_major_formatter("{x:g}")
    panel.set_ylim(0, 1.18 * max(1, panel.get_ylim()[1]))
    for mark in marks:
        panel.axvline(mark, ymax=0.92, color=_ANCHOR, linewidth=1.2, linestyle="--")
        place = {"transform": panel.get_xaxis_transform(), "ha": "center"}
        panel.text(mark, 0.94, f"{mark:g}", color=_ANCHOR, fontsize=8, **place)
    _count_in_whole_numbers(panel.yaxis)
    panel.set_ylabel("boxes")


def _plot_picture_sizes(panel, total):
    sizes, counts = np.unique(total.sizes, axis=0, return_counts=True)
    area = 30 + 900 * counts / counts.max()
    style = {"color": COLORS[0], "alpha": 0.45, "linewidths": 0.8}
    panel.scatter(sizes[:, 1], sizes[:, 0], s=area, edgecolors="white", **style)
    frequent = [
        f"{sizes[i, 1]} x {sizes[i, 0]}  {counts[i] / counts.sum():.0%}"
        for i in np.argsort(-counts, kind="stable")[:_FREQUENT]
    ]
    place = {"transform": panel.transAxes, "ha": "left", "va": "bottom"}
    panel.text(0.04, 0.04, "\n".join(frequent), color=INK, fontsize=9, **place)
    end = 1.2 * sizes.max()
    panel.set_xlim(0, end)
    panel.set_ylim(0, end)
    panel.plot([0, end], [0, end], color=_LIGHT, linewidth=1, zorder=0)
    panel.set_aspect("equal")
    panel.set_title("sizes of pictures")
    panel.set_xlabel("width, pixels")
    panel.set_ylabel("height, pixels")


def _plot_objects_per_picture(panel, total):
    most = int(total.counts.max())
    width = max(1, -(-(most + 1) // 60))
    bins = np.arange(0, most + width + 1, width) - 0.5
    panel.hist(total.counts, bins, color=COLORS[0], alpha=0.85, rwidth=0.9)
    middle = float(np.median(total.counts))
    panel.axvline(middle, color=_GREY, linewidth=1.2, linestyle="--")
    panel.set_ylim(0, 1.1 * panel.get_ylim()[1])
    place = {"transform": panel.get_xaxis_transform(), "color": _GREY, "fontsize": 8}
    panel.text(middle, 0.96, f" median {middle:g}", **place)
    panel.xaxis.get_major_locator().set_params(integer=True)
    panel.set_title("boxes of a picture")
    panel.set_xlabel("boxes")
    _count_in_whole_numbers(panel.yaxis)
    panel.set_ylabel("pictures")


def _plot_centers(panel, total):
    sizes = total.sizes[total.pictures]
    centers = (total.boxes[:, :2] + total.boxes[:, 2:]) / 2 / sizes
    height, width = np.median(total.sizes, axis=0)
    cells = np.clip(np.sqrt(len(centers)) / 2, _FEWEST_CELLS, _MOST_CELLS)
    rows = max(4, round(cells * min(1.0, height / width)))
    columns = max(4, round(cells * min(1.0, width / height)))
    edges = np.linspace(0, 1, rows + 1), np.linspace(0, 1, columns + 1)
    counts, _, _ = np.histogram2d(centers[:, 0], centers[:, 1], bins=edges)
    extent = (0, width, height, 0)
    panel.imshow(counts, cmap="Blues", extent=extent, interpolation="nearest")
    panel.set_xticks([])
    panel.set_yticks([])
    panel.set_title("centres of boxes")
    panel.set_xlabel("all pictures brought to one size")


def _text(name):
    """A name as it is: Matplotlib would set what stands between two $ as a formula."""
    return drawable(name).replace("$", r"\$")


def _shorten(name, length=18):
    return name if len(name) <= length else f"{name[: length - 1]}…"


def _count_in_whole_numbers(axis, **ticks):
    axis.get_major_locator().set_params(integer=True, **ticks)
    axis.set_major_formatter("{x:,.0f}")


def _tidy(panel, grid):
    panel.set_title(
        panel.get_title(), fontsize=11, fontweight="bold", color=INK, pad=10
    )
    panel.xaxis.label.set_color(_GREY)
    panel.yaxis.label.set_color(_GREY)
    panel.tick_params(colors=INK, length=0, labelsize=9)
    panel.set_anchor("N")  # where a side is left over, below: titles stay in line
    panel.spines[["top", "right"]].set_visible(False)
    panel.spines[["left", "bottom"]].set_color("#b8bcc2")
    if grid:
        panel.grid(axis=grid, color=_LIGHT, linewidth=0.8)
        panel.set_axisbelow(True)
