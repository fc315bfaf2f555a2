"""Quarters of a turn."""

import numpy as np
import pytest

from luminet.datasets.augmentation.turn import TURNS, Turn
from tests.datasets.augmentation.scene import run, scene, single


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_turn_is_that_of_numpy(angle, rng):
    image = rng.integers(0, 256, (5, 7, 3)).astype(np.uint8)
    turned = TURNS[angle]({"image": image, "boxes": np.zeros([0, 4], np.float32)})
    np.testing.assert_array_equal(turned["image"], np.rot90(image, angle // 90))


@pytest.mark.parametrize(
    "angle, expected",
    [(90, [12, 1, 18, 5]), (180, [5, 12, 9, 18]), (270, [2, 5, 8, 9])],
)
def test_corner_of_a_box_goes_with_its_pixels(angle, expected):
    turned = TURNS[angle](scene((10, 20), [[1, 2, 5, 8]]))
    np.testing.assert_array_equal(turned["boxes"], [expected])


def test_four_quarters_are_a_whole_turn(rng):
    sample = scene()
    turned = sample
    for _ in range(4):
        turned = TURNS[90](turned)
    np.testing.assert_array_equal(turned["image"], sample["image"])
    np.testing.assert_array_equal(turned["boxes"], sample["boxes"])


def test_only_the_angles_that_are_listed_happen():
    shapes = {result["image"].shape for result in run(single("turn"), scene(), 30)}
    assert shapes == {(60, 80, 3), (80, 60, 3)}
    half = run(single("turn", angles=[180]), scene(), 5)
    assert {tuple(result["boxes"][0]) for result in half} == {(35, 50, 55, 72)}


@pytest.mark.parametrize("angles", [[], [45], [90, 0]])
def test_other_angles_are_refused(angles):
    with pytest.raises(ValueError, match="`angles` must be a list of one or more of"):
        Turn(angles)
