"""Where the pictures of a data set in LabelMe's notation are."""

import base64
import json

import pytest

from luminet.datasets.findings import NEVER_SKIPPED
from luminet.datasets.readers import find_splits, make_reader, reader_class
from tests.datasets.readers.labelme_folder import DOG, GOOD, PNG, LabelMeFolder
from tests.datasets.readers.outcomes import faults, read, refusal, warnings


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.fixture
def reader(folder):
    return LabelMeFolder(folder)


def test_the_picture_may_lie_in_another_folder(reader, folder):
    (folder / "images").mkdir()
    (folder / "train" / "a.png").rename(folder / "images" / "b.png")
    for path in ("../images/b.png", "..\\images\\b.png", "./../train/../images/b.png"):
        made = reader([DOG], path)
        assert made.read("a").picture_name == "images/b.png"
        assert warnings(made) == []


def test_the_picture_may_lie_in_the_file(reader, folder):
    (folder / "train" / "a.png").unlink()
    made = reader([DOG], image_data=base64.b64encode(PNG).decode())
    example, findings = read(made)
    assert (example.image, example.filename) == (PNG, "train/a.json")
    assert findings == []


def test_the_file_of_the_picture_comes_before_the_one_inside(reader):
    made = reader([DOG], image_data=base64.b64encode(b"other").decode())
    assert read(made)[0].image == PNG


@pytest.mark.parametrize(
    "path",
    [
        "gone.png",
        "gone/a.jpg",
        "/home/me/a.png",
        "C:\\me\\a.png",
        "../../a.png",
        "http://x/a.png",
        "",
        None,
        3,
    ],
)
def test_a_picture_called_alike_is_taken_with_a_warning(reader, path):
    made = reader([DOG], path)
    assert made.keys() == ["a"]
    assert made.read("a").picture_name == "train/a.png"
    assert warnings(made) == ["filename-differs"]


@pytest.mark.parametrize("place", ["images", "images/train"])
def test_pictures_may_have_been_moved(reader, folder, place):
    (folder / place).mkdir(parents=True)
    (folder / "train" / "a.png").rename(folder / place / "b.png")
    (folder / place / "z.png").write_bytes(PNG)
    made = reader([DOG], "C:\\b.png", images="images")
    assert made.keys() == ["a"]
    assert made.read("a").picture_name == f"{place}/b.png"
    assert warnings(made) == []
    assert "gone: no such folder" in refusal(
        "labelme", folder, "train", {"images": "gone"}
    )


UNSAFE = ["../../etc/passwd", "/etc/passwd", "http://x/b.png", "b\0.png"]


@pytest.mark.parametrize("path", UNSAFE, ids=[f"V6 C18 {path!r}" for path in UNSAFE])
def test_a_path_never_leaves_the_data_set(reader, folder, path):
    made = reader([DOG], path)
    (folder / "train" / "a.png").unlink()
    made = make_reader("labelme", folder, "train")
    assert faults(made) == ["unsafe-path"]
    assert "unsafe-path" in NEVER_SKIPPED


@pytest.mark.parametrize(
    "image_data, codes",
    [
        pytest.param(None, ["image-missing"], id="V9 missing"),
        pytest.param("", ["image-missing"], id="none inside"),
        pytest.param("!!", ["image-corrupt"], id="no base64"),
        pytest.param("====", ["image-corrupt"], id="nothing"),
        pytest.param("QUJD", ["not-an-image"], id="I14 no picture"),
        pytest.param([1], ["image-missing"], id="a list"),
    ],
)
def test_a_lost_picture(reader, folder, image_data, codes):
    reader([DOG], image_data=image_data)
    (folder / "train" / "a.png").unlink()
    assert faults(make_reader("labelme", folder, "train")) == codes


def test_a_picture_without_json_is_told(reader, folder):
    reader([DOG])
    (folder / "train" / "b.png").write_bytes(PNG)
    made = make_reader("labelme", folder, "train")
    assert made.keys() == ["a", "b"]
    assert faults(made, "b") == ["annotation-missing"]


def test_a_picture_that_json_of_another_name_names_is_not_told(reader, folder):
    (folder / "train" / "a.png").rename(folder / "train" / "other.png")
    assert reader([DOG], "other.png").keys() == ["a"]
    assert reader([DOG], file="{").keys() == ["a", "other"]


# Folders.


def test_splits_are_folders(reader, folder):
    reader([DOG])
    (folder / "val").mkdir()
    (folder / "val" / "c.json").write_text(GOOD)
    (folder / "images").mkdir()
    assert find_splits("labelme", folder) == ("train", "val")
    assert "there are train, val" in refusal("labelme", folder, "tain")


def test_all_may_lie_in_the_folder_itself(reader, folder):
    reader([DOG])
    assert find_splits("labelme", folder / "train") == ()
    made = make_reader("labelme", folder / "train", "any")
    assert made.read("a").picture_name == "a.png"
    assert warnings(made) == []


@pytest.mark.parametrize(
    "text, known",
    [
        (GOOD, True),
        (json.dumps({"imagePath": "a.png", "shapes": []}), True),
        ('{"rects": []}', False),
        ('{"images": [], "annotations": []}', False),
        ("{", False),
    ],
)
def test_it_is_recognised_by_its_beginning(reader, folder, text, known):
    reader([], file=text)
    assert bool(reader_class("labelme").recognise(folder)) == known
