"""Grey, blur and JPEG noise, against Pillow and NumPy."""

import io
import math

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageFilter

from luminet.datasets.augmentation.blur import blur
from luminet.datasets.augmentation.grey import Grey
from luminet.datasets.augmentation.jpeg_noise import JPEGNoise


@pytest.fixture
def picture(rng):
    """Smooth, like a photograph."""
    coarse = rng.integers(0, 256, (9, 11, 3)).astype(np.uint8)
    return np.asarray(
        Image.fromarray(coarse).resize((64, 48), Image.Resampling.BICUBIC)
    )


def test_grey_is_the_luminance_of_pillow(picture):
    result = Grey()({"image": tf.constant(picture)}, [0, 0])["image"].numpy()
    expected = np.asarray(Image.fromarray(picture).convert("L"))
    assert np.ptp(result, axis=-1).max() == 0
    assert np.abs(result[..., 0].astype(int) - expected).max() <= 1


@pytest.mark.parametrize("sigma", [0.1, 0.8, 2.0, 7.0])
def test_blur_is_a_gaussian_along_both_axes(picture, sigma):
    radius = math.ceil(3 * sigma)
    offsets = np.arange(-radius, radius + 1)
    weights = np.exp(-(offsets**2) / (2 * sigma**2))
    weights /= weights.sum()
    padded = np.pad(picture.astype(float), [(radius, radius)] * 2 + [(0, 0)], "edge")
    rows = sum(w * padded[i : i + 48] for i, w in enumerate(weights))
    expected = sum(w * rows[:, i : i + 64] for i, w in enumerate(weights))
    result = blur(tf.constant(picture, tf.float32), tf.constant(sigma))
    np.testing.assert_allclose(result, expected, atol=0.01)


def test_blur_is_about_that_of_pillow(picture):
    result = blur(tf.constant(picture, tf.float32), tf.constant(2.0)).numpy()
    theirs = Image.fromarray(picture).filter(ImageFilter.GaussianBlur(2.0))
    # Pillow takes three box filters instead.
    difference = np.abs(result - np.asarray(theirs))[8:-8, 8:-8]
    assert difference.mean() < 0.5 and difference.max() < 3


def test_blur_keeps_a_plain_picture_as_it_is():
    plain = tf.fill([5, 3, 3], 77.0)
    np.testing.assert_allclose(blur(plain, tf.constant(3.0)), plain, rtol=1e-5)


@pytest.mark.parametrize("quality", [5, 30, 90])
def test_jpeg_noise_is_what_pillow_decodes_of_what_it_encodes(picture, quality):
    sample = {"image": tf.constant(picture)}
    result = JPEGNoise(quality, quality)(sample, [0, 0])["image"].numpy()
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality, subsampling="4:2:0")
    np.testing.assert_array_equal(result, np.asarray(Image.open(file)))


def test_qualities_are_those_between_the_two(picture):
    sample = {"image": tf.constant(picture)}
    step = JPEGNoise(20, 22)
    results = {step(sample, [seed, 0])["image"].numpy().tobytes() for seed in range(40)}
    assert len(results) == 3
