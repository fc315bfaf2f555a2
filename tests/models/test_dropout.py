"""Dropout: how much, by what chance, and the same mean."""

import numpy as np

from luminet.models.dropout import dropout

ONES = np.ones([2 * 50, 200], np.float32)
SEEDS = np.int32([3, 4])


def test_the_share_is_zero_and_the_mean_stays():
    for share in (0.1, 0.5, 0.9):
        dropped = np.asarray(dropout(ONES, share, SEEDS, 0))
        assert abs((dropped == 0).mean() - share) < 0.01
        np.testing.assert_allclose(dropped[dropped > 0], 1 / (1 - share), rtol=1e-5)


def test_the_seed_of_an_image_decides_for_its_regions_alone():
    both = np.asarray(dropout(ONES, 0.5, SEEDS, 0))
    alone = np.asarray(dropout(ONES[50:], 0.5, SEEDS[1:], 0))
    np.testing.assert_array_equal(both[50:], alone)


def test_images_steps_layers_and_regions_differ():
    first = np.asarray(dropout(ONES, 0.5, SEEDS, 0))
    others = [
        first[50:],
        np.asarray(dropout(ONES, 0.5, SEEDS + 7, 0))[:50],
        np.asarray(dropout(ONES, 0.5, SEEDS, 1))[:50],
        np.roll(first[:50], 1, axis=0),
    ]
    for other in others:
        assert abs((first[:50] == other).mean() - 0.5) < 0.02
