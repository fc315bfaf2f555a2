"""Boxes around shapes that were moved and cut, against points strewn over them."""

import math

import numpy as np
import pytest
import tensorflow as tf

from luminet.datasets.augmentation import outline

FRAME = np.float32([60, 80])


def strewn(shape, count=201):
    """Points of the unit square or disc around 0, `[K, 2]`."""
    side = np.linspace(-1.0, 1.0, count)
    points = np.stack(np.meshgrid(side, side, indexing="ij"), axis=-1).reshape(-1, 2)
    inside = np.square(points).sum(axis=1) <= 1.0
    return points[inside] if shape == "ellipse" else points


def cases(rng, count=40):
    """Boxes and movements at random; many shapes are cut by the frame, some gone."""
    for _ in range(count):
        corner = rng.uniform(-20, 60, 2)
        box = np.float32([*corner, *(corner + rng.uniform(5, 50, 2))])
        angle, shear = rng.uniform(-math.pi, math.pi), rng.uniform(-0.5, 0.5)
        turn = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
        matrix = np.float32(turn @ np.array([[1.0, shear], [0.0, 1.0]]))
        yield box, matrix, np.float32(rng.uniform(-30, 60, 2))


@pytest.mark.parametrize("shape", ["rectangle", "ellipse"])
def test_bounds_hold_what_is_there_and_no_more(shape, rng):
    unit = strewn(shape)
    shown = 0
    for box, matrix, offset in cases(rng):
        points = outline.move(tf.constant(box[None]), matrix, offset, shape)
        center, radius = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]) / 2
        moved = (center + radius * unit) @ matrix.T + offset
        expected = [*moved.min(axis=0), *moved.max(axis=0)]
        np.testing.assert_allclose(outline.bounds(points)[0], expected, atol=0.2)
        seen = moved[((moved >= 0) & (moved <= FRAME)).all(axis=1)]
        within = outline.bounds_within(points, tf.constant(FRAME))[0].numpy()
        if len(seen) < 100:
            assert (within[2:] - within[:2]).min() < 2.0
        else:
            shown += 1
            expected = [*seen.min(axis=0), *seen.max(axis=0)]
            np.testing.assert_allclose(within, expected, atol=1.0)
    assert shown > 10


def test_a_shape_beside_the_frame_is_empty():
    box = tf.constant([[10.0, 200.0, 20.0, 220.0]])
    points = outline.move(box, tf.eye(2), tf.zeros(2), "ellipse")
    y1, x1, y2, x2 = outline.bounds_within(points, tf.constant(FRAME))[0].numpy()
    assert (y2 - y1) * (x2 - x1) == 0


def test_no_shape_is_fine():
    points = outline.move(tf.zeros([0, 4]), tf.eye(2), tf.zeros(2), "rectangle")
    assert outline.bounds_within(points, tf.constant(FRAME)).shape == (0, 4)
