"""Numbers with as few digits as bring back the same float32."""

import numpy as np
import pytest

from luminet.datasets.export.decimals import shortest, shortest_float32


@pytest.mark.parametrize(
    "number, text", [(0, "0"), (12, "12"), (0.1, "0.1"), (473.07, "473.07")]
)
def test_a_float32_is_as_short_as_people_write_it(number, text):
    assert shortest_float32(float(np.float32(number))) == text


def test_an_offset_is_part_of_the_text():
    assert shortest_float32(float(np.float32(5.1)), 1) == "6.1"


def test_random_numbers_come_back_to_the_last_bit(rng):
    for number in np.float32(10 ** rng.uniform(-8, 5, 2000)):
        for offset in (0, 1):
            text = shortest_float32(float(number), offset)
            assert np.float32(float(text) - offset) == number
            assert len(text) <= 19


def test_there_are_no_exponents():
    assert shortest_float32(float(np.float32(1e-7))) == "0.0000001"


def test_numbers_are_rounded_together():
    assert shortest([0.5, 0.25], lambda *_: True, first=3) == ["0.500", "0.250"]


def test_all_digits_are_written_where_none_are_enough():
    [text] = shortest([1 / 3], lambda _: False)
    assert float(text) == 1 / 3
