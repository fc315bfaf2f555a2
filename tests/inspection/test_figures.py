"""Each figure of a page: a sentence, and the pictures and rows that it speaks of."""

import numpy as np
import pytest

from luminet import vis
from luminet.detections import Detections
from luminet.inspection.canvas import BAD, GOOD, Canvas, draw_dots
from luminet.inspection.figure import Word
from luminet.inspection.figures.all_figures import draw_figures
from luminet.inspection.figures.detection_figures import detection_figure, fate_figure
from luminet.inspection.figures.picture_figures import anchor_figure
from luminet.inspection.figures.proposal_figures import (
    funnel_figure,
    objectness_figure,
)
from luminet.inspection.figures.region_figures import level_figure, score_figure
from luminet.inspection.figures.target_figures import (
    best_anchor_figure,
    region_target_figure,
)
from luminet.inspection.inspection import inspect_picture
from luminet.inspection.page import make_page

WITH_TRUTH = ["Where was each object lost?", "What the network gets", "Anchors"]
WITH_TRUTH += ["Does an anchor fit each object?", "Anchors in training", "Objectness"]
WITH_TRUTH += ["From anchors to proposals", "Proposals before and after suppression"]
WITH_TRUTH += ["Regions by level", "Regions in training"]
WITH_TRUTH += ["What the second stage says of each region", "Detections"]
ONLY_WITH_TRUTH = {WITH_TRUTH[index] for index in (0, 3, 4, 9)}


def has(picture, color):
    """Whether a picture has pixels of a colour."""
    wanted = np.array(list(bytes.fromhex(color[1:])))
    return (np.asarray(picture.image) == wanted).all(axis=-1).any()


def test_the_stations_come_in_their_order(inspection):
    assert [figure.title for figure in draw_figures(inspection)] == WITH_TRUTH


def test_without_truth_nothing_is_said_of_objects(any_checkpoint, pixels):
    figures = list(draw_figures(inspect_picture(any_checkpoint, pixels)))
    titles = [figure.title for figure in figures]
    if any_checkpoint.class_names == ("object",):
        assert "No second stage" in titles and "Regions by level" not in titles
    else:
        assert titles == [name for name in WITH_TRUTH if name not in ONLY_WITH_TRUTH]


def test_every_figure_has_one_sentence_and_fits(any_checkpoint, pixels, example):
    if any_checkpoint.class_names == ("object",):
        example = None
    for figure in draw_figures(inspect_picture(any_checkpoint, pixels, example)):
        assert figure.sentence.endswith(".")
        assert ". " not in figure.sentence
        for picture in figure.pictures:
            assert picture.image.width <= 900 and picture.image.height <= 760


@pytest.mark.parametrize("shape", [(40, 300, 3), (300, 20, 3), (1, 1, 3)])
def test_a_picture_without_objects_of_any_shape(checkpoint, example, shape):
    nothing = type(example)("none", "none.png", b"", *shape[:2])
    seen = inspect_picture(checkpoint, np.zeros(shape, np.uint8), nothing, 0.99)
    assert len(seen.found) == 0 and seen.targets is None
    assert len(make_page("none", [], list(draw_figures(seen)))) < 5e6


def test_all_anchors_of_a_cell_are_drawn(inspection):
    figure = anchor_figure(inspection)
    (picture,) = figure.pictures
    assert picture.line == "stride 16: 4 x 6 cells, 2 anchors each, of size 16, 32"
    assert figure.legend == [("height / width 1", vis.color(0))]
    assert has(picture, vis.color(0))


def test_each_level_has_its_anchors(any_checkpoint, pixels):
    seen = inspect_picture(any_checkpoint, pixels)
    names = [picture.line.split(":")[0] for picture in anchor_figure(seen).pictures]
    assert names == seen.stations.level_names


def test_levels_of_one_stride_are_told_apart(equal_strides, pixels):
    seen = inspect_picture(equal_strides, pixels)
    names = ["stride 32 (1 of 2)", "stride 32 (2 of 2)", "stride 64"]
    for figure in (anchor_figure(seen), objectness_figure(seen)):
        assert [picture.line.split(":")[0] for picture in figure.pictures] == names
    assert [row[0] for row in funnel_figure(seen).table.rows[:-1]] == names


def test_anchors_have_the_sizes_of_the_config_even_if_rounded(equal_strides, pixels):
    pictures = anchor_figure(inspect_picture(equal_strides, pixels)).pictures
    sizes = [picture.line.rpartition(" ")[2] for picture in pictures]
    assert sizes == ["16", "32", "64"]


def test_where_one_level_of_several_is_cut_from_it_is_named(
    equal_strides, checkpoint, pixels
):
    figure = level_figure(inspect_picture(equal_strides, pixels))
    assert "one of this model's feature levels, that of stride 32 (1 of" in (
        figure.sentence
    )
    figure = level_figure(inspect_picture(checkpoint, pixels))
    assert figure.sentence.startswith("This model has one feature level")


def test_regions_in_training_say_of_which_stage_they_are(
    cascade, inspection, pixels, example
):
    of_one = region_target_figure(inspection).sentence
    assert "the second stage would learn" in of_one and "later" not in of_one
    seen = inspect_picture(cascade, pixels, example)
    of_three = region_target_figure(seen).sentence
    assert "the first of the 3 stages of the cascade would learn" in of_three
    assert "each later stage takes the boxes of the one before" in of_three


def test_ignored_anchors_stand_out_on_any_ground():
    grey = np.full([20, 20, 3], 154, np.uint8)
    image = Canvas(grey).plain()
    draw_dots(image, np.float32([[10, 10]]), "#9aa3b2")
    assert np.ptp(np.asarray(image)) > 100


def test_anchors_larger_than_the_picture_get_room():
    canvas, boxes = Canvas(np.zeros([20, 30, 3], np.uint8)).with_margin(
        np.float32([[-5, -10, 25, 33]])
    )
    assert canvas.pixels.shape == (30, 43, 3)
    np.testing.assert_array_equal(boxes, [[0, 0, 30, 43]])


def test_the_table_of_counts_adds_up(any_checkpoint, pixels):
    rows = funnel_figure(inspect_picture(any_checkpoint, pixels)).table.rows
    if len(rows) > 1:
        assert rows[-1][1:] == np.sum([row[1:] for row in rows[:-1]], axis=0).tolist()
    for _, _, candidates, *steps in rows:
        assert candidates == sum(steps)


def test_an_object_is_green_where_an_anchor_fits_it(inspection):
    fits = [fate.best_anchor >= 0.5 for fate in inspection.fates]
    (picture,) = best_anchor_figure(inspection).pictures
    assert has(picture, GOOD) == any(fits)
    assert has(picture, BAD) == (not all(fits))
    poor = len(fits) - sum(fits)
    assert picture.line.startswith(f"{poor} of {len(fits)} objects without")


def test_every_object_has_a_row(inspection):
    figure = fate_figure(inspection)
    assert [row[0] for row in figure.table.rows] == ["#1", "#2"]
    for row, fate in zip(figure.table.rows, inspection.fates, strict=True):
        assert row[3].text == fate.lost_at and row[4] == fate.reason
        assert row[5:] == [fate.best_anchor, fate.best_proposal, fate.best_detection]


def test_regions_say_what_becomes_of_them(inspection):
    rows = score_figure(inspection).table.rows
    assert 0 < len(rows) <= 20
    assert any(row[-1] == Word("a detection", GOOD) for row in rows)
    for row in rows:
        values = [score.value for score in row[2]]
        assert values == sorted(values, reverse=True) and sum(values) <= 1.001


def test_missed_objects_are_counted(checkpoint, pixels, example):
    seen = inspect_picture(checkpoint, pixels, example, min_prob=0.99)
    figure = detection_figure(seen)
    assert seen.found.scores.size == 0 == len(Detections())
    assert ("missed: 2", BAD) in figure.legend
    assert has(figure.pictures[0], BAD)
