"""The names of classes beside TFRecords."""

import pytest

from luminet.datasets.findings import FileFindings, InvalidDataset
from luminet.datasets.readers.tfrecord import record_classes
from luminet.errors import InputError
from tests.datasets.readers.outcomes import mutations

CAT_AND_DOG = "item { id: 1 name: 'cat' }\nitem { id: 2 name: 'dog' }"


def find(folder, named=""):
    return record_classes.find(folder, folder, named, first=1)


@pytest.fixture
def label_map(tmp_path):
    """Reads classes from the text of a label map."""

    def read(text):
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "label_map.pbtxt").write_bytes(data)
        return find(tmp_path)

    return read


@pytest.mark.parametrize(
    "text, names",
    [
        pytest.param(CAT_AND_DOG, {1: "cat", 2: "dog"}, id="plain"),
        pytest.param('item: <name: "cat", id: 7;>', {7: "cat"}, id="other punctuation"),
        pytest.param("# no. 1\nitem{id:1 name:'a\\'b'}", {1: "a'b"}, id="escape"),
        pytest.param(
            "item { id: 1 name: 'cat' keypoints { id: 3 label: 'x' } score: 0.5 }",
            {1: "cat"},
            id="more fields",
        ),
        pytest.param(
            "item { id: 3 name: '/m/01' display_name: 'sea dog' }",
            {3: "sea dog"},
            id="MID",
        ),
        pytest.param(
            f"item {{ id: 0 name: 'background' }} {CAT_AND_DOG}",
            {1: "cat", 2: "dog"},
            id="background",
        ),
        pytest.param("\ufeff" + CAT_AND_DOG, {1: "cat", 2: "dog"}, id="S2 BOM"),
    ],
)
def test_a_label_map(label_map, text, names):
    classes = label_map(text)
    assert classes.names == names
    assert classes.class_names == tuple(names.values())


@pytest.mark.parametrize(
    "text, part",
    [
        pytest.param("", "it names no classes", id="empty"),
        pytest.param("item { id: 1 name: 'cat'", "line 1: not a label map", id="cut"),
        pytest.param("item { id: 'x' }", "line 1: not a label map", id="text as id"),
        pytest.param("item { id: 1 }", "item 1: must have", id="no name"),
        pytest.param("item { id: -1 name: 'cat' }", "item 1: must have", id="negative"),
        pytest.param(CAT_AND_DOG * 2, "item 3: the number 1", id="twice"),
        pytest.param(
            "item { id: 1 name: 'a' } item { id: 2 name: 'a' }", "item 2", id="C9 name"
        ),
        pytest.param("a { " * 100_000, "not a label map", id="C1 nested"),
        pytest.param(b"\xff", "[encoding]", id="not UTF-8"),
        pytest.param(f"item {{ id: {'9' * 30} name: 'a' }}", "not a label", id="huge"),
    ],
)
def test_what_is_no_label_map_is_refused(label_map, text, part):
    with pytest.raises(InvalidDataset) as caught:
        label_map(text)
    assert part in str(caught.value)
    assert "label_map.pbtxt" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["{}", '["cat", 1]', '["cat", "cat"]', '["cat", ""]', "[", '"cat"']
)
def test_what_is_no_list_of_names_is_refused(tmp_path, text):
    (tmp_path / "classes.json").write_text(text)
    with pytest.raises(InvalidDataset, match=r"classes\.json"):
        find(tmp_path)


def test_where_classes_are_looked_for(tmp_path):
    assert find(tmp_path) == record_classes.RecordClasses()
    (tmp_path / "graph.pbtxt").write_text("node {}")
    (tmp_path / "cells_label_map.pbtxt").write_text(CAT_AND_DOG)
    assert find(tmp_path).class_names == ("cat", "dog")
    (tmp_path / "other_label_map.pbtxt").write_text("item { id: 1 name: 'ant' }")
    with pytest.raises(InvalidDataset, match="several label maps"):
        find(tmp_path)
    assert find(tmp_path, "other_label_map.pbtxt").class_names == ("ant",)
    with pytest.raises(InputError, match=r"nowhere\.pbtxt: there is no such file"):
        find(tmp_path, "nowhere.pbtxt")


@pytest.mark.parametrize(
    "number, text, name, code",
    [
        (1, "", "cat", None),
        (1, "cat", "cat", None),
        (None, "dog", "dog", None),
        (None, "cow", "cow", None),
        (1, "dog", None, "class-differs"),
        (3, "dog", None, "unknown-class"),
        (None, "", None, "name-missing"),
    ],
)
def test_the_class_of_an_object(number, text, name, code):
    findings = FileFindings("a")
    classes = record_classes.from_names(("cat", "dog"), first=1)
    assert classes.name_of(number, text, "object 1", findings) == name
    assert [finding.code for finding in findings.found] == [code] * bool(code)


def test_a_number_alone_is_no_class():
    findings = FileFindings("a")
    assert record_classes.RecordClasses().name_of(3, "", "object 1", findings) is None
    assert "only the number 3: put label_map.pbtxt" in findings.found[0].message


def test_no_damage_makes_it_fall_over(label_map):
    for mutated in mutations(CAT_AND_DOG.encode()):
        try:
            assert label_map(mutated).class_names
        except InvalidDataset as error:
            assert len(str(error).splitlines()) == 1
