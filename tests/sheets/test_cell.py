import numpy as np
import pytest

from luminet.sheets.cell import Mark, draw_marks, placeholder

GREY = np.full([200, 300, 3], 128, np.uint8)
RED = (255, 0, 0)


def red(picture):
    """Rows and columns that are red."""
    return np.argwhere((np.asarray(picture) == RED).all(axis=2))


@pytest.mark.parametrize(
    "size, expected",
    [
        pytest.param((150, 150), (150, 100), id="shrunk to the width"),
        pytest.param((900, 100), (150, 100), id="shrunk to the height"),
        pytest.param((600, 600), (600, 400), id="enlarged"),
        pytest.param((9000, 9000), (1200, 800), id="enlarged at most four times"),
    ],
)
def test_a_picture_fits_into_its_cell(size, expected):
    assert draw_marks(GREY, [], size).size == expected


def test_boxes_grow_with_the_picture_and_lines_do_not():
    mark = Mark((50, 60, 150, 240), "#ff0000")
    for factor in (1, 2):
        picture = draw_marks(GREY, [mark], (300 * factor, 200 * factor))
        found = red(picture)
        np.testing.assert_array_equal(found.min(axis=0), [50 * factor, 60 * factor])
        np.testing.assert_array_equal(
            found.max(axis=0), [150 * factor - 1, 240 * factor - 1]
        )
        row = np.asarray(picture)[100 * factor]
        assert np.sum((row == RED).all(axis=1)) == 2 * 2


def test_a_box_without_numbers_is_left_out():
    mark = Mark((0, 0, float("nan"), 9), "#ff0000")
    assert len(red(draw_marks(GREY, [mark], (300, 200)))) == 0


def test_a_label_is_written_though_it_could_not_be_drawn():
    mark = Mark((50, 60, 150, 240), "#ff0000", label="a\nb\udcff")
    assert len(red(draw_marks(GREY, [mark], (300, 200)))) > 1200


def test_a_strip_of_one_pixel_is_shown():
    strip = np.zeros([1, 9000, 3], np.uint8)
    mark = Mark((0, 10, 1, 20), "#ff0000")
    assert draw_marks(strip, [mark], (300, 300)).size == (300, 1)


def test_a_placeholder_has_the_size_of_its_cell():
    assert placeholder((120, 90)).size == (120, 90)
