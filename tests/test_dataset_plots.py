import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from luminet.dataset_plots import plot_dataset
from luminet.datasets.conversion.log import Log
from luminet.datasets.example import Example
from luminet.datasets.statistics.anchor_cover import NetworkView
from luminet.datasets.statistics.columns import from_examples
from luminet.datasets.statistics.gather import Gathered
from luminet.datasets.statistics.resized import ResizedSize
from luminet.models.anchor_grid import AnchorGrid

VIEW = NetworkView(
    ResizedSize(600, 1024), AnchorGrid([16], [[64.0, 128.0, 256.0, 512.0]])
)
# Panels of the page, and colours of what is in them.
CLASSES, SIZES, SHAPES = (
    np.s_[90:420, 60:490],
    np.s_[90:420, 570:1000],
    np.s_[90:420, 1060:],
)
PICTURES, OBJECTS, CENTERS = (
    np.s_[500:860, 60:490],
    np.s_[500:860, 570:1000],
    np.s_[500:860, 1060:],
)
BLUE, ORANGE, ANCHOR = (47, 111, 178), (224, 123, 40), (194, 65, 12)


def table(*counts, size=(480, 640), seed=0):
    """Pictures with so many objects each, anywhere, of class 0 and 1."""
    rng = np.random.default_rng(seed)
    examples = []
    for count in counts:
        corners = np.sort(rng.uniform(0, 1, [count, 2, 2]), axis=1) * size
        boxes = corners.reshape(count, 4).astype(np.float32)
        classes = rng.integers(0, 2, count).astype(np.int32)
        examples.append(Example("", "", b"", *size, boxes, classes))
    return from_examples(range(len(counts)), examples)


@pytest.fixture
def plot(tmp_path):
    def plot(names=("cat", "dog"), **splits):
        found = Gathered(names, splits, dict.fromkeys(splits, 0), Log())
        plot_dataset(found, VIEW, "pets", tmp_path / "plots.png")
        return np.asarray(Image.open(tmp_path / "plots.png").convert("RGB"))

    return plot


@pytest.fixture
def figure_of(plot, monkeypatch):
    """Lay out a page, and look into it before it becomes pixels."""

    def figure_of(names=("cat", "dog"), **splits):
        figures, save = [], Figure.savefig

        def keep(figure, *args, **options):
            figures.append(figure)
            save(figure, *args, **options)

        monkeypatch.setattr(Figure, "savefig", keep)
        plot(names, **splits)
        return figures[0]

    return figure_of


def has(panel, color, tolerance=40):
    return (np.abs(panel.astype(int) - color).max(axis=-1) <= tolerance).any()


def test_each_panel_shows_what_it_should(plot):
    page = plot(train=table(3, 9, 30), val=table(5, seed=1))
    assert page.shape == (900, 1500, 3)
    assert has(page[CLASSES], BLUE) and has(page[CLASSES], ORANGE)
    for panel in (SIZES, SHAPES):
        assert has(page[panel], BLUE) and has(page[panel], ANCHOR)
    for panel in (PICTURES, OBJECTS, CENTERS):
        assert (page[panel].min(axis=-1) < 200).mean() > 0.01


@pytest.mark.parametrize(
    "splits",
    [
        pytest.param({"all": table(0)}, id="one picture without objects"),
        pytest.param({"all": table(1)}, id="one object"),
        pytest.param({"train": table(2), "val": table()}, id="an empty split"),
        pytest.param({"all": table(1, 0, 400)}, id="a crowded picture"),
        pytest.param({"all": table(3, size=(1, 20_000))}, id="a strip"),
    ],
)
def test_few_or_odd_pictures_make_a_page(plot, splits):
    assert plot(**splits).shape == (900, 1500, 3)


@pytest.mark.parametrize("names", [(), tuple(f"class {i}" for i in range(90))])
def test_no_class_or_many_make_a_page(plot, names):
    counts = [5, 2] if names else [0]
    assert plot(names, all=table(*counts)).shape == (900, 1500, 3)


@pytest.mark.parametrize(
    "name, shown",
    [
        pytest.param(r"$\foo$", r"$\foo$", id="no formula"),
        pytest.param("$x_1$", "$x_1$", id="a formula"),
        pytest.param(r"\$5 or $5", r"\$5 or $5", id="an escaped dollar"),
        pytest.param("Größe", "Größe", id="umlauts"),
        pytest.param("猫", r"\u732b", id="no such letter"),
        pytest.param("a\nb", r"a\nb", id="a line break"),
    ],
)
def test_names_are_shown_as_they_are(figure_of, name, shown):
    figure = figure_of((name, "dog"), **{name: table(9), "val": table(9)})
    panel = figure.axes[0]
    names = [*panel.get_yticklabels(), *panel.get_legend().get_texts()]
    drawn = [label._preprocess_math(label.get_text()) for label in names]
    assert drawn.count((shown, False)) == 2


def test_counts_of_few_boxes_have_whole_numbers_once(figure_of):
    figure = figure_of(all=table(2, 1))
    for panel in figure.axes[1], figure.axes[2], figure.axes[4]:
        ticks = [label.get_text() for label in panel.get_yticklabels()]
        assert len(ticks) == len(set(ticks))


def test_titles_of_a_row_are_on_one_line(figure_of):
    figure = figure_of(all=table(3, 5))
    heights = [panel.title.get_window_extent().y0 for panel in figure.axes]
    np.testing.assert_allclose(heights, np.repeat(heights[::3], 3), atol=1)
