import numpy as np
import pytest
from PIL import Image

from luminet.sheets.cell import Cell
from luminet.sheets.page import draw_page

RED, BLUE = (255, 0, 0), (0, 0, 255)


def cell(width, height, color=RED, caption=(), alarming=False):
    return Cell(Image.new("RGB", (width, height), color), tuple(caption), alarming)


def places(page, color):
    return np.argwhere((np.asarray(page) == color).all(axis=2))


def test_all_pictures_are_on_the_page_and_none_lies_on_another():
    cells = [cell(100, 60)] * 4 + [cell(80, 90, BLUE)]
    page = draw_page(cells, 3, 100, "title")
    assert len(places(page, RED)) == 4 * 100 * 60
    assert len(places(page, BLUE)) == 80 * 90


@pytest.mark.parametrize(
    "count, width", [(1, 1), (2, 2), (3, 3), (4, 2), (6, 3), (7, 3)]
)
def test_rows_are_as_full_as_can_be(count, width):
    page = draw_page([cell(100, 60)] * count, 3, 100, "")
    columns = places(page, RED)[:, 1]
    assert len(np.unique(columns)) == width * 100


def test_captions_lie_under_their_pictures():
    plain = draw_page([cell(200, 60)], 1, 200, "")
    page = draw_page([cell(200, 60, caption=("photo.jpg", "640x480"))], 1, 200, "")
    bottom = places(page, RED)[:, 0].max()
    assert page.height > plain.height
    assert (np.asarray(page)[bottom + 1 :] < 128).any()


def test_what_is_alarming_is_red():
    def reddest(alarming):
        page = draw_page(
            [cell(200, 60, BLUE, ("a", "box-empty"), alarming)], 1, 200, ""
        )
        pixels = np.asarray(page).astype(int)
        return (pixels[..., 0] - pixels[..., 1:].max(axis=-1)).max()

    assert reddest(alarming=False) < 30 < 100 < reddest(alarming=True)


def test_long_text_stays_within_its_cell():
    line = "very/" * 60 + "long.jpg"
    short = draw_page([cell(200, 60, caption=("a", "b"))] * 2, 2, 200, "title")
    page = draw_page([cell(200, 60, caption=(line, line))] * 2, 2, 200, line * 3)
    assert page.size == short.size
    # The gap between the cells, and the margins, are white below the title.
    pixels = np.asarray(page)[60:]
    assert (pixels[:, 224:240] == 255).all()
    assert (pixels[:, -24:] == 255).all() and (pixels[:, :24] == 255).all()


def test_a_legend_has_its_colours_and_takes_as_many_lines_as_it_needs():
    few = draw_page([cell(300, 60)], 1, 300, "", {"cat": "#0000ff"})
    assert len(places(few, BLUE)) > 100
    names = {f"a class with number {index}": "#0000ff" for index in range(80)}
    many = draw_page([cell(300, 60)], 1, 300, "", names)
    assert many.width == few.width
    assert many.height > few.height + 100


@pytest.mark.parametrize("text", ["", "a\nb", "\udcff", "名前", "x" * 3000])
def test_any_name_can_be_written(text):
    draw_page([cell(90, 60, caption=(text, text))], 1, 90, text, {text: "#0000ff"})
