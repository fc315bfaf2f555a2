import dataclasses

import pytest
from made_columns import columns, example

from luminet.datasets.statistics.anchor_cover import NetworkView
from luminet.datasets.statistics.resized import ResizedSize
from luminet.datasets.statistics.suggest_resize import (
    suggest_resize,
    with_larger_pictures,
)
from luminet.models.anchor_grid import AnchorGrid

VIEW = NetworkView(
    ResizedSize(600, 1024), AnchorGrid([16], [[64.0, 128.0, 256.0, 512.0]])
)


def resize_for(side, size=(600, 800), now=(600, 1024)):
    """The sizes for pictures of one size with objects of one short side."""
    table = columns(example(size, [[0, 0, 2 * side, side]] * 10))
    view = dataclasses.replace(VIEW, resize=ResizedSize(*now))
    resize = suggest_resize(table, view)
    return resize.min_size, resize.max_size


@pytest.mark.parametrize(
    "arguments, expected",
    [
        # 16 pixels of a picture that is not resized are one stride.
        pytest.param({"side": 16}, (600, 1024), id="large enough"),
        pytest.param({"side": 12}, (800, 1376), id="enlarged by a third"),
        pytest.param({"side": 4}, (1024, 1760), id="more than is sensible"),
        pytest.param(
            {"side": 4, "size": (400, 600)}, (800, 1376), id="twice their size at most"
        ),
        pytest.param({"side": 3, "size": (96, 96)}, (600, 1024), id="enlarged enough"),
        pytest.param(
            {"side": 20, "size": (500, 2000), "now": (600, 1000)},
            (960, 1600),
            id="the longer side is the limit",
        ),
    ],
)
def test_pictures_are_enlarged_until_objects_are_a_stride_wide(arguments, expected):
    assert resize_for(**arguments) == expected


def squares(side, size=(600, 800)):
    """Ten objects, each on a picture of its own."""
    return columns(*[example(size, [[100, 100, 100 + side, 100 + side]])] * 10)


def test_larger_pictures_are_told_where_more_objects_are_covered_on_them():
    # 40 pixels are 2/5 of an anchor's area; those of 60, on pictures half as large
    # again, are nearly all of it.
    larger = with_larger_pictures(squares(40), VIEW)
    assert (larger.resize.min_size, larger.resize.max_size) == (928, 1600)
    assert larger.grid is VIEW.grid


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(squares(64), id="all are covered"),
        pytest.param(squares(4), id="too small then, too"),
        pytest.param(squares(40, size=(300, 400)), id="enlarged twice already"),
        pytest.param(columns(example((600, 800))), id="no object"),
    ],
)
def test_larger_pictures_are_not_told_where_they_do_not_help(table):
    assert with_larger_pictures(table, VIEW) is None
