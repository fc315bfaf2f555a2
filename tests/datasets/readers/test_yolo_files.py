"""Files that describe a data set in YOLO notation, good and bad."""

import os
import time

import pytest

from luminet.datasets.readers import reader_class
from luminet.errors import InputError
from tests.datasets.readers.outcomes import faults, mutations, refusal, warnings
from tests.datasets.readers.yolo_folder import (
    CLASSES,
    DARKNET,
    NAMES,
    ULTRALYTICS,
    make,
    pair,
    write,
    yaml,
)

BAD_FILES = [
    pytest.param("data.yaml", "names: [a", "data.yaml: line 1: not YAML", id="cut"),
    pytest.param("data.yaml", "names: [a]\n\ttrain: x", "line 2: not YAML", id="a tab"),
    pytest.param("data.yaml", "names: &a [x]\ntrain: *a", "aliases", id="alias"),
    pytest.param(
        "data.yaml",
        "names: !!python/object/apply:os.system [touch x]\ntrain: x",
        "tags",
        id="tag",
    ),
    pytest.param("data.yaml", f"names: {'[' * 30}\ntrain: x", "too complex", id="deep"),
    pytest.param(
        "data.yaml",
        "nc: 1\nnc: 2\ntrain: x",
        "line 2: nc is given twice",
        id="C4 key twice",
    ),
    pytest.param("data.yaml", "names: [a]\ntrain: 3", "must be a path", id="path 3"),
    pytest.param("data.yaml", "names: [a]\ntrain: []", "must be a path", id="no path"),
    pytest.param("data.yaml", "names: [a]\ntrain: {a: b}", "must be", id="path a dict"),
    pytest.param(
        "data.yaml", "names: [a]\npath: 3\ntrain: x", "path: must", id="root 3"
    ),
    pytest.param(
        "data.yaml", "names: [a, b]\nnc: 3\ntrain: x", "2 names, but 3 classes", id="nc"
    ),
    pytest.param(
        "data.yaml", "nc: many\ntrain: x", "the number of classes", id="nc word"
    ),
    pytest.param("data.yaml", f"nc: {'9' * 5000}\ntrain: x", "data.yaml", id="huge nc"),
    pytest.param("data.yaml", "names: []\ntrain: x", "must be a list", id="no names"),
    pytest.param("data.yaml", "names: 3\ntrain: x", "must be a list", id="names 3"),
    pytest.param(
        "data.yaml", "names: [a, a]\ntrain: x", "class 1: 'a' is", id="C9 twice"
    ),
    pytest.param("data.yaml", "names: [a, ' ']\ntrain: x", "class 1: has no", id="V17"),
    pytest.param("data.yaml", "names: [a, no]\ntrain: x", "in quotes", id="M23 no"),
    pytest.param(
        "data.yaml", "names: {0: a, 2: b}\ntrain: x", "without a gap", id="gap"
    ),
    pytest.param("data.yaml", "names: {a: 0}\ntrain: x", "numbered", id="wrong way"),
    pytest.param(
        "data.yaml", "names: gone.txt\ntrain: x", "no file 'gone", id="no file"
    ),
    pytest.param(
        "data.yaml",
        "nc: 2\ntrain: x\nkpt_shape: [17]",
        "kpt_shape: must",
        id="kpt_shape",
    ),
    pytest.param(
        "data.yaml", "nc: 2\nval: images/train", "no such split", id="V1 split"
    ),
    pytest.param("data.yaml", "nc: 2\ntrain: gone", "leads to nothing", id="V1 folder"),
    pytest.param("obj.data", "classes 2\nnames = x\ntrain = x", "line 1", id="no ="),
    pytest.param("obj.data", "names=x\ntrain=x\ntrain=y", "given twice", id="twice"),
    pytest.param("obj.data", "classes=x\ntrain=x", "the number of", id="classes word"),
]


@pytest.mark.parametrize("name, text, message", BAD_FILES)
def test_a_bad_data_file_is_refused(tmp_path, name, text, message):
    write(tmp_path, pair("images/other", "labels/other", "a") | {name: text})
    start = time.perf_counter()
    assert message in refusal("yolo", tmp_path, "train")
    assert time.perf_counter() - start < 1.0


@pytest.mark.parametrize(
    "names, message",
    [
        pytest.param("cat\n\ndog", "line 2: has no name", id="a blank line"),
        pytest.param("cat\ncat", "line 2: 'cat' is already line 1", id="C9 twice"),
        pytest.param("", "lists no class", id="V2 empty"),
        pytest.param("\xe9", "not UTF-8", id="V13"),
    ],
)
def test_a_bad_list_of_classes_is_refused(tmp_path, names, message):
    write(tmp_path, ULTRALYTICS)
    (tmp_path / "classes.txt").write_text(names, "iso-8859-1")
    assert message in refusal("yolo", tmp_path, "train")


def test_classes_need_a_list(tmp_path):
    write(tmp_path, ULTRALYTICS)
    assert "the option classes names such a file" in refusal("yolo", tmp_path, "train")


def test_a_list_of_classes_must_fit_its_number(tmp_path):
    write(tmp_path, CLASSES | {"data.yaml": "nc: 3\ntrain: images/train"} | ULTRALYTICS)
    assert "2 names, but 3 classes" in refusal("yolo", tmp_path, "train")


def test_a_number_of_classes_without_names_names_them(tmp_path):
    write(tmp_path, {"data.yaml": "nc: 2\ntrain: images/train"} | ULTRALYTICS)
    assert make(tmp_path).class_names == ("class_0", "class_1")


def test_several_data_files_are_refused(tmp_path):
    write(tmp_path, {"a.yaml": f"{NAMES}train: x", "b.yaml": f"{NAMES}train: y"})
    assert "several could describe it: a.yaml, b.yaml" in refusal("yolo", tmp_path, "x")


@pytest.mark.parametrize(
    "files, message",
    [
        pytest.param(
            {"images/train/x.txt": "hi"}, "no picture in it", id="V2 pictures"
        ),
        pytest.param({"images/train/a.png": ""}, "no labels: neither", id="labels"),
        pytest.param({"images/train": "\n"}, "it is empty", id="V2 list"),
    ],
)
def test_a_split_without_pictures_or_labels_is_refused(tmp_path, files, message):
    write(tmp_path, yaml("train: images/train", files))
    assert message in refusal("yolo", tmp_path, "train")


# Lists of pictures.


@pytest.fixture
def listed(tmp_path):
    """Makes a reader of two pictures and a list."""

    def make_listed(text):
        write(tmp_path, yaml("train: train.txt"))
        (tmp_path / "train.txt").write_bytes(text.encode())
        return make(tmp_path)

    return make_listed


UNSAFE = [
    "../a.png",
    "images/../../a.png",
    "a\\b.png",
    "http://x/a.png",
    "a\0.png",
    "..",
]


@pytest.mark.parametrize("path", UNSAFE, ids=[f"V6 C18 {path!r}" for path in UNSAFE])
def test_an_unsafe_path_in_a_list_is_refused(listed, tmp_path, path):
    with pytest.raises(InputError, match=r"train\.txt: line 2: .* \[unsafe-path\]"):
        listed(f"images/train/a.png\n{path}\n")


def test_the_end_of_an_absolute_path_is_looked_for_in_the_data_set_only(listed):
    reader = listed("images/train/a.png\n/etc/passwd\n/etc/images/train/b.png")
    assert reader.keys() == ["images/train/a", "passwd", "images/train/b"]
    assert faults(reader, "passwd") == ["image-missing"]
    assert warnings(reader, "images/train/b") == []


def test_a_repeated_line_is_read_once_and_told(listed):
    reader = listed("images/train/a.png\nimages/train/b.png\n./images/train/a.png")
    assert reader.keys() == ["a", "b"]
    assert [str(finding) for finding in reader.findings] == [
        "train.txt: line 3: 'images/train/a' is already in line 1 [duplicate-id]"
    ]


def test_the_order_of_a_list_stays_and_its_faults_are_those_of_pictures(listed):
    reader = listed("images/train/b.png\nimages/train/gone.png\nimages/train/a.png")
    assert reader.keys() == ["b", "gone", "a"]
    assert faults(reader, "gone") == ["image-missing"]


def test_a_list_that_is_not_utf8_is_refused(tmp_path):
    write(tmp_path, yaml("train: train.txt"))
    (tmp_path / "train.txt").write_bytes(b"\xe9\n")
    assert "not UTF-8" in refusal("yolo", tmp_path, "train")


# Hostile files.


@pytest.mark.parametrize("name", ["data.yaml", "classes.txt", "train.txt"])
def test_a_pipe_does_not_stop_it(tmp_path, name):
    text = "nc: 2\ntrain: train.txt" if name == "train.txt" else "nc: 2"
    write(tmp_path, ULTRALYTICS | {"data.yaml": text})
    (tmp_path / name).unlink(missing_ok=True)
    os.mkfifo(tmp_path / name)
    start = time.perf_counter()
    reader_class("yolo").recognise(tmp_path)
    refusal("yolo", tmp_path, "train")
    assert time.perf_counter() - start < 1.0


@pytest.mark.parametrize("name", ["data.yaml", "train.txt", "obj.data"])
def test_mutated_files_never_break_it(tmp_path, name):
    write(tmp_path, ULTRALYTICS | DARKNET | yaml("path: .\nnc: 2\ntrain: train.txt"))
    (tmp_path / ("data.yaml" if name == "obj.data" else "obj.data")).unlink()
    good, num_read = (tmp_path / name).read_bytes(), 0
    for data in mutations(good, 200):
        (tmp_path / name).write_bytes(data)
        try:
            reader = make(tmp_path)
            num_read += all(map(reader.read, reader.keys()))
        except InputError as error:
            assert str(error)
    assert 0 < num_read < 200
