"""Numbers of a set that is small enough to count by hand."""

import json
from collections import Counter

import numpy as np
import pytest
from made_columns import columns, example

from luminet.datasets.conversion.log import Log
from luminet.datasets.findings import Finding
from luminet.datasets.statistics.gather import Gathered
from luminet.datasets.statistics.size_bands import size_band
from luminet.datasets.statistics.summary import summarise

TRAIN = columns(
    example((100, 200), [[0, 0, 10, 20], [0, 0, 40, 40]], [0, 1]),
    example((100, 200)),
    example((300, 200), [[0, 0, 100, 100]] * 3, [1, 1, 0], difficult=[1, 0, 0]),
)
VAL = columns(example((50, 80), [[0, 0, 20, 5]], [1], crowd=[1]))


@pytest.fixture
def numbers():
    log = Log()
    log.add("train", [Finding("box-empty", "a", "", "none")])
    log.num_skipped = 1
    splits, skipped = {"train": TRAIN, "val": VAL}, {"train": 1, "val": 0}
    return summarise(Gathered(("cat", "dog", "cow"), splits, skipped, log))


def test_pictures_of_each_split_and_of_all(numbers):
    train, val, total = *numbers["splits"].values(), numbers["total"]
    for key, expected in {
        "num_pictures": (3, 1, 4),
        "num_skipped": (1, 0, 1),
        "num_without_objects": (1, 0, 1),
        "num_boxes": (5, 1, 6),
        "num_difficult": (1, 0, 1),
        "num_crowds": (0, 1, 1),
    }.items():
        assert (train[key], val[key], total[key]) == expected, key


def test_sizes_of_pictures(numbers):
    train = numbers["splits"]["train"]
    assert train["width"] == {"min": 200, "median": 200, "max": 200}
    assert train["height"] == {"min": 100, "median": 100, "max": 300}
    assert train["frequent_sizes"] == [
        {"width": 200, "height": 100, "num_pictures": 2},
        {"width": 200, "height": 300, "num_pictures": 1},
    ]
    assert train["objects_per_picture"] == {"min": 0, "median": 2, "max": 3}


def test_classes_of_each_split_and_of_all(numbers):
    assert numbers["class_counts"] == {
        "train": {"cat": 2, "dog": 3, "cow": 0},
        "val": {"cat": 0, "dog": 1, "cow": 0},
    }
    classes = numbers["classes"]
    assert [classes[name]["num_boxes"] for name in classes] == [2, 4, 0]
    assert [classes[name]["num_pictures"] for name in classes] == [2, 3, 0]


def test_sizes_and_shapes_of_boxes(numbers):
    dog = numbers["classes"]["dog"]
    # Sides 40, 100, 100, 10; heights over widths 1, 1, 1, 4.
    assert dog["side"]["50"] == 70
    assert dog["aspect_ratio"]["50"] == 1
    assert dog["aspect_ratio"]["95"] == pytest.approx(3.55)
    assert dog["size_bands"] == {"small": 1, "medium": 1, "large": 2}
    assert numbers["boxes"]["size_bands"] == {"small": 2, "medium": 1, "large": 3}


def test_a_class_without_boxes_has_no_sizes(numbers):
    cow = numbers["classes"]["cow"]
    assert (cow["side"], cow["aspect_ratio"]) == (None, None)


def test_findings_are_counted(numbers):
    assert numbers["findings"] == {"faults": {"box-empty": 1}, "warnings": {}}


def test_all_of_it_is_json(numbers):
    assert json.loads(json.dumps(numbers)) == numbers


def test_bands_are_those_of_coco():
    sizes = np.array([[33, 31], [32, 32], [97, 95], [96, 96]])
    assert size_band(sizes).tolist() == [0, 1, 1, 2]


def test_the_band_goes_by_the_box_whatever_the_area_within_its_outline():
    table = columns(example((200, 200), [[0, 0, 100, 100]], area=[500]))
    found = Gathered(("cat",), {"all": table}, {"all": 0}, Log())
    bands = summarise(found)["boxes"]["size_bands"]
    assert bands == {"small": 0, "medium": 0, "large": 1}


@pytest.mark.real_data
def test_bccd_is_as_its_note_says(real_data):
    from luminet.datasets.example_reader import Decode, Rules
    from luminet.datasets.source.source import Source
    from luminet.datasets.statistics.gather import gather

    source = Source(real_data / "bccd/BCCD", "pascal", rules=Rules(Decode.HEADER))
    numbers = summarise(gather(source))
    counts = Counter()
    for of_split in numbers["class_counts"].values():
        counts.update(of_split)
    # Two pictures with 26 of the 4,888 boxes have a degenerate one, and are left out.
    assert counts == {"RBC": 4133, "WBC": 370, "Platelets": 359}
    total = numbers["total"]
    assert (total["num_pictures"], total["num_skipped"]) == (362, 2)
    assert total["objects_per_picture"] == {"min": 1, "median": 14, "max": 30}
    assert total["width"] == {"min": 640, "median": 640, "max": 640}
    assert numbers["splits"]["test"]["num_pictures"] == 72
