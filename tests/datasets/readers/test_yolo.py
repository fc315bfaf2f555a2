"""Labels in YOLO notation, good and bad, one row for each way to be bad."""

import json
import os
import time

import numpy as np
import pytest

from luminet.datasets.example_reader import ExampleReader, Rules
from luminet.datasets.findings import NEVER_SKIPPED
from luminet.datasets.readers import make_reader
from luminet.errors import InputError
from tests.datasets.readers.notations import yolo
from tests.datasets.readers.notations.truth import Truth
from tests.datasets.readers.outcomes import faults, mutations, read, warnings

HEIGHT, WIDTH = 40, 60
DOG = "1 0.5 0.5 0.5 0.25"


@pytest.fixture
def folder(tmp_path):
    yolo.write(tmp_path, [Truth("a", HEIGHT, WIDTH, (("dog", (10, 5, 30, 20)),))])
    return tmp_path


@pytest.fixture
def reader(folder):
    """Makes a reader of a data set whose only picture has these labels."""

    def make(labels, **options):
        data = labels if isinstance(labels, bytes) else labels.encode()
        (folder / "labels" / "train" / "a.txt").write_bytes(data)
        return make_reader("yolo", folder, "train", options)

    return make


# What is read.


@pytest.mark.parametrize(
    "labels, box",
    [
        pytest.param(DOG, (15, 15, 25, 45), id="a box"),
        pytest.param("1 .5 0.5 1 1", (0, 0, 40, 60), id="the whole picture"),
        pytest.param("1.0 0.5 0.5 0.5 0.25", (15, 15, 25, 45), id="a class 1.0"),
        pytest.param("1 5e-1 5E-01 0.5 25.0e-2", (15, 15, 25, 45), id="exponents"),
        pytest.param("1\t0.5  0.5\t0.5 0.25  ", (15, 15, 25, 45), id="tabs, blanks"),
        pytest.param(f"\r\n{DOG}\r\n\r\n", (15, 15, 25, 45), id="V5 CRLF, blank lines"),
        pytest.param(f"\ufeff{DOG}", (15, 15, 25, 45), id="V5 BOM"),
        pytest.param(f"\n{DOG}\r", (15, 15, 25, 45), id="S2 CR"),
        pytest.param("1 0.1 0.2 0.5 0.25 0.3 0.75", (8, 6, 30, 30), id="a polygon"),
        pytest.param(
            "1 .2 .2 .2 .8 .8 .8 .8 .2", (8, 12, 32, 48), id="four corners of a box"
        ),
    ],
)
def test_a_label_is_read(reader, labels, box):
    example, findings = read(reader(labels))
    np.testing.assert_allclose(example.boxes, [box], atol=1e-5)
    assert example.classes.tolist() == [1]
    assert findings == []


def test_a_polygon_stays_in_pixels_of_the_picture(reader):
    labels = f"{DOG}\n0 0 0 0.5 0.5 0 0.33333"
    example, findings = read(reader(labels))
    outlines = [json.loads(text or "null") for text in example.segmentations]
    assert outlines == [None, [[0, 0, 30, 20, 0, 13.333]]]
    np.testing.assert_allclose(example.area, [300, 200], rtol=1e-4)
    assert findings == []


@pytest.mark.parametrize("labels", ["", "\n  \n", None], ids=["empty", "blank", "none"])
def test_a_picture_without_labels_has_no_objects(reader, folder, labels):
    result = reader(labels or "")
    (folder / "labels" / "train" / "b.txt").write_text(DOG)
    if labels is None:
        (folder / "labels" / "train" / "a.txt").unlink()
    example, findings = read(result)
    assert example.boxes.shape == (0, 4)
    assert findings == []


def test_many_objects_are_read_fast(reader):
    labels = "\n".join(f"0 0.5 0.5 0.5 {0.1 + i / 1e5:.6f}" for i in range(2000))
    made = reader(labels)
    start = time.process_time()
    assert len(made.read("a").objects) == 2000
    assert time.process_time() - start < 0.2


def test_what_rounding_made_larger_than_the_picture_is_not_odd(reader):
    # x of 0.3333335 and a width of 0.666667, in six digits: a ten-millionth too wide.
    labels = "1 0.333333 0.5 0.666667 1.000001"
    example, findings = read(reader(labels))
    np.testing.assert_allclose(example.boxes, [[0, 0, 40, 40]], atol=1e-4)
    assert example.boxes.min() == 0.0
    assert findings == []


# What makes a picture unusable.


ROWS = [
    pytest.param("1 0.5 0.5 0.5", "label-columns", id="S4 short"),
    pytest.param(f"{DOG} 0.9", "label-columns", id="a confidence"),
    pytest.param(f"{DOG} 0.9 0.8 0.7", "label-columns", id="a polygon of odd numbers"),
    pytest.param("1", "label-columns", id="a class only"),
    pytest.param("1,0.5,0.5,0.5,0.25", "label-columns", id="S2 commas"),
    pytest.param("dog 0.5 0.5 0.5 0.25", "class-number", id="a name"),
    pytest.param("-1 0.5 0.5 0.5 0.25", "class-number", id="a negative class"),
    pytest.param("0.5 0.5 0.5 0.5 0.25", "class-number", id="half a class"),
    pytest.param("nan 0.5 0.5 0.5 0.25", "class-number", id="a class NaN"),
    pytest.param("2 0.5 0.5 0.5 0.25", "unknown-class", id="V18 class out of range"),
    pytest.param("999999999 .5 .5 .5 .5", "unknown-class", id="V18 class far out"),
    pytest.param("1 0.5 nan 0.5 0.25", "coord-invalid", id="V19 nan"),
    pytest.param("1 0.5 0.5 inf 0.25", "coord-invalid", id="V19 inf"),
    pytest.param("1 0.5 0.5 abc 0.25", "coord-invalid", id="V19 abc"),
    pytest.param("1 0,5 0.5 0.5 0.25", "coord-invalid", id="S6 decimal comma"),
    pytest.param("1 0.5 0.5 0.5 0_1", "coord-invalid", id="S6 underscore"),
    pytest.param("1 ０.5 0.5 0.5 0.25", "coord-invalid", id="S6 full-width digit"),
    pytest.param("1 0.5 0.5 0.5 1e999", "coord-invalid", id="1e999"),
    pytest.param(f"1 0.5 0.5 0.5 {'9' * 5000}", "coord-invalid", id="5000 digits"),
    pytest.param("1 0.5 0.5 0.5 0.2\0", "coord-invalid", id="S5 NUL"),
    pytest.param("1 0.5 0.5 -0.5 0.25", "box-inverted", id="V21 negative width"),
    pytest.param("1 0.5 0.5 0.5 0", "box-empty", id="V22 no height"),
    pytest.param("1 .2 .2 .5 .2 .8 .2", "box-empty", id="V22 flat polygon"),
    pytest.param("1 0.5 0.5 1.2 0.25", "box-outside", id="V24 too wide"),
    pytest.param("1 1.5 0.5 0.5 0.25", "box-outside", id="V25 elsewhere"),
    pytest.param("1 -0.5 0.5 0.5 0.25", "box-outside", id="V25 negative"),
    pytest.param("1 0.5 0.5 0.001 0.25", "box-tiny", id="V27"),
    pytest.param("1 30 20 30 10", "looks-absolute", id="S7 pixels"),
    pytest.param("1 30 20 30 10 50 40", "looks-absolute", id="S7 polygon in pixels"),
    pytest.param(b"1 0.5 0.5 0.5 0.25 \xe9", "encoding", id="V13 not UTF-8"),
    pytest.param(DOG.encode("utf-16"), "encoding", id="V13 UTF-16"),
    pytest.param(b"\0" * 9, "label-columns", id="zeros"),
    pytest.param(b"\n" * (16 * 2**20 + 1), "too-large", id="V12 too large"),
    pytest.param("{}", "label-columns", id="V10 JSON"),
]


@pytest.mark.parametrize("labels, code", ROWS)
def test_a_fault_is_found(reader, labels, code):
    start = time.perf_counter()
    assert faults(reader(labels)) == [code]
    assert time.perf_counter() - start < 1.0


def test_all_faults_of_a_picture_are_told_with_their_lines(reader):
    found = reader("1 0.5 x 0.5 0.5\n\n1 0.5 0.5 0 0.5\n3 0.5 0.5 0.5 0.5 1").read("a")
    assert [str(finding) for finding in found.findings.found] == [
        "labels/train/a.txt: line 1: column 3: not a number: 'x' [coord-invalid]",
        "labels/train/a.txt: line 3: its width is 0: not positive [box-empty]",
        "labels/train/a.txt: line 4: 6 columns, where a box has 5; is the last one a "
        "confidence? Detections are no labels [label-columns]",
    ]


def test_a_class_out_of_range_has_a_name_to_drop_it_by(reader):
    made = reader(f"{DOG}\n20 0.5 0.5 0.5 0.25")
    assert faults(made) == ["unknown-class"]
    assert "unknown-class" in NEVER_SKIPPED
    assert [item.class_name for item in made.read("a").objects] == ["dog", "class_20"]
    lenient = ExampleReader(made, ("cat",), {"class_20": "cat"}, dropped=("dog",))
    assert lenient.read("a")[0].classes.tolist() == [0]
    ignoring = ExampleReader(made, ("dog",), rules=Rules(ignore_unknown_classes=True))
    assert ignoring.read("a")[0].classes.tolist() == [0]


@pytest.mark.parametrize("kind", ["pipe", "folder", "loop"])
def test_labels_that_are_no_file(reader, folder, kind):
    made = reader(DOG)
    path = folder / "labels" / "train" / "a.txt"
    path.unlink()
    makers = {"pipe": os.mkfifo, "folder": os.mkdir, "loop": lambda p: os.symlink(p, p)}
    makers[kind](path)
    assert faults(made) == ["not-a-regular-file"]


def test_a_broken_picture_does_not_hide_broken_labels(reader, folder):
    (folder / "images" / "train" / "a.png").write_bytes(b"<html>")
    assert faults(reader("1 0.5 0.5 0.5 0")) == ["not-an-image", "box-empty"]


# What is odd, but can be used.


@pytest.mark.parametrize(
    "labels, codes",
    [
        pytest.param("1 0.5 0.5 1.02 0.25", ["box-clipped"], id="V23"),
        pytest.param(f"{DOG}\n0{DOG[1:]}\n{DOG}", ["duplicate-box"], id="V33"),
    ],
)
def test_oddities_are_warnings(reader, labels, codes):
    assert warnings(reader(labels)) == codes


# Key points.


@pytest.fixture
def with_keypoints(folder):
    (folder / "data.yaml").write_text(f"{yolo.DATA_YAML}kpt_shape: [2, 3]\n")


def test_key_points_are_left_out(with_keypoints, reader):
    example, _ = read(reader(f"{DOG} 0.4 0.4 2 0.6 0.6 0"))
    np.testing.assert_allclose(example.boxes, [[15, 15, 25, 45]])
    assert example.segmentations is None


@pytest.mark.parametrize("count", [0, 2, 8])
def test_a_wrong_number_of_key_points_is_a_fault(with_keypoints, reader, count):
    labels = " ".join([DOG, *["0.5"] * count])
    assert faults(reader(labels)) == ["label-columns"]


# Hostile files.


def test_mutated_labels_never_break_it(reader):
    good = f"{DOG}\n0 0.5 0.5 0.5 5e-1\n0 .1 .1 .2 .3 .4 .1\n".encode()
    outcomes = set()
    for data in mutations(good):
        made = reader(data)
        try:
            outcomes.add(len(ExampleReader(made, ("cat", "dog")).read("a")[0].boxes))
        except InputError as error:
            outcomes.update(finding.code for finding in error.findings)
    assert {3, "coord-invalid", "label-columns", "encoding"} <= outcomes
