"""Sizes after the resize, against the resize itself."""

import numpy as np
import pytest
import tensorflow as tf

from luminet.datasets.statistics.resized import ResizedSize
from luminet.datasets.transforms import Resize


@pytest.mark.parametrize("settings", [(600, 1024), (64, 96), (333, 333), (800, 1333)])
def test_equals_the_resize(rng, settings):
    sizes = rng.integers(1, 3000, [500, 2])
    expected = Resize(*settings).new_size(tf.constant(sizes, tf.int32))
    np.testing.assert_array_equal(ResizedSize(*settings)(sizes), expected)


@pytest.mark.parametrize("settings", [(0, 10), (20, 10)])
def test_refuses_what_the_resize_refuses(settings):
    messages = []
    for cls in (Resize, ResizedSize):
        with pytest.raises(ValueError) as error:
            cls(*settings)
        messages.append(str(error.value))
    assert messages[0] == messages[1]
