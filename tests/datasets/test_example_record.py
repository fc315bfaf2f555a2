"""`Example` to record, and records of any tool read."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from luminet.datasets import tfrecord
from luminet.datasets.example import Example
from luminet.datasets.image_error import PNG_SIGNATURE
from luminet.datasets.records import schema as record_schema
from luminet.datasets.records import tf_example
from luminet.datasets.records.error import RecordError
from luminet.datasets.records.example_record import deserialize, in_pixels, serialize

CLASSES = ("cat", "dog", "Gänseblümchen")
PARTS = {"ymin": 0, "xmin": 0.2, "ymax": 0.5, "xmax": 0.7}
OUTLINE = "[[10.5,5,30,5,30,20]]"


def example_of(count, **changes):
    """An example of so many objects, all different."""
    numbers = np.arange(count, dtype=np.float32)
    content = {
        "image_id": "a",
        "filename": "JPEGImages/ä.jpg",
        "image": b"\xff\xd8\xff",
        "height": 480,
        "width": 641,
        "boxes": np.stack([numbers, numbers + 1, numbers + 9, numbers + 7], axis=-1),
        "classes": np.arange(count, dtype=np.int32) % 3,
        "difficult": np.arange(count) % 2 == 0,
        "crowd": np.arange(count) % 3 == 1,
        "area": numbers * 1.5,
    }
    return Example(**content | changes)


@st.composite
def examples(draw):
    count = draw(st.integers(0, 5))
    floats = st.floats(-10, 9000, width=32)
    return Example(
        image_id=draw(st.text(max_size=9)),
        # The name of a file that is no valid UTF-8 has lone surrogates.
        filename=draw(st.text(st.characters(), max_size=9)),
        image=draw(st.sampled_from([b"", PNG_SIGNATURE]) | st.binary(max_size=99)),
        height=draw(st.integers(1, 9000)),
        width=draw(st.integers(1, 9000)),
        boxes=draw(arrays.arrays(np.float32, (count, 4), elements=floats)),
        classes=draw(arrays.arrays(np.int32, count, elements=st.integers(0, 2))),
        difficult=draw(arrays.arrays(bool, count)),
        crowd=draw(arrays.arrays(bool, count)),
        area=draw(arrays.arrays(np.float32, count, elements=floats)),
    )


def of_bytes(*values):
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))


def of_integers(*values):
    values = [int(value) for value in values]
    return tf.train.Feature(int64_list=tf.train.Int64List(value=values))


def of_floats(*values):
    return tf.train.Feature(float_list=tf.train.FloatList(value=values))


def record(**features):
    """A record as another tool might write it: the least, and what is given."""
    least = {"image/encoded": of_bytes(b"jpeg")}
    for side, part in PARTS.items():
        least[f"image/object/bbox/{side}"] = of_floats(part)
    given = {f"image/{name.replace('__', '/')}": f for name, f in features.items()}
    present = {name: f for name, f in (least | given).items() if f is not None}
    features = tf.train.Features(feature=present)
    return tf.train.Example(features=features).SerializeToString()


def written_by_tensorflow(example):
    parts = example.boxes.astype(np.float64) / ([example.height, example.width] * 2)
    is_png = example.image.startswith(PNG_SIGNATURE)
    filename = example.filename.encode("utf-8", "backslashreplace")
    names = [CLASSES[index].encode() for index in example.classes]
    features = {
        "image/encoded": of_bytes(example.image),
        "image/format": of_bytes(b"png" if is_png else b"jpeg"),
        "image/height": of_integers(example.height),
        "image/width": of_integers(example.width),
        "image/filename": of_bytes(filename),
        "image/source_id": of_bytes(example.image_id.encode()),
        "image/object/bbox/ymin": of_floats(*parts[:, 0]),
        "image/object/bbox/xmin": of_floats(*parts[:, 1]),
        "image/object/bbox/ymax": of_floats(*parts[:, 2]),
        "image/object/bbox/xmax": of_floats(*parts[:, 3]),
        "image/object/class/label": of_integers(*example.classes + 1),
        "image/object/class/text": of_bytes(*names),
        "image/object/difficult": of_integers(*example.difficult),
        "image/object/is_crowd": of_integers(*example.crowd),
        "image/object/area": of_floats(*example.area),
    }
    record = tf.train.Example(features=tf.train.Features(feature=features))
    return record.SerializeToString(deterministic=True)


@given(examples())
@settings(deadline=None)
def test_the_bytes_are_those_of_tensorflow(example):
    assert serialize(example, CLASSES) == written_by_tensorflow(example)


@given(examples())
@settings(max_examples=50, deadline=None)
def test_it_is_read_as_in_a_graph(example):
    data = serialize(example, CLASSES)
    found, parsed = deserialize(data), tfrecord.parse(data)
    # TensorFlow takes the smallest of floats for zero.
    np.testing.assert_allclose(found.boxes, parsed["boxes"], rtol=0, atol=1e-30)
    np.testing.assert_array_equal(found.class_labels - 1, parsed["classes"])
    np.testing.assert_allclose(found.area, parsed["area"], rtol=0, atol=1e-30)
    for name in ("difficult", "crowd"):
        np.testing.assert_array_equal(getattr(found, name), parsed[name])
    assert found.size == (parsed["height"], parsed["width"])
    assert found.image == parsed["encoded"]
    assert found.image_id.encode() == parsed["image_id"]
    assert found.filename.encode() == parsed["filename"]


def example_from(record, classes):
    """The example that a record was made of."""
    names = {field.name for field in dataclasses.fields(Example)}
    shared = names.intersection(field.name for field in dataclasses.fields(record))
    values = {name: getattr(record, name) for name in shared}
    height, width = record.size
    values |= {"height": height, "width": width, "boxes": record.boxes}
    return Example(**values, classes=classes)


@pytest.mark.parametrize("count", [0, 1, 4])
@pytest.mark.parametrize("segmentations", [None, (OUTLINE, "", "", "")])
def test_a_round_trip_changes_nothing(count, segmentations):
    segmentations = segmentations[:count] or None if segmentations else None
    example = example_of(count, segmentations=segmentations)
    data = serialize(example, CLASSES)
    found = deserialize(data)
    again = example_from(found, example.classes)
    for field in dataclasses.fields(Example):
        value, expected = getattr(again, field.name), getattr(example, field.name)
        np.testing.assert_array_equal(value, expected)
        assert getattr(value, "dtype", None) == getattr(expected, "dtype", None)
    assert found.class_labels.tolist() == [1, 2, 3, 1][:count]
    assert found.class_texts == (*CLASSES, "cat")[:count]
    assert serialize(again, CLASSES) == data


def test_outlines_are_written_only_where_there_are_any():
    without = serialize(example_of(2), CLASSES)
    assert serialize(example_of(2, segmentations=("", "")), CLASSES) == without
    data = serialize(example_of(2, segmentations=("", OUTLINE)), CLASSES)
    features = tf_example.parse_example(data)
    assert features["image/object/segmentation"] == [b"", OUTLINE.encode()]
    assert deserialize(data).segmentations == ("", OUTLINE)
    np.testing.assert_array_equal(tfrecord.parse(data)["classes"], [0, 1])


def test_whole_pixels_come_back_as_they_were(rng):
    for size in ((333, 500), (2999, 4001), (8000, 8192)):
        boxes = rng.integers(0, [*size, *size], (500, 4))
        parts = (boxes / [*size, *size]).astype(np.float32)
        np.testing.assert_array_equal(in_pixels(parts, size), boxes)


def test_boxes_that_are_none_stay_so():
    parts = np.float32([[np.nan, np.inf, -np.inf, 3e38]])
    found = in_pixels(parts, (480, 640))
    np.testing.assert_array_equal(
        found, np.float32([[np.nan, np.inf, -np.inf, np.inf]])
    )


def test_a_record_that_says_little():
    found = deserialize(record())
    assert found.image == b"jpeg"
    assert (found.image_id, found.filename, found.size) == ("", "", None)
    np.testing.assert_array_equal(found.parts, np.float32([[0, 0.2, 0.5, 0.7]]))
    assert found.class_labels is found.class_texts is found.area is None
    assert found.segmentations is None
    assert found.difficult.tolist() == found.crowd.tolist() == [False]


def test_an_image_alone_is_one_without_objects():
    found = deserialize(record(**{f"object__bbox__{side}": None for side in PARTS}))
    assert found.parts.shape == (0, 4)
    assert found.difficult.shape == found.crowd.shape == (0,)
    assert found.class_labels is None


def test_classes_by_number_alone_or_by_name_alone():
    found = deserialize(record(object__class__label=of_integers(7)))
    assert (found.class_labels.tolist(), found.class_texts) == ([7], None)
    found = deserialize(record(object__class__text=of_bytes("Kätzchen".encode())))
    assert (found.class_labels, found.class_texts) == (None, ("Kätzchen",))


def test_an_empty_list_says_as_little_as_none():
    found = deserialize(
        record(
            object__class__label=of_integers(),
            object__difficult=of_bytes(),
            object__area=of_floats(),
        )
    )
    assert found.class_labels is found.area is None
    assert found.difficult.tolist() == [False]


def test_text_that_is_none_is_escaped():
    assert deserialize(record(filename=of_bytes(b"\xff.jpg"))).filename == "\\xff.jpg"


@pytest.mark.parametrize("height", [None, of_integers(), of_integers(0)])
def test_without_a_size_there_are_no_pixels(height):
    found = deserialize(record(height=height, width=of_integers(640)))
    with pytest.raises(RecordError, match="image/height and image/width are missing"):
        _ = found.boxes


@pytest.mark.parametrize(
    "features, code, message",
    [
        ({"encoded": None}, "feature-missing", "image/encoded is missing"),
        (
            {"encoded": of_bytes(b"a", b"b")},
            "lengths-differ",
            "image/encoded has 2 values instead of one",
        ),
        (
            {"height": of_bytes(b"480")},
            "feature-type",
            "image/height holds bytes, not integers",
        ),
        (
            {"object__bbox__xmin": of_integers(12)},
            "feature-type",
            "image/object/bbox/xmin holds integers, not floats",
        ),
        (
            {"object__bbox__ymax": of_floats(1, 2)},
            "lengths-differ",
            "its lists of objects differ in length: 1 bbox/xmax, 2 bbox/ymax",
        ),
        (
            {"object__bbox__ymax": None},
            "lengths-differ",
            "its lists of objects differ in length: 0 bbox/ymax, 1 bbox/xmax",
        ),
        (
            {"object__class__text": of_bytes(b"cat", b"dog")},
            "lengths-differ",
            "its lists of objects differ in length: 1 bbox/xmax, 2 class/text",
        ),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(features, code, message):
    with pytest.raises(RecordError) as caught:
        deserialize(record(**features))
    assert (caught.value.code, caught.value.message) == (code, message)


def test_a_sequence_example_is_refused():
    data = tf.train.SequenceExample().SerializeToString()
    with pytest.raises(RecordError, match="image/encoded is missing"):
        deserialize(data)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_any_spoilt_record_is_read_or_refused(data):
    spoilt = bytearray(serialize(example_of(2), CLASSES))
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(
            st.integers(0, 255)
        )
    try:
        deserialize(bytes(spoilt))
    except RecordError as error:
        assert "\n" not in str(error)


def test_a_group_of_objects_is_a_crowd_whatever_it_is_called():
    sides = {name: [0.0, 0.5] for name in record_schema.SIDES}
    features = {record_schema.ENCODED: [b"-"], **sides}
    named = {record_schema.GROUP_OF: [1, 0]}
    record = tf_example.to_bytes(tf_example.example(features | named))
    assert deserialize(record).crowd.tolist() == [True, False]
