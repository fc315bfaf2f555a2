"""Patch, IoU crop, expand, cut-out and large-scale jitter: sizes and places."""

import numpy as np
import pytest

from tests.datasets.augmentation.scene import (
    BOXES,
    COLOURS,
    SIZE,
    bounds,
    pixels_of,
    run,
    scene,
    single,
)


def sizes(results):
    return np.array([result["image"].shape[:2] for result in results])


def test_patches_have_every_size_from_the_least_to_the_whole():
    found = sizes(run(single("patch", min_height=20, min_width=50), scene(), 400))
    assert found.min(axis=0).tolist() == [20, 50]
    assert found.max(axis=0).tolist() == [*SIZE]


def test_patch_of_a_picture_that_is_smaller_is_the_picture():
    results = run(single("patch", min_height=600, min_width=600), scene(), 3)
    assert (sizes(results) == SIZE).all()


def test_patch_that_would_lose_all_objects_is_not_cut():
    sample = scene(boxes=[(0, 0, 6, 6)])
    results = run(single("patch", min_height=10, min_width=10), sample, 60)
    assert all(len(result["boxes"]) == 1 for result in results)
    uncut = (sizes(results) == SIZE).all(axis=1)
    assert 10 < uncut.sum() < 60


def test_patch_of_a_picture_without_objects_is_cut():
    results = run(single("patch", min_height=10, min_width=10), scene(boxes=()), 10)
    assert (sizes(results) < SIZE).any(axis=1).sum() > 5


def iou(box, size):
    """Of a box in a window, cut or not, which are both given in the window's pixels."""
    height, width = size
    y1, x1, y2, x2 = box
    inside = (min(y2, height) - max(y1, 0)) * (min(x2, width) - max(x1, 0))
    return inside / (height * width + (y2 - y1) * (x2 - x1) - inside)


@pytest.mark.parametrize("min_iou", [0.1, 0.3, 0.5])
def test_windows_overlap_some_object_enough(min_iou):
    sample = scene(boxes=[(5, 8, 45, 60)])
    results = run(single("iou_crop", min_ious=[min_iou], min_visible=1.0), sample, 60)
    cut = [result for result in results if result["image"].shape[:2] != SIZE]
    assert len(cut) > 20
    for result in cut:
        # Only whole objects stay here: their boxes are not cut.
        overlaps = [iou(box, result["image"].shape[:2]) for box in result["boxes"]]
        assert max(overlaps) >= min_iou - 1e-6


def test_windows_are_neither_too_small_nor_too_slim():
    settings = {"min_scale": 0.4, "max_aspect_ratio": 1.5, "min_ious": [0.0]}
    found = sizes(run(single("iou_crop", **settings), scene(), 100))
    assert (found >= np.multiply(SIZE, 0.4) - 0.5).all()
    assert (found.max(axis=1) / found.min(axis=1)).max() <= 1.5
    assert len({tuple(size) for size in found}) > 50


def test_no_window_fits_and_the_picture_stays():
    sample = scene(boxes=[(0, 0, 2, 2)])
    results = run(single("iou_crop", min_ious=[0.9]), sample, 10)
    assert (sizes(results) == SIZE).all()


def test_canvas_is_as_much_larger_as_was_asked_and_the_picture_is_on_it():
    sample = scene()
    settings = {"min_ratio": 1.5, "max_ratio": 3.0, "fill": [0, 255, 255]}
    results = run(single("expand", **settings), sample, 60)
    ratios = sizes(results) / SIZE
    assert ratios.min() >= 1.49 and ratios.max() <= 3.01 and np.ptp(ratios) > 1.2
    for result in results:
        outside = (result["image"] == COLOURS[5]).all(axis=-1)
        y1, x1, y2, x2 = bounds(~outside)
        np.testing.assert_array_equal(result["image"][y1:y2, x1:x2], sample["image"])


def test_places_on_a_canvas_are_all_over_it():
    settings = {"min_ratio": 2.0, "max_ratio": 2.0}
    boxes = [
        result["boxes"][0, :2]
        for result in run(single("expand", **settings), scene(), 300)
    ]
    shifts = (np.array(boxes) - BOXES[0][:2]) / SIZE
    assert (shifts.min(axis=0) < 0.02).all() and (shifts.max(axis=0) > 0.98).all()
    np.testing.assert_allclose(shifts.mean(axis=0), 0.5, atol=4 * 0.289 / 300**0.5)


def test_hole_has_the_size_and_colour_that_were_asked_for():
    settings = {"min_scale": 0.2, "max_scale": 0.5, "fill": [0, 255, 255]}
    results = run(single("cut_out", **settings), scene(), 60)
    for result in results:
        hole = pixels_of(result["image"], COLOURS[5])
        y1, x1, y2, x2 = bounds(hole)
        assert hole.sum() == (y2 - y1) * (x2 - x1)
        assert 0.19 <= (y2 - y1) / 60 <= 0.51 and 0.19 <= (x2 - x1) / 80 <= 0.51


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_jitter_scales_objects_and_keeps_the_size_of_the_picture(scale):
    settings = {"min_scale": scale, "max_scale": scale, "min_visible": 1.0}
    results = run(single("large_scale_jitter", **settings), scene(), 100)
    assert (sizes(results) == SIZE).all()
    found = 0
    for result in results:
        for box, area, index in zip(
            result["boxes"], result["area"], result["classes"], strict=True
        ):
            before = np.array(BOXES[index])
            expected = (before[2:] - before[:2]) * scale
            np.testing.assert_allclose(box[2:] - box[:2], expected, rtol=1e-5)
            assert area == pytest.approx(np.prod(expected), rel=1e-5)
            found += 1
    assert found >= 15


def test_jitter_that_shrinks_leaves_plain_colour_around():
    settings = {"min_scale": 0.5, "max_scale": 0.5, "fill": [0, 255, 255]}
    for result in run(single("large_scale_jitter", **settings), scene(), 20):
        inside = ~(result["image"] == COLOURS[5]).all(axis=-1)
        y1, x1, y2, x2 = bounds(inside)
        assert (y2 - y1, x2 - x1) == (30, 40) and inside.sum() == 1200
