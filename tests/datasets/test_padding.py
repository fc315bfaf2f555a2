"""To which sizes pictures are padded."""

import numpy as np
import pytest
import tensorflow as tf

from luminet.datasets.padding import ShapeBuckets, next_size, pad_image
from luminet.datasets.transforms import Resize


def lengths(min_size, max_size, count, sides):
    return ShapeBuckets(Resize(min_size, max_size), count)(sides).numpy().tolist()


def test_next_sizes_are_multiples_of_32():
    sizes = next_size(tf.constant([1, 31, 32, 33, 600, 800]))
    assert sizes.numpy().tolist() == [32, 32, 32, 64, 608, 800]


def test_lengths_are_spread_between_the_sizes_of_the_resize():
    sides = list(range(600, 1025))
    found = lengths(600, 1024, 8, sides)
    assert sorted(set(found)) == [608, 672, 736, 800, 864, 928, 992, 1024]
    assert all(length >= side for side, length in zip(sides, found, strict=True))


@pytest.mark.parametrize("sizes", [(600, 1024), (288, 384), (64, 64), (1, 2000)])
@pytest.mark.parametrize("count", [2, 3, 8, 100])
def test_there_are_as_many_lengths_as_asked_for_or_fewer(sizes, count):
    sides = np.arange(sizes[0], sizes[1] + 1)
    found = np.array(lengths(*sizes, count, sides))
    assert len(set(found)) <= count
    assert (found >= sides).all() and (found % 32 == 0).all()
    assert found.max() == -(-sizes[1] // 32) * 32


def test_lengths_go_on_below():
    sides = [1, 300, 600]
    assert lengths(600, 1024, 5, sides) == [96, 352, 608]


def test_padding_is_at_the_bottom_and_on_the_right():
    image = tf.ones([40, 70, 3])
    padded = pad_image(image).numpy()
    assert padded.shape == (64, 96, 3)
    assert padded[:40, :70].all() and padded.sum() == 40 * 70 * 3


def test_padding_may_have_another_size():
    padded = pad_image(tf.ones([40, 70, 3]), ShapeBuckets(Resize(40, 128), 2))
    assert padded.shape == (64, 128, 3)
