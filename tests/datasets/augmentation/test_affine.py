"""Small rotations, shears and shifts."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from luminet.datasets.augmentation import affine
from tests.datasets.augmentation.scene import (
    BOXES,
    COLOURS,
    SIZE,
    assert_boxes_are_on_their_objects,
    pixels_of,
    run,
    scene,
    single,
)

STILL = {"rotation": 0.0, "shear": 0.0, "translation": 0.0}


@pytest.mark.parametrize("rotation", [5.0, 40.0])
def test_boxes_of_ellipses_are_on_them(rotation):
    middle = scene(boxes=[(20, 22, 38, 44), (25, 48, 45, 60)], ellipses=True)
    results = run(single("affine", rotation=rotation), middle, 40)
    assert sum(len(result["boxes"]) for result in results) == 80
    for result in results:
        assert_boxes_are_on_their_objects(result, tolerance=1.0)


def test_box_of_a_tilted_ellipse_is_smaller_than_that_of_a_rectangle():
    round_, square = (
        run(single("affine", rotation=40.0, translation=0.0, shape=shape), scene(), 20)
        for shape in ("ellipse", "rectangle")
    )
    for one, other in zip(round_, square, strict=True):
        classes, rows, other_rows = np.intersect1d(
            one["classes"], other["classes"], return_indices=True
        )
        inner, outer = one["boxes"][rows], other["boxes"][other_rows]
        assert (inner[:, :2] >= outer[:, :2] - 1e-3).all()
        assert (inner[:, 2:] <= outer[:, 2:] + 1e-3).all()
        assert (inner != outer).any()


def test_no_movement_changes_nothing():
    sample = scene()
    for result in run(single("affine", **STILL), sample, 3):
        np.testing.assert_array_equal(result["image"], sample["image"])
        np.testing.assert_allclose(result["boxes"], sample["boxes"], atol=1e-4)


def test_pixels_are_those_of_pillow(rng):
    """Pillow, too, counts from corners of pixels and interpolates bilinearly."""
    image = rng.integers(0, 256, (12, 16, 3)).astype(np.uint8).repeat(4, 0).repeat(4, 1)
    matrix, offset = np.array([[0.96, 0.2], [-0.15, 1.05]]), np.array([3.3, -2.6])
    ours = affine._warp(
        tf.constant(image),
        tf.constant(matrix, tf.float32),
        tf.constant(offset, tf.float32),
        (0, 0, 0),
    )
    back = np.linalg.inv(matrix)
    y0, x0 = -back @ offset
    coefficients = (back[1, 1], back[1, 0], x0, back[0, 1], back[0, 0], y0)
    theirs = Image.fromarray(image).transform(
        (64, 48), Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR
    )
    # At the border Pillow takes the nearest pixel, and TensorFlow the colour outside.
    middles = np.stack(np.mgrid[:48, :64], axis=-1) + 0.5
    source = (middles - offset) @ back.T
    inner = ((source > 1) & (source < [47, 63])).all(axis=-1)
    assert inner.mean() > 0.5
    difference = np.abs(np.float32(ours) - np.float32(theirs))[inner]
    assert difference.max() <= 1


def test_what_comes_in_from_outside_has_the_colour_that_was_asked_for():
    settings = {**STILL, "translation": 0.4, "fill": [0, 255, 255]}
    results = run(single("affine", **settings), scene(boxes=()), 10)
    corners = np.array(
        [result["image"][[0, 0, -1, -1], [0, -1, 0, -1]] for result in results]
    )
    assert (corners == COLOURS[5]).all(axis=-1).any(axis=1).all()


def test_rotation_keeps_areas_and_a_cut_makes_them_smaller():
    settings = {**STILL, "rotation": 10.0, "shape": "rectangle"}
    middle = scene(boxes=[(20, 30, 40, 50)])
    for result in run(single("affine", **settings), middle, 10):
        np.testing.assert_allclose(result["area"], [400.0], rtol=1e-4)
    settings = {**STILL, "translation": 0.5, "min_visible": 0.01}
    for result in run(single("affine", **settings), scene(), 10):
        for area, index in zip(result["area"], result["classes"], strict=True):
            count = pixels_of(result["image"], COLOURS[index]).sum()
            y1, x1, y2, x2 = BOXES[index]
            assert abs(area - count) <= (y2 - y1) + (x2 - x1)


def test_movements_stay_within_what_was_allowed():
    middle = scene(boxes=[(20, 30, 40, 50)])
    settings = {"rotation": 0.0, "shear": 0.0, "translation": 0.1}
    boxes = [
        run_["boxes"][0] for run_ in run(single("affine", **settings), middle, 300)
    ]
    shifts = (np.array(boxes)[:, :2] - [20, 30]) / SIZE
    assert np.abs(shifts).max() <= 0.1 + 1e-5
    # The extremes of 300 draws are near the ends.
    assert (shifts.max(axis=0) > 0.095).all() and (shifts.min(axis=0) < -0.095).all()
