"""Mosaic, mix-up and copy-paste: where the other pictures and their objects go."""

import numpy as np
import pytest
import tensorflow as tf

from tests.datasets.augmentation.scene import (
    BACKGROUND,
    BOXES,
    COLOURS,
    SIZE,
    assert_boxes_are_on_their_objects,
    bounds,
    partners,
    run,
    scene,
    single,
)


def plain(size, colour):
    """A picture of one colour without objects."""
    sample = scene(size, boxes=())
    return {
        **sample,
        "image": tf.ones([*size, 3], tf.uint8) * tf.cast(colour, tf.uint8),
    }


def test_mosaic_shows_every_picture_in_its_quarter():
    first, *others = (plain((30 + 9 * i, 50), COLOURS[i]) for i in range(4))
    corners = []
    for result in run(single("mosaic", margin=0.25), first, 60, others):
        parts = [bounds((result["image"] == colour).all(-1)) for colour in COLOURS[:4]]
        height, width, _ = result["image"].shape
        y, x = parts[0][2:]
        assert parts == [[0, 0, y, x], [0, x, y, 50], [y, 0, 30, x], [y, x, 30, 50]]
        corners.append([y / height, x / width])
    assert np.min(corners) >= 0.24 and np.max(corners) <= 0.76
    assert np.ptp(corners) > 0.4


def test_mosaic_keeps_the_aspect_ratio_of_objects():
    others = (scene((60, 60), boxes=()),) * 3
    sample = scene((400, 400), [(150, 150, 250, 250)])
    ratios = []
    for result in run(single("mosaic", min_visible=1.0), sample, 40, others):
        sides = result["boxes"][:, 2:] - result["boxes"][:, :2]
        ratios += (sides[:, 0] / sides[:, 1]).tolist()
    assert len(ratios) > 10
    np.testing.assert_allclose(ratios, 1.0, atol=0.02)


def test_mosaic_has_objects_of_all_four():
    classes = {
        index
        for result in run(single("mosaic"), scene(), 30, partners(3))
        for index in result["classes"]
    }
    assert classes == {*range(8)}


def mixed(sample, partner, seeds=30, **settings):
    return run(single("mix_up", **settings), sample, seeds, [partner])


def test_mixed_picture_is_between_the_two():
    red, blue = plain((40, 50), (200, 0, 0)), plain((40, 50), (0, 0, 100))
    shares = []
    for result in mixed(red, blue, 300, alpha=2.0):
        first = result["image"][..., 0] / 200
        second = result["image"][..., 2] / 100
        np.testing.assert_allclose(first + second, 1.0, atol=0.02)
        shares.append(first[0, 0])
    # The mean and the variance of Beta(2, 2).
    assert np.mean(shares) == pytest.approx(0.5, abs=4 * 0.05**0.5 / 300**0.5)
    assert np.var(shares) == pytest.approx(0.05, abs=0.012)


def test_mixed_partner_is_scaled_to_fit_and_lies_anywhere():
    places = []
    for result in mixed(plain((40, 80), (200, 0, 0)), plain((20, 20), (0, 0, 0)), 200):
        y1, x1, y2, x2 = bounds(result["image"][..., 0] < 199)
        assert (y2 - y1, x2 - x1) == (40, 40)
        places.append(x1)
    assert min(places) == 0 and max(places) == 40


@pytest.mark.parametrize("own", [True, False])
def test_mixed_objects_are_in_their_boxes(own):
    """Only one of the two has an object: it is what differs from the background."""
    if own:
        sample, partner = scene(boxes=BOXES[:1]), scene(boxes=())
    else:
        sample, partner = scene(boxes=()), scene((70, 50), [(25, 24, 38, 48)])
    for result in mixed(sample, partner):
        change = np.abs(result["image"].astype(float) - BACKGROUND).max(axis=-1)
        found = bounds(change > change.max() / 2)
        np.testing.assert_allclose(result["boxes"], [found], atol=1.0)


def test_pasted_boxes_hide_what_was_there():
    sample = scene(boxes=[(0, 0, 60, 80)])
    pasted = scene(SIZE, [(10, 10, 50, 40)], first=1)
    (result,) = run(single("copy_paste", feather=0), sample, 1, [pasted])
    expected = sample["image"].numpy()
    expected[10:50, 10:40] = COLOURS[1]
    np.testing.assert_array_equal(result["image"], expected)
    assert result["classes"].tolist() == [0, 1]
    np.testing.assert_array_equal(result["boxes"], [[0, 0, 60, 80], [10, 10, 50, 40]])
    np.testing.assert_allclose(result["area"], [3600, 1200])


@pytest.mark.parametrize("min_visible, stay", [(0.3, True), (0.4, False)])
def test_an_object_that_is_hidden_too_much_is_gone(min_visible, stay):
    sample = scene(boxes=[(10, 10, 20, 30)])
    pasted = scene(SIZE, [(5, 5, 25, 23)], first=1)
    settings = {"feather": 0, "min_visible": min_visible}
    (result,) = run(single("copy_paste", **settings), sample, 1, [pasted])
    assert (0 in result["classes"]) == stay
    assert_boxes_are_on_their_objects(result)


def test_what_lies_in_a_pasted_box_comes_along():
    sample = scene(boxes=())
    pasted = scene(SIZE, [(5, 5, 45, 45), (20, 20, 30, 30), (50, 60, 58, 70)])
    alone = 0
    for result in run(single("copy_paste", share=0.0, feather=0), sample, 40, [pasted]):
        alone += result["classes"].tolist() == [1]
        assert result["classes"].tolist() in ([0, 1], [1], [2])
    assert alone > 5


def test_every_object_is_pasted_as_often_as_was_asked():
    pasted = scene(SIZE, [(0, 10 * i, 9, 10 * i + 9) for i in range(8)])
    sample = scene(boxes=())
    counts = [
        len(result["boxes"])
        for result in run(single("copy_paste", share=0.3), sample, 400, [pasted])
    ]
    assert min(counts) >= 1
    # One more in the cases, 0.7^8 of all, where none would be.
    expected = 8 * 0.3 + 0.7**8
    assert np.mean(counts) == pytest.approx(expected, abs=4 * 1.3 / 400**0.5)


def test_crowds_are_not_pasted():
    pasted = scene(SIZE, BOXES[:2])
    crowd = {**pasted, "crowd": tf.constant([False, True])}
    for result in run(single("copy_paste", share=1.0), scene(boxes=()), 5, [crowd]):
        assert result["classes"].tolist() == [0]
    only = {**pasted, "crowd": tf.constant([True, True])}
    for result in run(single("copy_paste", share=1.0), scene(boxes=()), 5, [only]):
        assert (result["image"] == BACKGROUND).all() and len(result["boxes"]) == 0


def test_feathered_box_fades_in_from_its_sides():
    sample = plain(SIZE, (0, 0, 0))
    pasted = scene(SIZE, [(10, 10, 50, 40)], first=7)
    (result,) = run(single("copy_paste", feather=3), sample, 1, [pasted])
    row = result["image"][30, :, 0]
    assert row[8:16].tolist() == [0, 0, 64, 128, 191, 255, 255, 255]
    assert row[34:42].tolist() == [255, 255, 255, 191, 128, 64, 0, 0]
