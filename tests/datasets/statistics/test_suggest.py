import dataclasses

import numpy as np
import pytest
from made_columns import columns, example

from luminet.datasets.example_reader import Decode, Rules
from luminet.datasets.source.source import Source
from luminet.datasets.statistics.anchor_cover import (
    NetworkView,
    best_iou,
    resized_targets,
)
from luminet.datasets.statistics.gather import gather
from luminet.datasets.statistics.resized import ResizedSize
from luminet.datasets.statistics.suggest import suggest
from luminet.models.anchor_grid import AnchorGrid

VIEW = NetworkView(
    ResizedSize(600, 1024), AnchorGrid([16], [[64.0, 128.0, 256.0, 512.0]])
)


def boxes_of(rng, height, width, count=40, size=(600, 800)):
    """Boxes of about a height and width, anywhere on a picture."""
    sides = np.array([height, width]) * rng.uniform(0.95, 1.05, [count, 2])
    corners = rng.uniform(0, 1, [count, 2]) * (np.array(size) - sides)
    return np.concatenate([corners, corners + sides], axis=1)


def mean_iou(table, view):
    return best_iou(resized_targets(table, view.resize), view).mean()


def test_sizes_of_anchors_are_those_of_the_objects(rng):
    boxes = [boxes_of(rng, side, side) for side in (24, 48, 100, 300)]
    table = columns(example((600, 800), np.concatenate(boxes)))
    better = suggest(table, VIEW)
    (sizes,) = better.grid.sizes
    np.testing.assert_allclose(sizes, [24, 48, 100, 300], rtol=0.15)
    assert mean_iou(table, better) > mean_iou(table, VIEW) + 0.1


def test_ratios_of_anchors_are_those_of_the_objects(rng):
    boxes = [boxes_of(rng, 200, 40), boxes_of(rng, 60, 120), boxes_of(rng, 110, 100)]
    table = columns(example((600, 800), np.concatenate(boxes)))
    ratios = suggest(table, VIEW).grid.ratios
    np.testing.assert_allclose(ratios, [0.5, 1.1, 5.0], rtol=0.15)


def test_a_rare_class_counts_as_much_as_a_frequent_one(rng):
    boxes = [boxes_of(rng, 128, 128, 300), boxes_of(rng, 30, 30, 5)]
    classes = [0] * 300 + [1] * 5
    table = columns(example((600, 800), np.concatenate(boxes), classes))
    one_size = AnchorGrid([16], [[80.0, 500.0]], [1.0])
    (sizes,) = suggest(table, dataclasses.replace(VIEW, grid=one_size)).grid.sizes
    np.testing.assert_allclose(sizes, [30, 128], rtol=0.15)


def test_what_suits_stays(rng):
    boxes = [boxes_of(rng, side, side) for side in (64, 128, 256, 512)]
    table = columns(example((600, 800), np.concatenate(boxes)))
    better = suggest(table, VIEW)
    np.testing.assert_array_equal(better.grid.sizes, VIEW.grid.sizes)
    assert better.resize is VIEW.resize


def test_several_levels_get_as_many_sizes_as_they_have(rng):
    sides = (20, 45, 90, 150, 200, 330)
    boxes = [boxes_of(rng, side, side) for side in sides]
    table = columns(example((600, 800), np.concatenate(boxes)))
    grid = AnchorGrid([8, 16, 32], [[32.0, 45.0], [128.0, 181.0], [512.0, 724.0]])
    better = suggest(table, dataclasses.replace(VIEW, grid=grid))
    assert np.shape(better.grid.sizes) == (3, 2)
    flat = np.ravel(better.grid.sizes)
    assert (np.diff(flat) > 0).all()
    np.testing.assert_allclose(flat, sides, rtol=0.25)


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(columns(example((600, 800))), id="no object"),
        pytest.param(
            columns(example((600, 800), [[0, 0, 9, 9]], crowd=[1])), id="a crowd"
        ),
    ],
)
def test_without_objects_there_is_nothing_to_suggest(table):
    assert suggest(table, VIEW) is VIEW


def test_sizes_that_nothing_needs_lie_near_the_others():
    table = columns(example((600, 800), [[10, 10, 40, 40]]))
    better = suggest(table, VIEW)
    assert mean_iou(table, better) > mean_iou(table, VIEW)
    (sizes,) = better.grid.sizes
    assert 20 < min(sizes) < max(sizes) < 45


def covered(table, view):
    """The share of objects that overlap an anchor by half."""
    return np.mean(best_iou(resized_targets(table, view.resize), view) >= 0.5)


def test_more_objects_are_covered_though_their_mean_overlap_is_no_higher(rng):
    # Nine of ten fit the anchors; the tenth part, long ones, would need other ratios.
    boxes = [boxes_of(rng, 128, 128, 90), boxes_of(rng, 400, 40, 10)]
    table = columns(example((600, 800), np.concatenate(boxes)))
    one_size = AnchorGrid([16], [[128.0, 256.0]], [0.9, 1.0, 1.1])
    view = dataclasses.replace(VIEW, grid=one_size)
    assert covered(table, view) == 0.9
    assert covered(table, suggest(table, view)) == 1.0


@pytest.mark.parametrize("seed", range(5))
def test_no_suggestion_covers_fewer_objects(seed):
    rng = np.random.default_rng(seed)
    boxes = [boxes_of(rng, *rng.uniform(60, 400, 2), 30) for _ in range(4)]
    boxes.append(boxes_of(rng, 120, 120, 400))
    table = columns(example((600, 800), np.concatenate(boxes)))
    better = suggest(table, VIEW)
    assert covered(table, better) >= covered(table, VIEW)


@pytest.mark.parametrize("seed", range(3))
def test_what_was_suggested_is_not_improved_upon(seed):
    rng = np.random.default_rng(seed)
    boxes = [boxes_of(rng, *rng.uniform(20, 500, 2), 20) for _ in range(6)]
    table = columns(example((600, 800), np.concatenate(boxes)))
    better = suggest(table, VIEW)
    assert better is not VIEW
    assert suggest(table, better).grid is better.grid


@pytest.mark.real_data
def test_blood_cells_stay_covered(real_data):
    source = Source(real_data / "bccd/BCCD", "pascal", rules=Rules(Decode.HEADER))
    table = gather(source).total
    better = suggest(table, VIEW)
    assert covered(table, better) > covered(table, VIEW)
    assert mean_iou(table, better) > mean_iou(table, VIEW)
