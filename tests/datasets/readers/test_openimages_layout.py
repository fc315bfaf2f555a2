"""Where the files of Open Images may lie, and a data set that others wrote."""

import numpy as np
import pytest

from luminet.datasets.readers import find_splits, make_reader
from luminet.datasets.readers.openimages.reader import OpenImagesReader
from tests.datasets.readers.csv_folder import pictures, write
from tests.datasets.readers.notations.openimages import CODES, HEADER
from tests.datasets.readers.outcomes import objects_of, read, refusal

TABLE = "train-annotations-bbox.csv"
CLASSES = "".join(f"{code},{name}\n" for name, code in CODES.items())
ROWS = f"{HEADER}\na,xclick,{CODES['dog']},1,0.2,0.5,0.1,0.5,0,0,0,0,0\n"


@pytest.mark.parametrize(
    "table, classes, picture",
    [
        (TABLE, "class-descriptions-boxable.csv", "train/a.jpg"),
        (f"train/{TABLE}", "class-descriptions.csv", "train/a.jpg"),
        (
            f"oidv6-{TABLE}",
            "oidv7-class-descriptions-boxable.csv",
            "images/train/a.jpg",
        ),
        (
            "challenge-2019-train-detection-bbox.csv",
            "challenge-2019-class-descriptions-500.csv",
            "images/a.jpg",
        ),
        (
            "train/labels/detections.csv",
            "train/metadata/classes.csv",
            "train/data/a.jpg",
        ),
        (
            f"annotations/{TABLE}",
            "annotations/class-descriptions.csv",
            "images/train/a.jpg",
        ),
    ],
)
def test_layouts(tmp_path, table, classes, picture):
    write(tmp_path, {table: ROWS, classes: CLASSES} | pictures(picture))
    assert OpenImagesReader.recognise(tmp_path)
    assert find_splits("openimages", tmp_path) == ("train",)
    annotation = make_reader("openimages", tmp_path, "train").read("a")
    assert annotation.picture_name == picture
    assert annotation.objects[0].class_name == "dog"


def test_a_missing_split_names_those_that_there_are(tmp_path):
    write(tmp_path, {TABLE: ROWS})
    assert "there are train; did you mean" in refusal("openimages", tmp_path, "tran")


def test_the_option_images(tmp_path):
    files = {TABLE: ROWS, "class-descriptions-boxable.csv": CLASSES}
    write(tmp_path, files | pictures("train/b.jpg", "deep/er/train/a.jpg"))
    options = {"images": "deep/er"}
    reader = make_reader("openimages", tmp_path, "train", options)
    assert reader.read("a").picture_name == "deep/er/train/a.jpg"
    assert "no such folder" in refusal(
        "openimages", tmp_path, "train", {"images": "none"}
    )


def test_pictures_of_several_splits_in_one_folder(tmp_path):
    """One without rows may be of the other split."""
    files = {TABLE: ROWS, "class-descriptions-boxable.csv": CLASSES}
    files |= {"test-annotations-bbox.csv": ROWS.replace("\na,", "\nb,")}
    write(tmp_path, files | pictures("images/a.jpg", "images/b.jpg", "images/c.jpg"))
    assert find_splits("openimages", tmp_path) == ("test", "train")
    assert make_reader("openimages", tmp_path, "train").keys() == ["a"]
    assert make_reader("openimages", tmp_path, "test").keys() == ["b"]


def test_another_list_of_classes_is_not_taken_for_one_of_codes(tmp_path):
    table = ROWS.replace(CODES["dog"], "dog")
    write(tmp_path, {TABLE: table, "classes.csv": "dog,0"} | pictures("train/a.jpg"))
    reader = make_reader("openimages", tmp_path, "train")
    assert reader.class_names is None
    assert reader.names("a") == {"dog"}


@pytest.mark.real_data
def test_voc_2012(real_data, tmp_path, voc_truth):
    """Its boxes are VOC's numbers divided by the size, without taking 1 off the first
    corner: so that corner is a pixel further right and below, to 10 digits."""
    source = real_data / "voc12_100_formats"
    (tmp_path / "images").symlink_to(source / "images")
    (tmp_path / "all.csv").symlink_to(
        source / "gts" / "openimages_format" / "all_bounding_boxes.csv"
    )
    reader = make_reader("openimages", tmp_path, "any")
    names = (source / "voc.names").read_text().split()
    keys = reader.keys()
    assert len(keys) == len(voc_truth) == 100
    num_boxes = 0
    for key in keys:
        found = objects_of(read(reader, key, names)[0], names)
        expected = voc_truth[key.removesuffix(".jpg")]
        assert [item[0] for item in found] == [item[0] for item in expected]
        boxes = np.array([item[1:] for item in found]) - (1, 1, 0, 0)
        np.testing.assert_allclose(boxes, [item[1:] for item in expected], atol=1e-4)
        num_boxes += len(boxes)
    assert num_boxes == 273
