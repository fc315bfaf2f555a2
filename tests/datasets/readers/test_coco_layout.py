"""Where the files of a data set in COCO notation may lie, and what its splits are."""

import json
import os
import time

import pytest

from luminet.datasets.readers import find_splits, make_reader
from luminet.datasets.readers.coco.reader import COCOReader
from tests.datasets.readers.notations import coco, roboflow
from tests.datasets.readers.notations.truth import CLASS_NAMES, PICTURES
from tests.datasets.readers.outcomes import read, refusal

A = PICTURES[:1]


def place(root, annotations, pictures="images", file_name="a.png"):
    """Write an annotation file, and its only picture; both are paths."""
    content = coco.content(A)
    content["images"][0]["file_name"] = file_name
    for path, data in (
        (root / annotations, json.dumps(content).encode()),
        (root / pictures / file_name, A[0].png()),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def filename(root, split, **options):
    """Where the picture is found."""
    example, findings = read(make_reader("coco", root, split, options), "7")
    assert findings == []
    return example.filename


OFFICIAL = "annotations/instances_train2017.json"
DEFAULT = "annotations/instances_default.json"


@pytest.mark.parametrize(
    "annotations, folder, splits",
    [
        pytest.param(OFFICIAL, "train2017", ("train",), id="COCO"),
        pytest.param(OFFICIAL, "images/train2017", ("train",), id="below images"),
        pytest.param(OFFICIAL, "train", ("train",), id="folder without the year"),
        pytest.param(OFFICIAL, "images/train", ("train",), id="likewise below images"),
        pytest.param(OFFICIAL, "train2017/images", ("train",), id="images inside"),
        pytest.param(OFFICIAL, "images", ("train",), id="images"),
        pytest.param(DEFAULT, "images", (), id="CVAT"),
        pytest.param(DEFAULT, "images/default", (), id="CVAT with subsets"),
        pytest.param("annotations/train.json", "train", ("train",), id="plain name"),
        pytest.param("annotations/all.json", "images", (), id="all there is"),
        pytest.param("result.json", "images", (), id="Label Studio"),
        pytest.param("labels.json", "data", (), id="FiftyOne"),
        pytest.param("trainval.json", "images", ("trainval",), id="beside images"),
        pytest.param("coco.json", ".", (), id="all in one folder"),
        pytest.param("my_Val_2014.json", "val", ("val",), id="word in a name"),
        pytest.param("instances_test-dev2017.json", "images", ("test-dev",), id="two"),
        pytest.param(
            "train/_annotations.coco.json", "train", ("train",), id="Roboflow"
        ),
        pytest.param("valid/_annotations.coco.json", "valid", ("valid",), id="valid"),
        pytest.param(
            "test/labels.json", "test/images", ("test",), id="folder of a split"
        ),
        pytest.param(f"coco/{OFFICIAL}", "coco/train2017", ("train",), id="one deeper"),
        pytest.param("data/trainval.json", "data/images", ("trainval",), id="in data"),
        pytest.param("x/_annotations.coco.json", "x", (), id="a folder of all"),
    ],
)
def test_layouts(tmp_path, annotations, folder, splits):
    place(tmp_path, annotations, folder)
    assert find_splits("coco", tmp_path) == splits
    assert (
        COCOReader.recognise(tmp_path) == f"{annotations} with lists as COCO has them"
    )
    expected = f"{folder}/a.png".removeprefix("./")
    assert filename(tmp_path, splits[0] if splits else "whatever") == expected


@pytest.mark.parametrize("top", ["", "images/", "photos/"])
def test_names_of_files_may_begin_with_the_folder_of_the_split(tmp_path, top):
    place(tmp_path, "train.json", top, "train/1.png")
    place(tmp_path, "val.json", top, "val/1.png")
    options = {"images": "photos"} if top == "photos/" else {}
    assert filename(tmp_path, "train", **options) == f"{top}train/1.png"
    assert filename(tmp_path, "val", **options) == f"{top}val/1.png"


def test_pictures_are_where_most_of_them_are_found(tmp_path):
    coco.write(tmp_path, PICTURES)
    (tmp_path / "images").mkdir()
    for name in "abc":
        (tmp_path / "train2017" / f"{name}.png").rename(
            tmp_path / "images" / f"{name}.png"
        )
    (tmp_path / "train2017" / "a.png").write_bytes(PICTURES[0].png())
    assert filename(tmp_path, "train") == "images/a.png"


def test_the_folder_of_pictures_can_be_named(tmp_path):
    place(tmp_path, OFFICIAL, "photos/2017")
    message = refusal("coco", tmp_path, "train")
    assert "none of its 1 pictures, like 'a.png', lies in" in message
    assert message.endswith("folder with -o images=FOLDER [folder-missing]")
    assert filename(tmp_path, "train", images="photos/2017") == "photos/2017/a.png"
    message = refusal("coco", tmp_path, "train", {"images": "nowhere"})
    assert "nowhere: no such folder; the option images" in message


def test_a_named_folder_may_hold_those_of_the_splits(tmp_path):
    place(tmp_path, OFFICIAL, "photos/train2017")
    assert filename(tmp_path, "train", images="photos") == "photos/train2017/a.png"


def test_the_first_pictures_may_be_missing(tmp_path):
    coco.write(tmp_path, PICTURES)
    content = coco.content(PICTURES)
    missing = [{"id": 100 + i, "file_name": f"{i}.png"} for i in range(200)]
    content["images"] = missing + content["images"]
    (tmp_path / OFFICIAL).write_text(json.dumps(content))
    assert filename(tmp_path, "train") == "train2017/a.png"


# The names of splits.


@pytest.fixture
def years(tmp_path):
    for name in ("train2014", "train2017", "val2014", "minival2014"):
        place(tmp_path, f"annotations/instances_{name}.json", name)
    return tmp_path


def test_years_are_left_out_of_names_where_nothing_is_lost(years):
    names = ("minival", "train2014", "train2017", "val")
    assert find_splits("coco", years) == names
    assert filename(years, "train2017") == "train2017/a.png"
    assert filename(years, "val") == filename(years, "val2014") == "val2014/a.png"


def test_a_year_can_be_chosen(years):
    assert find_splits("coco", years, {"year": "2017"}) == ("train",)
    assert filename(years, "train", year="2014") == "train2014/a.png"
    message = refusal("coco", years, "train", {"year": "2015"})
    assert "no annotations of the year '2015'; there are 2014, 2017" in message


def test_a_name_of_several_years_is_refused(years):
    message = refusal("coco", years, "train")
    assert "name one of train2014, train2017, or a year [ambiguous-layout]" in message


def test_a_missing_split_names_those_that_there_are(years):
    message = refusal("coco", years, "vall")
    assert "minival, train2014, train2017, val; did you mean 'val'?" in message


def test_captions_and_key_points_are_no_splits(tmp_path):
    place(tmp_path, OFFICIAL, "train2017")
    place(tmp_path, "annotations/captions_val2017.json")
    place(tmp_path, "annotations/person_keypoints_val2017.json")
    assert find_splits("coco", tmp_path) == ("train",)


def test_other_json_is_no_split(tmp_path):
    place(tmp_path, "train.json")
    for name, text in {
        "labelme": '{"version": "5.0", "shapes": [], "imagePath": "a.png"}',
        "settings": '{"images": "photos"}',
        "._train": "\0",
        "empty": "",
    }.items():
        (tmp_path / f"{name}.json").write_text(text)
    os.mkfifo(tmp_path / "pipe.json")
    assert find_splits("coco", tmp_path) == ("train",)


def test_several_data_sets_are_told_apart(tmp_path):
    for name in ("one", "two"):
        place(tmp_path, f"{name}/{OFFICIAL}", f"{name}/train2017")
    message = refusal("coco", tmp_path, "train")
    assert f"name one of {tmp_path / 'one'}, {tmp_path / 'two'}" in message
    assert COCOReader.recognise(tmp_path)
    assert filename(tmp_path / "two", "train") == "train2017/a.png"


def test_no_data_set_is_named(tmp_path):
    assert "nowhere: no such folder" in refusal("coco", tmp_path / "nowhere", "train")
    assert "not a data set in COCO notation" in refusal("coco", tmp_path, "train")


def test_a_wrong_flag_is_refused(tmp_path):
    place(tmp_path, OFFICIAL, "train2017")
    message = refusal("coco", tmp_path, "train", {"use_supercategory": "maybe"})
    assert message == "the option use_supercategory must be true or false, not 'maybe'"


def test_what_is_recognised_is_looked_at_quickly(tmp_path):
    for number in range(200):
        folder = tmp_path / f"class {number}"
        folder.mkdir()
        for name in range(10):
            (folder / f"{name}.json").write_text('{"shapes": []}')
    start = time.process_time()
    assert COCOReader.recognise(tmp_path) is None
    assert time.process_time() - start < 0.5


# Roboflow.


@pytest.fixture
def exported(tmp_path):
    roboflow.write(tmp_path, PICTURES)
    return tmp_path


def test_roboflow_writes_the_same_truth(exported):
    reader = make_reader("coco", exported, "train")
    assert find_splits("coco", exported) == ("train",)
    assert reader.class_names == CLASS_NAMES
    assert reader.category_ids == {"cat": 1, "dog": 2}
    assert [*reader.findings] == []
    examples = [read(reader, str(key))[0] for key in (7, 8, 9)]
    for picture, example in zip(PICTURES, examples, strict=True):
        found = zip(example.classes, example.boxes.tolist(), strict=True)
        assert [
            (CLASS_NAMES[number], (x1, y1, x2, y2))
            for number, (y1, x1, y2, x2) in found
        ] == [*picture.objects]


def change(folder, change):
    path = folder / "train" / "_annotations.coco.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def test_what_all_classes_belong_to_is_a_class_if_an_object_has_it(exported):
    change(exported, lambda content: content["annotations"][0].update(category_id=0))
    names = make_reader("coco", exported, "train").class_names
    assert names == ("animals", "cat", "dog")


def test_what_not_all_classes_belong_to_is_a_class(exported):
    change(exported, lambda content: content["categories"][1].update(supercategory="x"))
    names = make_reader("coco", exported, "train").class_names
    assert names == ("animals", "cat", "dog")


def test_what_all_classes_belong_to_may_be_called_like_one(exported):
    def rename(content):
        content["categories"][0]["name"] = "dog"
        for item in content["categories"][1:]:
            item["supercategory"] = "dog"

    change(exported, rename)
    assert make_reader("coco", exported, "train").class_names == CLASS_NAMES
