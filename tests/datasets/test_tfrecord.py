"""A record is parsed in a graph."""

import numpy as np
import pytest
import tensorflow as tf

from luminet.datasets import tfrecord
from luminet.datasets.example import Example
from luminet.datasets.records.example_record import serialize

CLASSES = ("cat", "dog", "Gänseblümchen")
BOXES = np.float32([[5, 10, 20, 30], [0, 0, 480, 641]])


@pytest.fixture
def example():
    return Example(
        image_id="a",
        filename="JPEGImages/ä.jpg",
        image=b"\xff\xd8\xff",
        height=480,
        width=641,
        boxes=BOXES,
        classes=np.int32([2, 0]),
        difficult=np.array([True, False]),
        crowd=np.array([False, True]),
        area=np.float32([123.5, 7]),
    )


def parse(serialized):
    return {name: value.numpy() for name, value in tfrecord.parse(serialized).items()}


def record(**features):
    """A record as another tool might write it: the image and what is given."""
    example = tf.train.Example()
    feature = example.features.feature
    feature["image/encoded"].bytes_list.value.append(b"")
    feature["image/height"].int64_list.value.append(100)
    feature["image/width"].int64_list.value.append(200)
    for side, part in zip(
        ("ymin", "xmin", "ymax", "xmax"), (0.1, 0.2, 0.5, 0.5), strict=True
    ):
        feature[f"image/object/bbox/{side}"].float_list.value.append(part)
    for name, values in features.items():
        key = f"image/object/{name.replace('__', '/')}"
        kind = "float_list" if name == "area" else "int64_list"
        getattr(feature[key], kind).value.extend(values)
    return example.SerializeToString()


def test_round_trip(example):
    parsed = parse(serialize(example, CLASSES))
    np.testing.assert_array_equal(parsed["boxes"], BOXES)
    assert parsed["classes"].tolist() == [2, 0]
    assert parsed["difficult"].tolist() == [True, False]
    assert parsed["crowd"].tolist() == [False, True]
    assert parsed["area"].tolist() == [123.5, 7]
    assert (parsed["height"], parsed["width"]) == (480, 641)
    assert parsed["encoded"] == b"\xff\xd8\xff"
    assert parsed["image_id"] == b"a"
    assert parsed["filename"].decode() == "JPEGImages/ä.jpg"


def test_types(example):
    parsed = parse(serialize(example, CLASSES))
    types = {name: getattr(value, "dtype", None) for name, value in parsed.items()}
    assert types["boxes"] == types["area"] == "float32"
    assert types["classes"] == types["height"] == types["width"] == "int32"
    assert types["difficult"] == types["crowd"] == "bool"


def test_an_example_without_objects():
    example = Example("a", "a.png", b"", 4, 5)
    parsed = parse(serialize(example, CLASSES))
    assert parsed["boxes"].shape == (0, 4)
    assert all(parsed[name].shape == (0,) for name in ("classes", "difficult", "area"))


def test_whole_pixels_come_back_as_they_were(rng):
    for height, width in ((333, 500), (2999, 4001), (8000, 8192)):
        boxes = rng.integers(0, [height, width] * 2, (500, 4)).astype(np.float32)
        parsed = parse(serialize(_with_boxes(boxes, height, width), CLASSES))
        np.testing.assert_array_equal(parsed["boxes"], boxes)


def test_fractions_of_pixels_come_back_nearly_as_they_were(rng):
    boxes = rng.uniform(0, [3000, 4000] * 2, (500, 4)).astype(np.float32)
    parsed = parse(serialize(_with_boxes(boxes, 3000, 4000), CLASSES))
    np.testing.assert_allclose(parsed["boxes"], boxes, rtol=0, atol=1e-3)


def _with_boxes(boxes, height, width):
    classes = np.zeros(len(boxes), np.int32)
    return Example("a", "a.png", b"", height, width, boxes, classes)


def test_what_other_tools_leave_out_has_a_default():
    parsed = parse(record(class__label=[1]))
    np.testing.assert_allclose(parsed["boxes"], [[10, 40, 50, 100]], atol=1e-4)
    assert parsed["classes"].tolist() == [0]
    assert parsed["difficult"].tolist() == parsed["crowd"].tolist() == [False]
    np.testing.assert_allclose(parsed["area"], [2400], rtol=1e-6)
    assert parsed["image_id"] == parsed["filename"] == b""


@pytest.mark.parametrize(
    "features",
    [
        {"class__label": [1, 2]},
        {"class__label": []},
        {"class__label": [1], "difficult": [0, 0]},
        {"class__label": [1], "area": [1.0, 2.0]},
    ],
)
def test_lists_of_different_lengths_are_refused(features):
    with pytest.raises(tf.errors.InvalidArgumentError, match="as boxes"):
        tfrecord.parse(record(**features))


def test_a_label_below_1_is_refused():
    with pytest.raises(tf.errors.InvalidArgumentError, match="count from 1"):
        tfrecord.parse(record(class__label=[0]))


def test_parse_works_in_a_pipeline(example):
    records = tf.data.Dataset.from_tensors(serialize(example, CLASSES))
    parsed = next(iter(records.map(tfrecord.parse)))
    np.testing.assert_array_equal(parsed["boxes"], BOXES)
    with pytest.raises(tf.errors.InvalidArgumentError):
        list(
            tf.data.Dataset.from_tensors(record(class__label=[1, 2])).map(
                tfrecord.parse
            )
        )
