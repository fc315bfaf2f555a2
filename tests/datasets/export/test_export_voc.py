"""Pascal VOC notation, as others read it."""

from xml.etree import ElementTree

import pytest

from luminet.datasets.source.source import Source
from luminet.errors import InputError
from tests.datasets.export.scene import (
    SceneReader,
    contents,
    export_scene,
    picture,
    thing,
)


def parse(path):
    """An independent reader: names, `xmin, ymin, xmax, ymax` and flags, as texts."""
    root = ElementTree.parse(path).getroot()
    assert root.tag == "annotation"
    return [
        (
            item.findtext("name"),
            *(item.findtext(f"bndbox/{tag}") for tag in ("xmin", "ymin")),
            *(item.findtext(f"bndbox/{tag}") for tag in ("xmax", "ymax")),
            item.findtext("difficult"),
        )
        for item in root.iterfind("object")
    ]


@pytest.fixture
def objects_of(tmp_path, monkeypatch):
    """Export one picture `a` with some objects; what its XML says of them."""

    def export_objects(*objects, listed=SceneReader.listed):
        scene = {"train": [("a.png", picture(0), objects)]}
        monkeypatch.setattr(SceneReader, "scene", scene)
        monkeypatch.setattr(SceneReader, "listed", listed)
        folder, _ = export_scene(tmp_path, "voc", overwrite=True)
        return parse(folder / "Annotations" / "a.xml")

    return export_objects


def lists(folder):
    paths = (folder / "ImageSets" / "Main").iterdir()
    return {path.name: path.read_text().splitlines() for path in paths}


def test_boxes_count_from_1_and_the_last_pixel_belongs_to_them(objects_of):
    found = objects_of(thing("dog", (5, 10, 20, 30)), thing("dog", (0, 0, 40, 60)))
    assert found == [
        ("dog", "11", "6", "30", "20", "0"),
        ("dog", "1", "1", "60", "40", "0"),
    ]


def test_fractions_have_as_many_digits_as_they_need(objects_of):
    [found] = objects_of(thing("dog", (5.1, 10.25, 20.7, 30.123)))
    assert found[1:5] == ("11.25", "6.1", "30.123", "20.7")


def test_what_is_difficult_or_a_crowd_is_difficult(objects_of):
    found = objects_of(
        thing("dog", (1, 1, 9, 9), difficult=True),
        thing("dog", (1, 1, 8, 8), crowd=True),
        thing("dog", (1, 1, 7, 7)),
    )
    assert [flag for *_, flag in found] == ["1", "1", "0"]


def test_a_box_of_one_pixel_does_not_look_empty(objects_of, tmp_path):
    [(_, *corners, _)] = objects_of(thing("ant", (3, 59, 4, 60)))
    x1, y1, x2, y2 = map(float, corners)
    assert (x1, y1) == (60, 4)
    assert 60 < x2 < 60.0001 and 4 < y2 < 4.00001
    [[found]] = contents(Source(tmp_path / "out")).values()
    assert found[1] == pytest.approx((3, 59, 4, 60), abs=1e-5)


def test_the_picture_is_named_and_measured(tmp_path):
    folder, _ = export_scene(tmp_path, "voc")
    root = ElementTree.parse(folder / "Annotations" / "図.xml").getroot()
    assert root.findtext("filename") == "図.jpeg"
    assert [size.text for size in root.find("size")] == ["60", "40", "3"]
    assert (folder / "JPEGImages" / "図.jpeg").read_bytes() == picture(5, "JPEG")


def test_a_split_is_a_list_of_names(tmp_path):
    folder, _ = export_scene(tmp_path, "voc")
    assert lists(folder) == {
        "train.txt": ["one_schön_1", "two_schön_1", "empty"],
        "val.txt": ["evil_", "図"],
    }


def test_a_class_without_objects_is_named_by_lists(tmp_path, monkeypatch):
    monkeypatch.setattr(SceneReader, "listed", ("ant", "dog", "wild cat", "yak"))
    folder, summary = export_scene(tmp_path, "voc")
    found = lists(folder)
    assert len(found) == 2 + 4 * 2
    assert found["yak_val.txt"] == ["evil_ -1", "図 -1"]
    assert found["dog_train.txt"] == ["one_schön_1  1", "two_schön_1  1", "empty -1"]
    assert found["wild cat_train.txt"][0] == "one_schön_1  0"
    assert Source(folder).class_names == ("ant", "dog", "wild cat", "yak")
    assert set(Source(folder).readers) == {"train", "val"}
    assert not [loss for loss in summary.losses if "class" in loss]


@pytest.mark.parametrize("name", ["up/../down", "x" * 250])
def test_a_class_that_no_file_can_be_named_after_is_told(tmp_path, monkeypatch, name):
    monkeypatch.setattr(SceneReader, "listed", ("ant", "dog", "wild cat", name))
    folder, summary = export_scene(tmp_path, "voc")
    assert [*lists(folder)] == ["train.txt", "val.txt"] or len(lists(folder)) == 2
    loss = "classes without objects left out, there is no place for their names"
    assert summary.losses[loss] == 1


def test_lists_that_would_be_misunderstood_are_not_written(tmp_path, monkeypatch):
    scene = {
        "a": [("1.png", picture(1), [thing("dog", (1, 1, 9, 9))])],
        "b_a": [("2.png", picture(2), [thing("dog", (1, 1, 9, 9))])],
    }
    monkeypatch.setattr(SceneReader, "scene", scene)
    monkeypatch.setattr(SceneReader, "listed", ("dog", "dog_b"))
    folder, summary = export_scene(tmp_path, "voc")
    assert set(lists(folder)) == {"a.txt", "b_a.txt"}
    assert any("no place" in loss for loss in summary.losses)


def test_another_order_of_classes_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(SceneReader, "listed", ("dog", "ant", "wild cat"))
    _, summary = export_scene(tmp_path, "voc")
    loss = "classes not in alphabetical order, as they will be read back"
    assert summary.losses[loss] == 2


def test_what_is_lost_is_counted(tmp_path):
    _, summary = export_scene(tmp_path, "voc")
    assert summary.losses == {
        "pictures under another name, to be safe and unique": 3,
        "crowds written as difficult objects": 1,
        "outlines left out, as there are only boxes": 2,
        "areas left out, so that they become those of the boxes": 2,
    }


def test_a_class_with_blanks_around_it_is_refused(objects_of):
    with pytest.raises(InputError, match="the class ' dog': blanks around"):
        objects_of(thing(" dog", (1, 1, 9, 9)), listed=(" dog",))
