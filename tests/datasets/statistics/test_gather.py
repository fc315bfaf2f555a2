"""What is gathered of a data set, against a count of our own."""

from collections import Counter
from xml.etree import ElementTree

import numpy as np
import pytest

from luminet.datasets.example_reader import Decode, Rules
from luminet.datasets.source.source import Source
from luminet.datasets.statistics.gather import gather
from tests.voc_folder import HEIGHT, WIDTH, xml_annotation, xml_object

HEADER = Rules(Decode.HEADER)


@pytest.fixture
def open_voc(voc):
    return lambda **options: Source(voc.root, "pascal", rules=HEADER, **options)


def test_columns_hold_what_the_annotations_say(voc, open_voc):
    difficult = "<difficult>1</difficult>"
    objects = [xml_object("dog", (1, 1, 10, 20)), xml_object("cat", extra=difficult)]
    voc.add("a", xml_annotation(*objects))
    voc.add("b", xml_annotation())
    voc.add("c", xml_annotation(xml_object("cat", (3, 4, 9, 9))))
    found = gather(open_voc())
    train = found.splits["train"]
    assert found.class_names == ("cat", "dog")
    np.testing.assert_array_equal(train.sizes, [[HEIGHT, WIDTH]] * 3)
    np.testing.assert_array_equal(train.counts, [2, 0, 1])
    np.testing.assert_array_equal(train.pictures, [0, 0, 2])
    np.testing.assert_array_equal(train.first, [0, 2, 2])
    np.testing.assert_array_equal(train.classes, [1, 0, 0])
    np.testing.assert_array_equal(train.difficult, [False, True, False])
    expected = [[0, 0, 20, 10], [5, 10, 20, 30], [3, 2, 9, 9]]
    np.testing.assert_array_equal(train.boxes, expected)


def test_pictures_with_faults_are_left_out_and_counted(voc, open_voc):
    voc.add("a")
    voc.add("b", xml_annotation(xml_object(box=(9, 9, 9, 20))))
    voc.add("c", split="val")
    found = gather(open_voc())
    assert {split: len(c.sizes) for split, c in found.splits.items()} == {
        "train": 1,
        "val": 1,
    }
    assert found.num_skipped == {"train": 1, "val": 0}
    assert found.log.faults == {"box-empty": 1}
    np.testing.assert_array_equal(found.splits["train"].keys, [0])


def test_the_place_among_the_keys_is_kept(voc, open_voc):
    for name in "abc":
        voc.add(name, "junk" if name == "a" else None)
    source = open_voc()
    places = gather(source).splits["train"].keys
    assert [source.keys["train"][place] for place in places] == ["b", "c"]


def test_a_split_of_faults_alone_is_empty(voc, open_voc):
    voc.add("a", "junk")
    train = gather(open_voc()).splits["train"]
    assert train.boxes.shape == (0, 4) and train.sizes.shape == (0, 2)


def test_several_processes_find_the_same_in_the_same_order(voc, open_voc):
    for index in range(300):
        objects = [xml_object(box=(1, 1, 2 + k, 9)) for k in range(index % 4)]
        voc.add(f"{index:03}", xml_annotation(*objects))
    told = []
    one = gather(open_voc(), 1).total
    three = gather(open_voc(), 3, lambda *event: told.append(event)).total
    for name in ("keys", "sizes", "counts", "boxes", "classes"):
        np.testing.assert_array_equal(getattr(one, name), getattr(three, name))
    assert told == [("train", done, 300) for done in (128, 256, 300)]


@pytest.mark.real_data
def test_bccd_has_the_boxes_that_its_annotations_have(real_data):
    root = real_data / "bccd" / "BCCD"
    classes, faulty, sides = Counter(), Counter(), []
    for file in sorted((root / "Annotations").glob("*.xml")):
        boxes = list(_boxes(file))
        bad = any(x1 >= x2 or y1 >= y2 for _, x1, y1, x2, y2 in boxes)
        for name, x1, y1, x2, y2 in boxes:
            (faulty if bad else classes)[name] += 1
            if not bad:
                # Of Pascal VOC, pixels count from 1 and the last one is inside.
                sides.append(((x2 - x1 + 1) * (y2 - y1 + 1)) ** 0.5)
    assert classes.total() + faulty.total() == 4888
    found = gather(Source(root, "pascal", rules=HEADER))
    counts = np.bincount(found.total.classes).tolist()
    assert dict(zip(found.class_names, counts, strict=True)) == classes
    assert found.log.num_skipped == 2
    assert found.log.faults.total() == 2
    found_sides = np.sqrt(np.prod(found.total.box_sizes, axis=1))
    np.testing.assert_allclose(np.sort(found_sides), np.sort(sides), rtol=1e-6)


def _boxes(file):
    for item in ElementTree.parse(file).iter("object"):
        corners = [int(item.find(f"bndbox/{c}").text) for c in _CORNERS]
        yield item.findtext("name"), *corners


_CORNERS = ("xmin", "ymin", "xmax", "ymax")
