"""Curves of a training run. Matplotlib is imported when a plot is drawn, not before."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from luminet import atomic
from luminet.errors import InputError

COLORS = ("#2f6fb2", "#e07b28", "#3a9a5c", "#b04a8f", "#7a5fc0", "#8a7a3f")
INK = "#22262b"


def plot_curves(metrics_csv: Path | str, png: Path | str) -> None:
    """Draw the losses, the learning rate and the precision of a run over its steps.

    Args:
        metrics_csv: with a header that starts with `step,epoch,time,lr,loss`; then come
            the parts of the loss, then `images_per_second`. Cells may be empty. Of two
            values for one step, as a resumed run writes them, the later one counts.
        png: where the picture will be; an existing file is replaced.

    Raises:
        InputError: the file cannot be read, or a cell is not a number.
    """
    from matplotlib.figure import Figure

    series = _read(Path(metrics_csv))
    figure = Figure(figsize=(12, 7.5), dpi=100, layout="constrained")
    figure.get_layout_engine().set(w_pad=0.15, h_pad=0.15)
    axes = figure.subplots(2, 2)
    _plot_losses(axes[0, 0], series, ["loss"], "total loss")
    _plot_losses(axes[0, 1], series, _loss_parts(series), "parts of the loss")
    _plot_learning_rate(axes[1, 0], series)
    _plot_precision(axes[1, 1], series)
    last_step = max(1.0, *series["step"][0]) if len(series["step"][0]) else 1.0
    for panel in axes.flat:
        _tidy(panel, last_step)
    with atomic.open_file(png, "wb") as file:
        figure.savefig(file, format="png")


def _read(path: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Steps and values of each column."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            rows, columns = list(reader), reader.fieldnames or []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"Cannot read {path}: {error}") from error
    if missing := {"step", "lr", "loss"} - set(columns):
        raise InputError(f"{path} must have the columns: {', '.join(sorted(missing))}.")
    return {column: _series(path, rows, column) for column in columns}


def _series(path, rows, column):
    points = {}
    for line, row in enumerate(rows, start=2):
        if not row[column] or not row["step"]:
            continue
        try:
            points[float(row["step"])] = float(row[column])
        except ValueError as error:
            raise InputError(f"{path}, line {line}, {column}: {error}") from error
    steps = np.array(sorted(points))
    return steps, np.array([points[step] for step in steps])


def _loss_parts(series) -> list[str]:
    columns = list(series)
    first = columns.index("loss") + 1
    end = (
        columns.index("images_per_second") if "images_per_second" in columns else first
    )
    return columns[first:end]


def _plot_losses(panel, series, names: Sequence[str], title: str) -> None:
    panel.set_title(title)
    for index, name in enumerate(names):
        color = COLORS[index % len(COLORS)]
        steps, values = series[name]
        panel.plot(steps, values, color=color, linewidth=0.8, alpha=0.3)
        panel.plot(steps, _smooth(values), color=color, linewidth=1.8, label=name)
    smooth = np.concatenate([[], *(_smooth(series[name][1]) for name in names)])
    smooth = smooth[np.isfinite(smooth)]
    if smooth.size:
        # The first steps may be so high that nothing else could be seen.
        panel.set_ylim(0.0, 1.1 * max(np.quantile(smooth, 0.98), 1e-6))
    if len(names) > 1:
        panel.legend(frameon=False, loc="upper right")


def _plot_learning_rate(panel, series) -> None:
    panel.set_title("learning rate")
    panel.plot(*series["lr"], color=COLORS[0], linewidth=1.8)
    panel.set_ylim(bottom=0.0)
    panel.ticklabel_format(axis="y", style="sci", scilimits=(-2, 3))


def _plot_precision(panel, series) -> None:
    panel.set_title("average precision on the validation set, %")
    measured = [
        name for name in ("AP50", "AP") if name in series and len(series[name][0])
    ]
    for name in measured:
        steps, values = series[name][0], 100.0 * series[name][1]
        color = COLORS[("AP", "AP50").index(name)]
        panel.plot(steps, values, color=color, linewidth=1.8, marker=".", label=name)
        best = int(np.argmax(values))
        panel.plot(steps[best], values[best], color=color, marker="o")
        place = {"xytext": (0, 8), "textcoords": "offset points", "ha": "center"}
        text = f"{values[best]:.1f}"
        panel.annotate(text, (steps[best], values[best]), color=color, **place)
    panel.set_ylim(0.0, 105.0)
    if measured:
        panel.legend(frameon=False, loc="lower right")
    else:
        center = {"transform": panel.transAxes, "ha": "center", "color": INK}
        panel.text(0.5, 0.5, "not evaluated yet", **center)


def _smooth(values: np.ndarray) -> np.ndarray:
    """Running mean that forgets over a 25th of the values; starts without a bias."""
    keep = 1.0 - 1.0 / max(1.0, len(values) / 25.0)
    smoothed, total, weight = np.empty_like(values), 0.0, 0.0
    for index, value in enumerate(values):
        # A value that is not a number would swallow all that come after it.
        if np.isfinite(value):
            total, weight = keep * total + value, keep * weight + 1.0
        smoothed[index] = total / weight if weight else np.nan
    return smoothed


def _tidy(panel, last_step: float) -> None:
    panel.set_title(
        panel.get_title(), fontsize=12, fontweight="bold", color=INK, pad=10
    )
    panel.set_xlabel("step", color=INK)
    panel.set_xlim(0.0, 1.02 * last_step)
    panel.xaxis.get_major_locator().set_params(integer=True, nbins=7)
    panel.xaxis.set_major_formatter("{x:,.0f}")
    panel.grid(color="#e3e5e8", linewidth=0.8)
    panel.set_axisbelow(True)
    panel.tick_params(colors=INK, length=0)
    panel.spines[["top", "right"]].set_visible(False)
    panel.spines[["left", "bottom"]].set_color("#b8bcc2")
