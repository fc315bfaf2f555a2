import numpy as np
import pytest

from luminet.datasets.example_reader import Decode, Rules
from luminet.datasets.source.source import Source
from luminet.datasets.worst import find_worst
from luminet.sheets.worst_pages import worst_pages
from tests.voc_folder import encode, xml_annotation, xml_object

RED, WHITE = (255, 31, 46), (255, 255, 255)
# Of the legend, which has the same red.
LEGEND_HEIGHT = 90


@pytest.fixture
def pages(open_voc):
    def draw(count=4):
        source = open_voc()
        return list(worst_pages(source, find_worst(source, 100, 1), count))

    return draw


def red(page):
    pixels = np.asarray(page)[LEGEND_HEIGHT:]
    return np.argwhere((pixels == RED).all(axis=2))


def dark(count=1):
    return encode(np.full([40, 60, 3], count, np.uint8), "PNG")


def test_the_box_of_a_finding_is_red_and_cut_at_the_border(voc, pages):
    boxes = [xml_object(box=(31, 1, 99, 20)), xml_object("cat", (1, 25, 20, 39))]
    voc.add("a", xml_annotation(*boxes), dark())
    ((name, page),) = pages()
    assert name == "findings-1"
    # The picture is enlarged four times; the box has its right half, and upper half.
    found = red(page)
    height, width = found.max(axis=0) - found.min(axis=0) + 1
    assert (height, width) == (80, 120)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(xml_object(box=(41, 30, 21, 10)), id="inside out"),
        pytest.param(xml_object(box=(21, 11, 21, 31)), id="empty"),
        pytest.param(xml_object("", (21, 11, 40, 30)), id="without a name"),
    ],
)
def test_an_object_that_is_left_out_is_red_too(voc, pages, written):
    voc.add("a", xml_annotation(written), dark())
    ((_, page),) = pages()
    # Its left side: the picture is enlarged four times, in the middle of its place.
    start = 24 + (560 - 4 * 60) // 2 + 4 * 20
    side = page.crop((start, 0, start + 10, page.height))
    assert len(np.unique(red(side)[:, 0])) > 60


def test_boxes_without_findings_are_not_red(voc, pages):
    voc.add("a", xml_annotation(xml_object(), size=(99, 99)), dark())
    ((_, page),) = pages()
    assert len(red(page)) == 0


def test_object_1_is_not_object_10(voc, pages):
    boxes = [xml_object(box=(1 + k, 1, 9 + k, 9 + k)) for k in range(9)]
    voc.add("a", xml_annotation(*boxes, xml_object(box=(41, 31, 99, 40))), dark())
    ((_, page),) = pages()
    # In the middle of the first place of four lies the picture, four times as large.
    left = 24 + (560 - 4 * 60) // 2
    assert red(page)[:, 1].min() == left + 4 * 40


def test_a_picture_that_cannot_be_shown_has_a_placeholder(voc, pages):
    voc.add("a", image=dark()[:60])
    voc.add("b", image=b"")
    ((_, page),) = pages()
    assert page.width > 1000


def test_findings_fill_sheets_in_order(voc, pages):
    for index in range(5):
        voc.add(f"{index}", xml_annotation(xml_object(), size=(99, 99)), dark(index))
    assert [name for name, _ in pages(count=2)] == [f"findings-{n}" for n in (1, 2, 3)]


def test_nothing_wrong_is_no_sheet(voc, pages):
    voc.add("a")
    assert pages() == []


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("a.png,,10,5,30,20", id="without a name"),
        pytest.param("a.png,dog,30,5,10,20", id="inside out"),
    ],
)
def test_so_is_one_in_a_table(tmp_path, row):
    (tmp_path / "a.png").write_bytes(dark())
    table = f"filename,class,xmin,ymin,xmax,ymax\na.png,cat,1,30,5,38\n{row}\n"
    (tmp_path / "train.csv").write_text(table)
    source = Source(tmp_path, "csv", rules=Rules(Decode.FULL))
    ((_, page),) = worst_pages(source, find_worst(source, 100, 1), 4)
    found = red(page)
    assert np.ptp(found[:, 1]) + 1 >= 80 and np.ptp(found[:, 0]) + 1 >= 60
