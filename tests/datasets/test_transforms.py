"""Resizing: where an image goes, its boxes go."""

import numpy as np
import pytest
import tensorflow as tf

from luminet.datasets.transforms import Resize


def sample(size, boxes=()):
    """A picture that is 200 inside the boxes and 0 outside, and its boxes."""
    pixels = np.zeros([*size, 3], np.uint8)
    for y1, x1, y2, x2 in boxes:
        pixels[y1:y2, x1:x2] = 200
    boxes = tf.constant(boxes, tf.float32, [len(boxes), 4])
    return {"image": tf.constant(pixels), "boxes": boxes}


def bounds(image):
    """The box around everything on a picture."""
    rows, columns = np.nonzero(np.asarray(image)[..., 0])
    return [rows.min(), columns.min(), rows.max() + 1, columns.max() + 1]


@pytest.mark.parametrize(
    "size, expected",
    [
        ((300, 1200), (256, 1024)),
        ((500, 1500), (341, 1024)),
        ((600, 2000), (307, 1024)),
        ((375, 500), (600, 800)),
        ((500, 375), (800, 600)),
        ((1080, 1920), (576, 1024)),
        ((600, 1024), (600, 1024)),
        ((1, 20000), (1, 1024)),
        ((20000, 10), (1024, 1)),
        ((1, 1), (600, 600)),
        ((8, 8), (600, 600)),
    ],
)
def test_shorter_side_becomes_600_unless_the_longer_one_would_exceed_1024(
    size, expected
):
    resized = Resize(600, 1024)(sample(size))
    assert resized["image"].shape == (*expected, 3)
    np.testing.assert_array_equal(resized["image_size"], expected)


def test_rounding_down_is_torchvisions():
    # 800 / 900 * 1352 is 1201.8; 800 / 427 * 427 is 800, in float64 as well.
    for size, expected in [((900, 1352), (800, 1201)), ((427, 640), (800, 1199))]:
        resized = Resize(800, 1333, rounding="down")(sample(size))
        np.testing.assert_array_equal(resized["image_size"], expected)


def test_no_side_ever_exceeds_the_maximum(rng):
    resize = tf.function(Resize(600, 1024))
    for size in rng.integers(1, 3000, (50, 2)):
        resized = resize({"image": tf.zeros([*size, 1], tf.uint8)})["image_size"]
        assert max(resized) <= 1024
        assert max(resized) == 1024 or min(resized) == 600


def test_resizing_keeps_the_aspect_ratio_up_to_half_a_pixel(rng):
    resize = Resize(64, 96)
    for size in rng.integers(20, 300, (50, 2)):
        height, width = resize(sample(size))["image_size"].numpy()
        factor = min(64 / min(size), 96 / max(size))
        assert abs(height - size[0] * factor) <= 0.501
        assert abs(width - size[1] * factor) <= 0.501


def test_scale_is_new_over_old():
    resized = Resize(600, 1024)(sample((500, 1500)))
    np.testing.assert_allclose(resized["scale"], [341 / 500, 1024 / 1500], rtol=1e-6)


def test_boxes_are_scaled_with_the_image():
    boxes = [[0, 0, 375, 500], [75, 100, 150, 300]]
    resized = Resize(600, 1024)(sample((375, 500), boxes))
    expected = [[0, 0, 600, 800], [120, 160, 240, 480]]
    np.testing.assert_allclose(resized["boxes"], expected, rtol=1e-6)


def test_box_over_scale_is_the_original_box(rng):
    corners = rng.integers(0, 200, (20, 2))
    boxes = np.concatenate([corners, corners + rng.integers(1, 99, (20, 2))], axis=1)
    resized = Resize(90, 120)(sample((301, 333), boxes))
    scale = np.tile(resized["scale"], 2)
    np.testing.assert_allclose(resized["boxes"] / scale, boxes, atol=1e-3)


def test_resized_object_lies_in_its_resized_box():
    resized = Resize(60, 120)(sample((30, 40), [[10, 5, 20, 30]]))
    np.testing.assert_array_equal(resized["boxes"], [[20, 10, 40, 60]])
    # Half of the light reaches a pixel that is half covered.
    assert bounds(resized["image"].numpy() > 100) == [20, 10, 40, 60]


def test_enlarging_interpolates_between_the_middles_of_pixels():
    image = np.uint8([[0, 100]])[..., None]
    resized = Resize(2, 4)({"image": image})["image"][0, :, 0]
    np.testing.assert_allclose(resized, [0.0, 25.0, 75.0, 100.0])


@pytest.mark.parametrize("size", [(64, 64), (64, 50)])
def test_resized_pixels_are_floats_even_where_the_size_stays(size):
    assert Resize(min(size), 64)(sample(size))["image"].dtype == tf.float32


def test_an_image_without_objects_is_fine():
    assert Resize(8, 16)(sample((8, 12)))["boxes"].shape == (0, 4)


def test_what_else_is_in_a_sample_stays():
    extended = {**sample((8, 8)), "classes": np.int32([3])}
    assert Resize(16, 16)(extended)["classes"] == [3]


@pytest.mark.parametrize("settings", [(0, 10), (20, 10), (-5, 10)])
def test_sizes_that_make_no_sense_are_refused(settings):
    with pytest.raises(ValueError, match="min_size"):
        Resize(*settings)
