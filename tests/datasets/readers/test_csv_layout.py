"""Where tables of boxes and their pictures may lie."""

import pytest

from luminet.datasets.readers import find_splits, make_reader
from luminet.datasets.readers.csv.reader import CSVReader
from tests.datasets.readers.csv_folder import DOG, HEADER, pictures, write
from tests.datasets.readers.outcomes import refusal

TABLE = f"{HEADER}\n{DOG}\n"
OTHER = TABLE.replace("a.png", "b.png")


@pytest.mark.parametrize(
    "files, splits, picture",
    [
        pytest.param(
            {"train.csv": TABLE, "val.csv": OTHER}
            | pictures("train/a.png", "val/b.png"),
            ("train", "val"),
            "train/a.png",
            id="a folder for each split",
        ),
        pytest.param(
            {"train_labels.csv": TABLE, "test_labels.csv": OTHER}
            | pictures("train/a.png", "test/b.png"),
            ("test", "train"),
            "train/a.png",
            id="labels in the name",
        ),
        pytest.param(
            {"data/train_labels.csv": TABLE} | pictures("images/a.png", "images/b.png"),
            ("train",),
            "images/a.png",
            id="one folder of pictures",
        ),
        pytest.param(
            {"train.csv": TABLE} | pictures("a.png"),
            ("train",),
            "a.png",
            id="beside the table",
        ),
        pytest.param(
            {"train.csv": TABLE} | pictures("cells/a.png"),
            ("train",),
            "cells/a.png",
            id="any one folder",
        ),
        pytest.param(
            {"annotations/train.csv": TABLE} | pictures("images/train/a.png"),
            ("train",),
            "images/train/a.png",
            id="annotations and images",
        ),
        pytest.param(
            {"train/_annotations.csv": TABLE, "valid/_annotations.csv": OTHER}
            | pictures("train/a.png", "valid/b.png"),
            ("train", "valid"),
            "train/a.png",
            id="Roboflow",
        ),
        pytest.param(
            {"train.csv": f"{HEADER}\ntrain/{DOG}"} | pictures("train/a.png"),
            ("train",),
            "train/a.png",
            id="paths from the top",
        ),
        pytest.param(
            {"annotations.csv": TABLE} | pictures("a.png"),
            (),
            "a.png",
            id="not divided",
        ),
        pytest.param(
            {"labels.csv": TABLE, "classes.csv": "dog,0"} | pictures("images/a.png"),
            (),
            "images/a.png",
            id="not divided, with classes",
        ),
        pytest.param(
            {"boxes_of_2019.csv": TABLE} | pictures("images/a.png"),
            (),
            "images/a.png",
            id="any one table",
        ),
        pytest.param(
            {"train.csv": TABLE, "train_labels.csv": OTHER} | pictures("train/a.png"),
            ("train", "train_labels"),
            "train/a.png",
            id="two of a name",
        ),
        pytest.param(
            {"train.csv": TABLE, "labels.csv": OTHER, "sample_submission.csv": "a,b"}
            | pictures("train/a.png"),
            ("train",),
            "train/a.png",
            id="other tables",
        ),
    ],
)
def test_layouts(tmp_path, files, splits, picture):
    write(tmp_path, files)
    assert CSVReader.recognise(tmp_path)
    assert find_splits("csv", tmp_path) == splits
    reader = make_reader("csv", tmp_path, "train")
    annotation = reader.read(reader.keys()[0])
    assert annotation.picture_name == picture
    assert len(annotation.objects) == 1


@pytest.mark.parametrize(
    "files, keys",
    [
        (pictures("train/a.png", "train/n.png"), ["a.png", "n.png"]),
        (pictures("images/train/a.png", "images/train/n.png"), ["a.png", "n.png"]),
        # Those may be of another split.
        (pictures("images/a.png", "images/n.png"), ["a.png"]),
        (pictures("a.png", "n.png"), ["a.png"]),
    ],
)
def test_pictures_without_rows_count_in_a_folder_of_the_split(tmp_path, files, keys):
    write(tmp_path, {"train.csv": TABLE} | files)
    assert make_reader("csv", tmp_path, "train").keys() == keys


def test_pictures_without_rows_count_where_nothing_is_divided(tmp_path):
    files = pictures("images/a.png", "images/n.png", "images/.hidden.png")
    write(tmp_path, {"annotations.csv": TABLE, "images/notes.txt": ""} | files)
    assert make_reader("csv", tmp_path, "all").keys() == ["a.png", "n.png"]


def test_paths_from_the_top_keep_their_folder(tmp_path):
    table = f"{HEADER}\ntrain/{DOG}"
    write(tmp_path, {"train.csv": table} | pictures("train/a.png", "train/n.png"))
    keys = make_reader("csv", tmp_path, "train").keys()
    assert keys == ["train/a.png", "train/n.png"]


@pytest.mark.parametrize("folder", ["deep/er", "deep/er/train"])
def test_the_option_images(tmp_path, folder):
    write(tmp_path, {"train.csv": TABLE} | pictures(f"{folder}/a.png"))
    reader = make_reader("csv", tmp_path, "train", {"images": "deep/er"})
    assert reader.read("a.png").picture_name == f"{folder}/a.png"


def test_a_missing_split_names_those_that_there_are(tmp_path):
    write(tmp_path, {"train.csv": TABLE, "test.csv": TABLE} | pictures("a.png"))
    message = refusal("csv", tmp_path, "tran")
    assert "there are test, train; did you mean 'train'?" in message


def test_a_table_with_odd_columns_is_found_but_not_recognised(tmp_path):
    table = f"a,b,c,d,e,f\n{DOG}"
    write(tmp_path, {"test.csv": table} | pictures("a.png"))
    assert CSVReader.recognise(tmp_path) is None
    assert find_splits("csv", tmp_path) == ("test",)
    assert "--columns filename,class,xmin" in refusal("csv", tmp_path, "test")
    options = {"columns": HEADER}
    assert find_splits("csv", tmp_path, options) == ("test",)
    assert make_reader("csv", tmp_path, "test", options).keys() == ["a.png"]


# The list of classes.


@pytest.mark.parametrize(
    "content, names",
    [
        ("dog,1\ncat,0\n", ("cat", "dog")),
        ("1;dog\r\n0;cat", ("cat", "dog")),
        ("class,id\ndog,2\ncat,7", ("dog", "cat")),
        ("dog\ncat\n", ("dog", "cat")),
        ('"dog, big",0\n', ("dog, big",)),
    ],
)
def test_classes(tmp_path, content, names):
    write(tmp_path, {"train.csv": TABLE, "classes.csv": content} | pictures("a.png"))
    assert make_reader("csv", tmp_path, "train").class_names == names


@pytest.mark.parametrize(
    "content, message",
    [
        ("dog,0\ncat,0\n", "line 2: '0' is already in line 1"),
        ("dog,0\ndog,1\n", "line 2: 'dog' is already in line 1"),
        ("dog,0\ncat\n", "line 2: must be a name and a number"),
        ("dog,0\ncat,-1\n", "line 2: must be a name and a number"),
        ('dog,0\n"cat,1\n', "csv-quote"),
    ],
)
def test_classes_that_are_refused(tmp_path, content, message):
    write(tmp_path, {"train.csv": TABLE, "classes.csv": content} | pictures("a.png"))
    assert message in refusal("csv", tmp_path, "train")
