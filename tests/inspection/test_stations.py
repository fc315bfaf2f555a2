"""What is seen between the stations is what the model itself makes of a picture."""

import numpy as np
import pytest

from luminet.datasets import padding
from luminet.inspection.inspection import inspect_picture
from luminet.inspection.numbers import numbers
from luminet.inspection.stations import Level
from luminet.predict import Predictor


def test_detections_are_those_of_a_prediction(any_checkpoint, pixels):
    seen = inspect_picture(any_checkpoint, pixels, min_prob=0.0)
    found = Predictor(any_checkpoint).predict(pixels)
    assert len(found) > 0
    boxes = seen.found.boxes / np.tile(seen.scale, 2)
    np.testing.assert_allclose(boxes, found.boxes, atol=1e-3)
    np.testing.assert_allclose(seen.found.scores, found.scores, atol=1e-5)
    np.testing.assert_array_equal(seen.found.classes, found.classes)


def test_proposals_are_the_models(checkpoint, inspection):
    image = padding.pad_image(np.float32(inspection.resized))[None]
    batch = {"image": image, "image_size": inspection.stations.image_size[None]}
    outputs = checkpoint.model(batch)["rpn"]
    count = len(inspection.stations.proposals)
    assert 0 < count <= 10
    # The picture shown is rounded to whole grey levels.
    np.testing.assert_allclose(
        inspection.stations.proposal_scores, outputs["scores"][0, :count], atol=0.01
    )


def test_every_box_of_the_first_stage_is_accounted_for(any_checkpoint, pixels):
    stations = inspect_picture(any_checkpoint, pixels).stations
    for level in stations.levels:
        gone = level.num_outside + level.num_small + level.num_low
        gone += level.num_suppressed
        assert gone + level.num_survivors == len(level.candidates)
        assert len(level.anchors) == np.prod(level.size) * level.per_cell
    left = sum(level.num_survivors for level in stations.levels)
    most = any_checkpoint.config["model"]["rpn"]["proposal"]["post_nms"]
    assert len(stations.proposals) == min(left, most)


def test_why_boxes_are_left_out_is_told_apart():
    boxes = [[0, 0, 9, 9], [0, 0, 9, 0], [0, 0, 5, 0.5], [1, 1, 9, 9], [0, 0, 5, 1]]
    boxes, scores = np.float32(boxes), np.float32([0.9, 0, 0, 0.5, 0])
    level = Level(16, (1, 1), boxes[:1], scores[:1], boxes, scores, 1, 1.0, (9.0,))
    assert (level.num_outside, level.num_small, level.num_low) == (1, 1, 1)
    assert level.num_suppressed == 1


def test_a_box_below_the_lowest_score_is_not_too_small(checkpoint, pixels, monkeypatch):
    (before,) = inspect_picture(checkpoint, pixels).stations.levels
    assert before.num_low == 0
    middle = float(np.median(before.candidate_scores[before.candidate_scores > 0]))
    monkeypatch.setattr(checkpoint.model.rpn.proposal, "min_score", middle)
    (level,) = inspect_picture(checkpoint, pixels).stations.levels
    assert level.num_low > 0
    assert level.num_small == before.num_small
    assert level.num_outside == before.num_outside
    kept = level.num_suppressed + level.num_survivors
    assert kept == (before.candidate_scores >= np.float32(middle)).sum()
    (counts,) = numbers(inspect_picture(checkpoint, pixels))["levels"]
    assert counts["scored_too_low"] == level.num_low


def test_cells_lie_where_their_anchors_do(inspection):
    (level,) = inspection.stations.levels
    rows, columns = level.centers
    np.testing.assert_allclose(rows[:3], [8, 24, 40])
    np.testing.assert_allclose(columns[-1], 16 * level.size[1] - 8)


@pytest.mark.parametrize("side", [0, 255])
def test_a_picture_of_one_colour_goes_through(any_checkpoint, side):
    seen = inspect_picture(any_checkpoint, np.full([40, 90, 3], side, np.uint8))
    assert seen.resized.shape == (43, 96, 3)
    assert seen.truth is None and seen.fates == []
