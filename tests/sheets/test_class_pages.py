import numpy as np
import pytest

from luminet import vis
from luminet.datasets.example_reader import Decode
from luminet.datasets.statistics.gather import gather
from luminet.sheets.class_pages import class_pages
from tests.voc_folder import encode, xml_annotation, xml_object

CLASS_COLORS = [tuple(bytes.fromhex(vis.color(index)[1:])) for index in range(3)]


def count(page, color):
    return int((np.asarray(page) == color).all(axis=2).sum())


@pytest.fixture
def pages(open_voc):
    def draw(num_pages=1, count=10, seed=0, num_workers=1):
        source = open_voc(Decode.HEADER)
        found = gather(source, 1)
        return list(class_pages(source, found, num_pages, count, seed, num_workers))

    return draw


def add(voc, name, *objects):
    voc.add(name, xml_annotation(*(xml_object(*each) for each in objects)))


def test_every_class_that_has_objects_has_a_sheet(voc, pages):
    add(voc, "a", ("cat", (1, 1, 20, 20)), ("traffic / light", (30, 1, 50, 30)))
    add(voc, "b", ("cat", (5, 5, 20, 20)))
    names = [name for name, _ in pages()]
    assert names == ["class-01-cat-1", "class-02-traffic-light-1"]


def test_a_sheet_has_the_boxes_of_its_class_alone(voc, pages):
    add(voc, "a", ("cat", (1, 1, 20, 20)), ("dog", (10, 10, 40, 30)))
    for index, (_, page) in enumerate(pages()):
        assert count(page, CLASS_COLORS[index]) > 500
        assert count(page, CLASS_COLORS[1 - index]) == 0


def test_objects_are_spread_over_sheets(voc, pages):
    for name in "abc":
        add(voc, name, ("cat", (1, 1, 20, 20)), ("cat", (30, 5, 50, 30)))
    drawn = pages(num_pages=9, count=4)
    assert [name for name, _ in drawn] == ["class-01-cat-1", "class-01-cat-2"]
    assert [name for name, _ in pages(count=4)] == ["class-01-cat-1"]


def test_an_object_is_cut_out_with_a_little_around_it(voc, open_voc, pages):
    picture = np.full([400, 600, 3], 255, np.uint8)
    picture[100:200, 300:400] = (0, 200, 0)
    voc.add(
        "a",
        xml_annotation(xml_object(box=(301, 101, 400, 200)), size=(600, 400)),
        encode(picture, "PNG"),
    )
    ((_, page),) = pages()
    green = np.argwhere((np.asarray(page) == (0, 200, 0)).all(axis=2))
    height, width = green.max(axis=0) - green.min(axis=0) + 1
    # 220 pixels for 1.6 times the side, less the lines of the box.
    assert height == width == pytest.approx(220 / 1.6, abs=8)


def test_objects_of_later_splits_are_found_in_their_pictures(voc, pages):
    voc.add("broken", "junk")
    voc.add("none", xml_annotation())
    add(voc, "a", ("cat", (1, 1, 20, 20)))
    dog = xml_annotation(xml_object("cat"), xml_object("dog", (30, 1, 50, 30)))
    voc.add("b", dog, split="val")
    names = [name for name, _ in pages()]
    assert names == ["class-01-cat-1", "class-02-dog-1"]


def test_several_processes_draw_the_same(voc, pages):
    for index in range(12):
        add(voc, f"{index}", ("cat", (1, 1, 10 + index, 20)))
    one, two = (pages(num_workers=number)[0][1] for number in (1, 2))
    np.testing.assert_array_equal(np.asarray(one), np.asarray(two))


def test_a_picture_that_is_damaged_has_a_placeholder(voc, pages):
    voc.add("a")
    path = voc.root / "JPEGImages" / "a.png"
    path.write_bytes(path.read_bytes()[:-1000])
    ((_, page),) = pages()
    assert count(page, CLASS_COLORS[0]) == 0
