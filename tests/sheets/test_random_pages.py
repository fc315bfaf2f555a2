import numpy as np
import pytest

from luminet.datasets.example_reader import Decode
from luminet.sheets.random_pages import random_pages
from tests.voc_folder import encode, xml_annotation, xml_object

RED = (255, 75, 75)  # of class 0


def pixels(page):
    return np.asarray(page)


def has(page, color):
    return (pixels(page) == color).all(axis=2).sum() > 100


@pytest.fixture
def pages(open_voc):
    def draw(num_pages=1, count=4, seed=0, **rules):
        source = open_voc(Decode.HEADER, **rules)
        return list(random_pages(source, num_pages, count, seed))

    return draw


def test_pictures_are_on_as_many_sheets_as_asked_for(voc, pages):
    for name in "abcdefg":
        voc.add(name)
    drawn = pages(num_pages=3, count=3)
    assert [name for name, _ in drawn] == ["pictures-1", "pictures-2", "pictures-3"]
    first, _, last = (page for _, page in drawn)
    # The third sheet has the one picture that is left.
    assert last.height < first.height or last.width < first.width
    assert all(has(page, RED) for _, page in drawn)


def test_there_are_no_more_sheets_than_pictures(voc, pages):
    voc.add("a")
    assert [name for name, _ in pages(num_pages=5)] == ["pictures-1"]


def test_a_seed_chooses_pictures(voc, pages):
    for index in range(30):
        voc.add(f"{index}")
    first, again, other = (pages(seed=seed)[0][1] for seed in (0, 0, 1))
    np.testing.assert_array_equal(pixels(first), pixels(again))
    assert first.size != other.size or (pixels(first) != pixels(other)).any()


def test_pictures_with_faults_are_passed_over(voc, pages):
    voc.add("bad", xml_annotation(xml_object(box=(5, 5, 5, 5))))
    voc.add("cut")
    path = voc.root / "JPEGImages" / "cut.png"
    path.write_bytes(path.read_bytes()[:-1000])
    assert pages() == []
    voc.add("good")
    assert len(pages()) == 1


def test_pictures_without_objects_are_shown(voc, pages):
    voc.add("a", xml_annotation())
    ((_, page),) = pages()
    assert not has(page, RED)


def test_boxes_lie_on_a_turned_picture_where_they_lie_in_training(voc, pages):
    # Stored as 60x40; by its EXIF orientation upright 40x60.
    turned = _with_orientation(np.full([40, 60, 3], 90, np.uint8), 6)
    box = xml_object(box=(1, 41, 40, 60))
    voc.add("a", xml_annotation(box, size=(40, 60)), turned, ".jpg")
    ((_, upright),) = pages()
    assert has(upright, RED)
    assert pages(ignore_exif=True) == []


def _with_orientation(array, orientation):
    from PIL import ExifTags, Image

    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return encode(array, "JPEG", exif=exif)
