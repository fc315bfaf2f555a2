"""Whether a box can be one."""

import numpy as np
import pytest

from luminet.datasets.box_check import BoxError, fit, is_inside


def test_a_pixel_is_enough_whatever_float32_makes_of_it(rng):
    """What was a pixel wide still is when it comes back from a TFRecord."""
    starts = rng.uniform(0, 8000, 2000)
    boxes = np.float32(np.stack([starts, starts, starts + 1, starts + 1], axis=1))
    sides = boxes[:, 2] - boxes[:, 0]
    assert (sides < 1).any()
    for box in boxes.tolist():
        assert is_inside(box, 8192, 8192)


def test_half_a_pixel_is_too_little():
    assert not is_inside((0, 0, 0.5, 9), 10, 10)
    with pytest.raises(BoxError, match="less than a pixel"):
        fit((0, 0, 0.5, 9), 10, 10)
