"""The flat notation: what its JSON may say, and what is wrong with it."""

import contextlib
import json
import os

import numpy as np
import pytest

from luminet.datasets.findings import InvalidExample
from luminet.datasets.readers import find_splits, make_reader, reader_class
from tests.datasets.readers.notations import flat
from tests.datasets.readers.notations.truth import Truth
from tests.datasets.readers.outcomes import faults, mutations, read, refusal, warnings

HEIGHT, WIDTH = 40, 60
DOG = {"x1": 10, "y1": 5, "x2": 30, "y2": 20, "label": "dog"}


@pytest.fixture
def folder(tmp_path):
    flat.write(tmp_path, [Truth("a", HEIGHT, WIDTH, (("dog", (10, 5, 30, 20)),))])
    return tmp_path


@pytest.fixture
def reader(folder):
    """Makes a reader of a data set whose only picture has this JSON."""

    def make(content, **options):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        (folder / "train" / "a.json").write_bytes(data)
        return make_reader("flat", folder, "train", options)

    return make


def rects(*items):
    return {"rects": [DOG | item for item in items]}


@pytest.mark.parametrize(
    "item, box",
    [
        pytest.param({}, (5, 10, 20, 30), id="from 0, the end exclusive"),
        pytest.param(
            {"x1": 0, "y1": 0, "x2": WIDTH, "y2": HEIGHT}, (0, 0, 40, 60), id="all"
        ),
        pytest.param({"x2": 30.25}, (5, 10, 20, 30.25), id="S6 fractions"),
        pytest.param({"score": 1, "points": [[1, 2]]}, (5, 10, 20, 30), id="more keys"),
    ],
)
def test_a_box_is_read(reader, item, box):
    example, findings = read(reader(rects(item)))
    np.testing.assert_array_equal(example.boxes, [box])
    assert example.classes.tolist() == [1]
    assert findings == []


def test_keys_can_be_named(reader):
    item = {"l": 10, "t": 5, "r": 30, "b": 20, "what": "dog"}
    keys = {"x_min_key": "l", "y_min_key": "t", "x_max_key": "r", "y_max_key": "b"}
    options = keys | {"objects_key": "things", "label_key": "what"}
    example, findings = read(reader({"things": [item]}, **options))
    np.testing.assert_array_equal(example.boxes, [[5, 10, 20, 30]])
    assert findings == []


@pytest.mark.parametrize(
    "label, name",
    [("cat", "cat"), (" cat ", "cat"), (7, "7"), (None, "dog"), ("", "dog")],
)
def test_classes_are_texts_or_numbers_or_the_default(reader, label, name):
    result = reader(rects({"label": label}), default_class="dog")
    assert [item.class_name for item in result.read("a").objects] == [name]
    assert result.names("a") == {name}


def test_the_annotation_may_be_named_after_the_file(folder):
    (folder / "train" / "a.json").rename(folder / "train" / "a.png.json")
    reader = make_reader("flat", folder, "train")
    assert reader.keys() == ["a.png"]
    assert len(read(reader, "a.png")[0].boxes) == 1


def test_two_annotations_of_a_picture_are_a_fault(folder, reader):
    (folder / "train" / "a.png.json").write_text(json.dumps(rects({})))
    result = reader(rects({}))
    assert result.keys() == ["a", "a.png"]
    assert faults(result) == ["duplicate-id"]
    assert warnings(result, "a.png") == []


def test_a_picture_without_objects_is_kept(reader):
    example, findings = read(reader({"rects": []}))
    assert example.boxes.shape == (0, 4)
    assert findings == []


def test_a_picture_without_json_is_a_fault(folder):
    data = (folder / "train" / "a.png").read_bytes()
    (folder / "train" / "b.png").write_bytes(data)
    reader = make_reader("flat", folder, "train")
    assert reader.keys() == ["a", "b.png"]
    assert faults(reader, "b.png") == ["annotation-missing"]


def test_two_pictures_of_one_name_are_refused(folder, reader):
    (folder / "train" / "a.jpg").write_bytes(b"")
    assert faults(reader(rects({}))) == ["ambiguous-image"]


@pytest.mark.parametrize(
    "content, code",
    [
        pytest.param(b"", "json-malformed", id="C1 empty"),
        pytest.param(b'{"rects": [', "json-malformed", id="C1 cut"),
        pytest.param(b"[" * 100_000, "json-nested", id="C1 nested"),
        pytest.param(b'{"rects": [' + b"9" * 5000 + b"]}", "json-nan", id="C1 digits"),
        pytest.param(b"\xff\xfe", "encoding", id="C1 not UTF-8"),
        pytest.param(b" " * (16 * 2**20 + 1), "json-too-large", id="C1 large"),
        pytest.param([DOG], "json-structure", id="C1 not an object"),
        pytest.param({"shapes": []}, "json-structure", id="C2 no list"),
        pytest.param({"rects": {"0": DOG}}, "json-structure", id="C2 not a list"),
        pytest.param({"rects": ["dog"]}, "json-structure", id="C2 no box"),
        pytest.param(b'{"rects": [{"x1": NaN}]}', "json-nan", id="C3 NaN"),
        pytest.param(b'{"rects": [{"x1": 1e999}]}', "json-nan", id="C3 infinity"),
        pytest.param(
            b'{"rects": [], "rects": []}', "json-duplicate-key", id="C4 duplicate key"
        ),
        pytest.param(rects({"x1": "10"}), "coord-invalid", id="C11 text"),
        pytest.param(rects({"x1": None}), "coord-invalid", id="C11 null"),
        pytest.param(rects({"x1": True}), "coord-invalid", id="C11 true"),
        pytest.param(rects({"x1": [1]}), "coord-invalid", id="C11 list"),
        pytest.param(rects({"x1": -1e300}), "coord-invalid", id="C11 huge"),
        pytest.param(rects({"x1": 30, "x2": 10}), "box-inverted", id="C11 inverted"),
        pytest.param(rects({"x1": 30}), "box-empty", id="C11 empty box"),
        pytest.param(rects({"x2": WIDTH + 2}), "box-outside", id="S6 outside"),
        pytest.param(rects({"x1": -2}), "box-outside", id="S6 negative"),
        pytest.param(rects({"label": "dgo"}), "unknown-class", id="V18 class"),
        pytest.param(rects({"label": " "}), "name-missing", id="V17 no name"),
        pytest.param(rects({"label": ["dog"]}), "name-missing", id="V17 a list"),
        pytest.param(rects({"label": True}), "name-missing", id="V17 true"),
    ],
)
def test_a_fault_is_found(reader, content, code):
    assert faults(reader(content)) == [code]


def test_all_faults_of_a_picture_are_told(reader):
    content = {"rects": [{"label": "dog"}, DOG | {"x1": "?", "label": ""}, 3]}
    codes = ["coord-invalid"] * 4 + ["name-missing", "coord-invalid", "json-structure"]
    assert faults(reader(content)) == codes


@pytest.mark.parametrize(
    "items, code",
    [
        pytest.param(({"x2": WIDTH + 1},), "box-clipped", id="V23 by a pixel"),
        pytest.param(({}, {}), "duplicate-box", id="V33 duplicate"),
    ],
)
def test_an_oddity_is_told(reader, items, code):
    assert warnings(reader(rects(*items))) == [code]


def test_a_pipe_is_not_waited_for(folder):
    (folder / "train" / "a.json").unlink()
    os.mkfifo(folder / "train" / "a.json")
    assert reader_class("flat").recognise(folder) is None
    assert faults(make_reader("flat", folder, "train")) == ["not-a-regular-file"]


def test_all_may_lie_in_one_folder(folder):
    folder = folder / "train"
    assert find_splits("flat", folder) == ()
    assert reader_class("flat").recognise(folder) == 'files like a.json with "rects"'
    reader = make_reader("flat", folder, "any name")
    assert read(reader)[0].filename == "a.png"


def test_a_missing_split_names_those_that_there_are(folder):
    message = refusal("flat", folder, "trian")
    assert "there are train; did you mean 'train'? [split-missing]" in message


def test_no_damage_makes_it_fall_over(reader):
    for mutated in mutations(json.dumps(rects({}, {"label": "é"})).encode()):
        with contextlib.suppress(InvalidExample):
            assert len(read(reader(mutated))[0].boxes) < 3
