"""Taggerine's notation: what its JSON may say, and what is wrong with it."""

import contextlib
import json

import numpy as np
import pytest

from luminet.datasets.findings import NEVER_SKIPPED, InvalidExample
from luminet.datasets.readers import find_splits, make_reader, reader_class
from luminet.errors import InputError
from tests.datasets.readers.notations import taggerine
from tests.datasets.readers.notations.truth import Truth
from tests.datasets.readers.outcomes import faults, mutations, read, refusal, warnings

HEIGHT, WIDTH = 40, 60
DOG = {"x": 0.25, "y": 0.5, "width": 0.5, "height": 0.25, "label": "dog"}
CORNERS = {"x_min": 0.25, "y_min": 0.5, "x_max": 0.75, "y_max": 0.75, "label": "dog"}


@pytest.fixture
def folder(tmp_path):
    taggerine.write(tmp_path, [Truth("a", HEIGHT, WIDTH, ())])
    return tmp_path


@pytest.fixture
def reader(folder):
    """Makes a reader of a data set with this JSON."""

    def make(content, **options):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        (folder / "train" / "tags.json").write_bytes(data)
        return make_reader("taggerine", folder, "train", options)

    return make


@pytest.mark.parametrize(
    "label", [DOG, CORNERS], ids=["a corner and a size", "corners"]
)
def test_a_box_is_part_of_the_picture(reader, label):
    result = reader({"a.png": [label]})
    example, findings = read(result, "a.png")
    np.testing.assert_allclose(example.boxes, [[20, 15, 30, 45]], rtol=1e-6)
    assert example.classes.tolist() == [1]
    assert example.filename == "train/a.png"
    assert findings == []
    assert result.names("a.png") == {"dog"}


def test_pictures_may_be_named_without_extension(reader):
    assert len(read(reader({"a": [DOG]}))[0].boxes) == 1


def test_there_may_be_several_files(folder, reader):
    (folder / "train" / "b.png").write_bytes((folder / "train" / "a.png").read_bytes())
    (folder / "train" / "more.json").write_text(json.dumps({"b.png": [CORNERS, DOG]}))
    result = reader({"a.png": []})
    assert result.keys() == ["b.png", "a.png"]
    assert [len(read(result, key)[0].boxes) for key in ("b.png", "a.png")] == [2, 0]


def test_a_default_class(reader):
    label = {key: value for key, value in DOG.items() if key != "label"}
    content = {"a.png": [label, label | {"label": 3}]}
    objects = reader(content, default_class="dog").read("a.png").objects
    assert [item.class_name for item in objects] == ["dog", "3"]
    assert faults(reader({"a.png": [label]}), "a.png") == ["name-missing"]


@pytest.mark.parametrize(
    "labels, codes",
    [
        pytest.param("dog", ["json-structure"], id="C2 no list"),
        pytest.param(["dog"], ["json-structure"], id="C2 no box"),
        pytest.param([DOG | {"x": "0.1"}], ["coord-invalid"], id="C11 text"),
        pytest.param([DOG | {"x": None}], ["coord-invalid"], id="C11 null"),
        pytest.param([DOG | {"x": {"y": [1]}}], ["coord-invalid"], id="C11 nested"),
        pytest.param([DOG | {"width": 0}], ["box-empty"], id="C11 no width"),
        pytest.param([DOG | {"height": -0.1}], ["box-inverted"], id="C11 height < 0"),
        pytest.param([CORNERS | {"x_max": 0.1}], ["box-inverted"], id="O1 inverted"),
        pytest.param([DOG | {"x": 0.6}], ["box-outside"], id="O1 outside"),
        pytest.param([DOG | {"x": 15, "width": 30}], ["box-outside"], id="S7 pixels"),
        pytest.param([{"label": "dog"}], ["coord-invalid"] * 4, id="C13 no box"),
        pytest.param([{"x_min": 0, "label": "dog"}], ["coord-invalid"] * 3, id="C13"),
        pytest.param([DOG | {"label": "dgo"}], ["unknown-class"], id="V18 class"),
        pytest.param([DOG | {"label": ["dog"]}], ["name-missing"], id="V17 a list"),
    ],
)
def test_a_fault_of_a_picture_is_found(reader, labels, codes):
    assert faults(reader({"a.png": labels}), "a.png") == codes


@pytest.mark.parametrize(
    "key, code",
    [
        pytest.param("../a.png", "unsafe-path", id="C18 .."),
        pytest.param("../a", "unsafe-path", id="C18 without extension"),
        pytest.param("/etc/a.png", "unsafe-path", id="C18 absolute"),
        pytest.param("https://a.org/a.png", "unsafe-path", id="C18 URL"),
        pytest.param(r"train\a.png", "unsafe-path", id="C18 backslash"),
        pytest.param("a\0.png", "unsafe-path", id="C18 NUL"),
        pytest.param("b.png", "image-missing", id="C19 missing"),
        pytest.param("A.png", "image-missing", id="V35 case"),
        pytest.param("x" * 5000 + "/a.png", "image-missing", id="C19 long name"),
        pytest.param("line\nbreak.png", "unsafe-path", id="C18 line break"),
    ],
)
def test_a_wrong_picture_is_told(reader, key, code):
    result = reader({"a.png": [], key: [DOG]})
    assert faults(result, key) == [code]
    assert (code in NEVER_SKIPPED) == (code == "unsafe-path")


def test_a_line_break_in_a_name_does_not_break_a_message(reader):
    result = reader({"a.png": [DOG | {"label": "cat\nerror: dog"}]})
    with pytest.raises(InvalidExample) as caught:
        read(result, "a.png")
    assert r"'cat\nerror: dog' [name-invalid]" in str(caught.value)


def test_two_pictures_of_one_name_are_refused(folder, reader):
    (folder / "train" / "a.jpg").write_bytes(b"")
    assert faults(reader({"a": [DOG]})) == ["ambiguous-image"]


@pytest.mark.parametrize(
    "content, part",
    [
        pytest.param(b"", "[json-malformed]", id="C1 empty"),
        pytest.param(b'{"a.png": [],}', "line 1:14", id="C1 comma"),
        pytest.param([], "must be an object", id="C1 not an object"),
        pytest.param(b'{"a.png":' * 100_000, "[json-nested]", id="C1 nested"),
        pytest.param(b'{"a.png": [{"x": NaN}]}', "a.png[0].x: no finite", id="C3 NaN"),
        pytest.param(
            b'{"a.png": [], "a.png": []}', "[json-duplicate-key]", id="C5 duplicate"
        ),
        pytest.param({}, "[split-empty]", id="R11 no pictures"),
    ],
)
def test_a_broken_file_is_refused(folder, reader, content, part):
    with pytest.raises(InputError) as caught:
        reader(content)
    assert part in str(caught.value)
    assert "train" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_picture_in_two_files_is_read_once_and_told(folder, reader):
    (folder / "train" / "more.json").write_text(json.dumps({"a.png": [DOG]}))
    result = reader({"a.png": []})
    assert result.keys() == ["a.png"]
    assert len(read(result, "a.png")[0].boxes) == 1
    [finding] = result.findings
    text = "train/tags.json: a.png: it is already in more.json [duplicate-id]"
    assert (str(finding), finding.fatal) == (text, True)


def test_pictures_that_no_file_names_are_counted(folder, reader):
    for name in ("b.png", "c.png"):
        (folder / "train" / name).write_bytes(b"")
    result = reader({"a.png": []})
    assert result.keys() == ["a.png"]
    [finding] = result.findings
    text = "train: 2 pictures are in no JSON, and left out: b [image-unlisted]"
    assert (str(finding), finding.fatal) == (text, False)


def test_all_may_lie_in_one_folder(folder, reader):
    reader({"a.png": [DOG]})
    folder = folder / "train"
    assert find_splits("taggerine", folder) == ()
    assert reader_class("taggerine").recognise(folder)
    assert warnings(make_reader("taggerine", folder, "any name"), "a.png") == []


def test_a_missing_split_names_those_that_there_are(folder):
    message = refusal("taggerine", folder, "trian")
    assert "there are train; did you mean 'train'? [split-missing]" in message


def test_no_damage_makes_it_fall_over(reader):
    content = {"a.png": [DOG, CORNERS | {"label": "é"}], "b.png": []}
    for mutated in mutations(json.dumps(content).encode()):
        try:
            result = reader(mutated)
        except InputError:
            continue
        for key in [*result.keys()]:
            with contextlib.suppress(InvalidExample):
                read(result, key)
