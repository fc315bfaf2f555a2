"""Odd classes are told once, not once for every picture."""

from collections import Counter

from luminet.datasets.conversion.class_check import check_classes, simplified
from tests.conversion import convert
from tests.voc_folder import xml_annotation, xml_object


def check(class_names, **counts):
    found = check_classes(
        "set", class_names, {k: Counter(v) for k, v in counts.items()}
    )
    return [(split, finding.code, finding.message) for split, finding in found]


def test_nothing_is_odd_about_classes_that_are_everywhere():
    assert check(("a", "b"), train={0: 5, 1: 2}, val={0: 1}) == []
    assert check(("a",), all={0: 1}) == []


def test_a_class_without_objects():
    assert check(("a", "b", "c"), train={0: 5}) == [
        ("", "class-unused", "2 of 3 classes have no object: b, c")
    ]
    ((_, _, message),) = check([str(i) for i in range(13)], train={12: 1})
    assert message.endswith("8, 9 and 2 more")


def test_a_class_that_cannot_be_learned():
    found = check(("a", "b"), train={0: 5}, val={0: 1, 1: 1})
    message = "has classes of which 'train' has none: b"
    assert found == [("val", "class-not-in-train", message)]
    assert check(("a", "b"), val={0: 1}, test={1: 1}) == []


def test_names_that_may_be_one():
    counts = dict.fromkeys(range(3), 1)
    found = check(("traffic light", "Traffic_Lights", "car"), train=counts)
    message = (
        "'traffic light' and 'Traffic_Lights' may be one class: "
        "--rename 'Traffic_Lights=traffic light'"
    )
    assert found == [("", "class-similar", message)]


def test_what_is_simplified():
    assert simplified("Traffic-Lights ") == simplified("traffic light")
    assert simplified("glass") != simplified("grass")


def test_a_conversion_tells_it(voc, tmp_path):
    voc.add("a", xml_annotation(xml_object("dog")))
    voc.add("b", xml_annotation(xml_object("Dog")), split="val")
    summary = convert("pascal", voc.root, tmp_path / "out", ["train", "val"])
    assert summary.warnings == {"class-not-in-train": 1, "class-similar": 1}
