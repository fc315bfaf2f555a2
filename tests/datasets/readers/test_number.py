"""Numbers in text: decimal ones, and nothing else that Python takes for one."""

import pytest

from luminet.datasets.readers.number import parse_number


@pytest.mark.parametrize(
    "text, number",
    [("12", 12.0), ("007", 7.0), ("123456789", 123456789.0), ("45.7", 45.7)]
    + [(".5", 0.5), ("5.", 5.0), ("+3", 3.0), ("-1", -1.0), ("0", 0.0)],
)
def test_a_decimal_number_is_read(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " 1",
        "1_000",
        "１２",
        "٣",
        "²",
        "1234567890",
        "1e3",
        "nan",
        "0x1",
        "1 2",
    ],
)
def test_anything_else_is_none(text):
    assert parse_number(text) is None


def test_an_exponent_is_read_where_it_is_allowed():
    assert parse_number("9.5e-05", exponent=True) == 9.5e-05
