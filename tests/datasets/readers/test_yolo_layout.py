"""Where the files of a data set in YOLO notation lie."""

import numpy as np
import pytest

from luminet.datasets.readers import find_splits, reader_class
from tests.datasets.readers.outcomes import faults, objects_of, read, refusal, warnings
from tests.datasets.readers.yolo_folder import (
    CLASSES,
    DARKNET,
    DOG,
    NAMES,
    ROBOFLOW,
    ULTRALYTICS,
    make,
    pair,
    write,
    yaml,
)

LAYOUTS = [
    pytest.param(yaml("train: images/train"), id="Ultralytics"),
    pytest.param(yaml("path: .\ntrain: images/train/"), id="path: ."),
    pytest.param(
        yaml("path: ../sets/mine\ntrain: ./images/train"), id="path elsewhere"
    ),
    pytest.param(yaml("path: /content/mine\ntrain: images/train"), id="path absolute"),
    pytest.param(yaml("train: /content/mine/images/train"), id="absolute"),
    pytest.param(yaml("train: C:\\sets\\mine\\images\\train"), id="Windows"),
    pytest.param(yaml("train: [images/train]\nval:\ntest: null"), id="list of folders"),
    pytest.param(
        yaml(
            "train: t.txt",
            ULTRALYTICS | {"t.txt": "./images/train/a.png\nimages/train/b.png\n"},
        ),
        id="list of pictures",
    ),
    pytest.param(
        yaml(
            "train: t.txt",
            ULTRALYTICS
            | {"t.txt": "/me/images/train/a.png\r\n\r\nmine/images/train/b.png \r\n"},
        ),
        id="list from elsewhere, CRLF",
    ),
    pytest.param(yaml("train: ../train/images", ROBOFLOW), id="Roboflow"),
    pytest.param(yaml("train: ../train/images"), id="Roboflow's words only"),
    pytest.param(yaml("train: gone", ROBOFLOW), id="path wrong, folder as split"),
    pytest.param(
        yaml("train: images", pair("images", "labels", "a", "b")),
        id="images, undivided",
    ),
    pytest.param(
        {"mine.yml": "names: {0: cat, 1: dog}\nnc: 2\ntrain: images/train\n"}
        | ULTRALYTICS,
        id="another name",
    ),
    pytest.param(
        {"data.yaml": f"\ufeff{NAMES}train: images/train"} | ULTRALYTICS, id="BOM"
    ),
    pytest.param(
        {"data.yaml": "nc: 2\ntrain: images/train\n"} | CLASSES | ULTRALYTICS,
        id="nc and classes.txt",
    ),
    pytest.param(
        {
            "data.yaml": "names: data/my.names\ntrain: images/train\n",
            "my.names": "cat\ndog",
        }
        | ULTRALYTICS,
        id="a file of names",
    ),
    pytest.param(
        DARKNET
        | pair("obj_train_data", "obj_train_data", "b")
        | {"train.txt": "data/obj_train_data/a.png\ndata/obj_train_data/b.png\n"},
        id="Darknet",
    ),
    pytest.param(CLASSES | ULTRALYTICS, id="no data file"),
    pytest.param(CLASSES | ROBOFLOW, id="no data file, split outside"),
    pytest.param(CLASSES | pair("train", "train", "a", "b"), id="labels beside"),
    pytest.param(
        {"train/_darknet.labels": "cat\ndog\n"} | pair("train", "train", "a", "b"),
        id="Roboflow's Darknet",
    ),
    pytest.param(CLASSES | pair("images", "labels", "a", "b"), id="undivided"),
    pytest.param(
        {"labels/classes.txt": "cat\ndog\n"} | pair("images", "labels", "a", "b"),
        id="classes beside labels",
    ),
    pytest.param(
        CLASSES | {"train.txt": "", "README.txt": "yolo"} | pair(".", ".", "a", "b"),
        id="all in one folder",
    ),
]


@pytest.mark.parametrize("files", LAYOUTS)
def test_a_layout_is_read_and_recognised(tmp_path, files):
    write(tmp_path, files)
    reader = make(tmp_path)
    assert reader.class_names in (("cat", "dog"), ("class_0", "class_1"))
    assert reader.keys() == ["a", "b"]
    assert find_splits("yolo", tmp_path) in (("train",), ())
    for key in ("a", "b"):
        example, findings = read(reader, key, reader.class_names)
        np.testing.assert_allclose(example.boxes, [[15, 15, 25, 45]])
        assert example.classes.tolist() == [1]
        assert findings == []
    assert reader_class("yolo").recognise(tmp_path)


def test_several_folders_of_a_split_come_before_the_names(tmp_path):
    files = pair("one/images", "one/labels", "a") | pair(
        "two/images", "two/labels", "a"
    )
    write(tmp_path, yaml("train: [one/images, ../two/images]", files))
    reader = make(tmp_path)
    assert reader.keys() == ["one/images/a", "two/images/a"]
    assert reader.read("two/images/a").picture_name == "two/images/a.png"


def test_folders_in_the_folder_of_a_split(tmp_path):
    files = pair("images/train/x", "labels/train/x", "a", "b")
    files |= pair("images/train", "labels/train", "a") | {"images/train/.x/a.png": ""}
    write(tmp_path, yaml("train: images/train", files))
    reader = make(tmp_path)
    assert reader.keys() == ["a", "x/a", "x/b"]
    assert reader.read("x/b").findings.file == "labels/train/x/b.txt"
    assert read(reader, "x/b")[1] == []


def test_splits_are_those_whose_pictures_are_there(tmp_path):
    text = "train: ../train/images\nval: ../valid/images\ntest: ../test/images"
    files = ROBOFLOW | pair("valid/images", "valid/labels", "c")
    write(tmp_path, yaml(text, files))
    assert find_splits("yolo", tmp_path) == ("train", "val")
    assert make(tmp_path, "val").keys() == ["c"]
    message = refusal("yolo", tmp_path, "test")
    assert message.startswith("data.yaml: test: '../test/images' leads to nothing in")


def test_a_split_whose_pictures_are_gone_is_told_once(tmp_path):
    text = "train: images/trian\nval: images/val\ntest: images/test\n"
    files = pair("images/val", "labels/val", "c") | pair(
        "images/test", "labels/test", "d"
    )
    write(tmp_path, yaml(text, files))
    (finding,) = make(tmp_path, "val").findings
    assert str(finding) == (
        "data.yaml: train: 'images/trian' leads to nothing in the folder of the data "
        "set: there is no such split [split-missing]"
    )
    assert not finding.fatal
    assert [*make(tmp_path, "test").findings] == []


def test_validation_may_have_another_name(tmp_path):
    files = pair("valid/images", "valid/labels", "c") | ROBOFLOW
    write(tmp_path, yaml("train: gone\nval: gone", files))
    assert make(tmp_path, "val").keys() == ["c"]


@pytest.mark.parametrize("split", ["train", "val"])
def test_the_folder_of_all_pictures_is_not_taken_for_that_of_a_split(tmp_path, split):
    text = "train: ../train/images\nval: ../valid/images"
    write(tmp_path, yaml(text, pair("images", "labels", "a", "b")))
    assert "leads to nothing" in refusal("yolo", tmp_path, split)


def test_labels_without_a_picture_are_told(tmp_path):
    write(tmp_path, yaml("train: images/train") | {"labels/train/c.txt": DOG})
    write(tmp_path, {"labels/train/notes.txt": "draw dogs, too\n"})
    write(tmp_path, {"labels/train/x/d.txt": DOG})
    reader = make(tmp_path)
    assert reader.keys() == ["a", "b", "c", "x/d"]
    assert faults(reader, "c") == faults(reader, "x/d") == ["image-missing"]


def test_two_pictures_of_one_name(tmp_path):
    write(tmp_path, yaml("train: images/train") | {"images/train/a.jpg": ""})
    assert faults(make(tmp_path)) == ["ambiguous-image"]


@pytest.mark.parametrize(
    "name, hint",
    [("A.png", "but 'A.png', written with another"), ("c.png", "no picture of that")],
)
def test_a_picture_with_another_name_gets_a_hint(tmp_path, name, hint):
    write(tmp_path, yaml("train: images/train"))
    (tmp_path / "images" / "train" / "a.png").rename(tmp_path / "images/train" / name)
    reader = make(tmp_path)
    assert hint in reader.read("a").on_picture.found[0].message


# Pictures apart from labels.


def test_pictures_may_lie_apart_from_labels(tmp_path):
    write(tmp_path, DARKNET)
    apart = tmp_path.parent / f"{tmp_path.name}-pictures"
    write(apart, {"a.png": "", "z.png": ""})
    (tmp_path / "obj_train_data" / "a.png").unlink()
    message = refusal("yolo", tmp_path, "train")
    assert "none of its 1 pictures" in message and "-o images=FOLDER" in message
    reader = make(tmp_path, images=f"../{apart.name}")
    assert reader.keys() == ["a"]
    assert warnings(reader) == []
    assert read(make(tmp_path, images=str(apart)))[0].classes.tolist() == [1]


def test_pictures_apart_in_a_folder_for_each_split(tmp_path):
    write(tmp_path, CLASSES | {"labels/train/a.txt": DOG, "labels/val/b.txt": DOG})
    write(tmp_path, {"p/train/a.png": "", "p/train/z.png": "", "p/val/b.png": ""})
    assert find_splits("yolo", tmp_path, {"images": "p"}) == ("train", "val")
    reader = make(tmp_path, images="p")
    assert reader.keys() == ["a"]
    assert reader.read("a").picture_name == "p/train/a.png"


# Options.


def test_files_can_be_named(tmp_path):
    write(tmp_path, yaml("train: images/train"))
    write(tmp_path, {"two.yaml": "names: [x, y]\ntrain: [images/train]\nval: images/b"})
    write(tmp_path, {"my.names": "one\ntwo\n"})
    assert make(tmp_path).class_names == ("cat", "dog")
    assert make(tmp_path, data="two.yaml").class_names == ("x", "y")
    assert make(tmp_path, classes="my.names").class_names == ("one", "two")


@pytest.mark.parametrize(
    "option, message",
    [
        ("data", "no such file; the option data names it"),
        ("classes", "no such file; the option classes names it"),
        ("images", "no such folder; the option images names it"),
    ],
)
def test_an_option_that_names_nothing_is_refused(tmp_path, option, message):
    write(tmp_path, yaml("train: images/train"))
    told = f"{tmp_path.parent}/gone: {message}, relative to the folder of the data set"
    assert told in refusal("yolo", tmp_path, "train", {option: "../gone"})


def test_labels_without_any_picture_are_refused(tmp_path):
    write(tmp_path, CLASSES | {"labels/a.txt": DOG, "labels/b.txt": DOG})
    assert refusal("yolo", tmp_path, "all") == (
        f"{tmp_path}/labels: none of its 2 pictures, like 'a', lies in "
        f"{tmp_path}/labels; name the folder with -o images=FOLDER [folder-missing]"
    )


# Real data.


@pytest.mark.real_data
def test_it_agrees_with_the_same_pictures_in_voc_notation(real_data, voc_truth):
    """They were converted by a program that took the first corner, which VOC counts
    from 1, as it is: it is a pixel further right and down. Six digits of a part of a
    picture are right to a thousandth of a pixel. What is difficult is not said.
    """
    folder = real_data / "voc12_100_formats" / "gts" / "yolo_format"
    reader = make(folder, images="../../images")
    assert set(reader.keys()) == set(voc_truth)
    for key, expected in voc_truth.items():
        example, findings = read(reader, key, reader.class_names)
        assert findings == []
        assert not example.difficult.any()
        found = objects_of(example, reader.class_names)
        assert [item[0] for item in found] == [item[0] for item in expected]
        moved = [np.add(item[1:], (1, 1, 0, 0)) for item in expected]
        np.testing.assert_allclose([item[1:] for item in found], moved, atol=1e-3)


def test_labels_may_have_a_name_in_capitals(tmp_path):
    files = CLASSES | {"images/a.png": "", "labels/a.TXT": DOG, "images/b.png": ""}
    write(tmp_path, files)
    assert reader_class("yolo").recognise(tmp_path)
    made = make(tmp_path)
    assert made.keys() == ["a", "b"]
    assert [len(made.read(key).objects) for key in ("a", "b")] == [1, 0]
    assert made.read("a").findings.file == "labels/a.TXT"


def test_labels_of_a_list_may_have_a_name_in_capitals(tmp_path):
    files = {"images/train/c.png": "", "labels/train/c.TXT": DOG}
    listed = yaml("train: t.txt", files | {"t.txt": "images/train/c.png\n"})
    write(tmp_path, listed)
    assert len(make(tmp_path).read("c").objects) == 1


def test_a_picture_in_a_format_that_is_not_read_is_a_fault(tmp_path):
    write(tmp_path, ULTRALYTICS | CLASSES | {"images/train/n.tif": ""})
    made = make(tmp_path)
    assert made.keys() == ["a", "b", "n"]
    assert faults(made, "n") == ["format"]
