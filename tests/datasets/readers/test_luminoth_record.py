"""The records of Luminoth: a `SequenceExample` with boxes in pixels, classes from 0."""

import contextlib
import json

import numpy as np
import pytest
import tensorflow as tf

from luminet.datasets.findings import InvalidExample
from luminet.datasets.readers import make_reader
from luminet.datasets.records.file import RecordWriter
from luminet.errors import InputError
from tests.datasets.readers.notations.tfrecord import example, feature
from tests.datasets.readers.notations.truth import Truth
from tests.datasets.readers.outcomes import faults, mutations, read

A = Truth("a", 40, 60, ())
CONTEXT = {
    "width": [60],
    "height": [40],
    "depth": [3],
    "filename": [b"2007_000027"],
    "image_raw": [A.png()],
}
DOG = {"label": [1], "xmin": [10], "ymin": [5], "xmax": [30], "ymax": [20]}


def sequence_example(context, lists):
    """A serialised `tf.train.SequenceExample`; each number is a feature of its own."""
    context = {name: feature(values) for name, values in context.items()}
    lists = {
        name: tf.train.FeatureList(feature=[feature([value]) for value in values])
        for name, values in lists.items()
    }
    return tf.train.SequenceExample(
        context=tf.train.Features(feature=context),
        feature_lists=tf.train.FeatureLists(feature_list=lists),
    ).SerializeToString()


@pytest.fixture
def records(tmp_path):
    """Makes a reader of these records."""
    (tmp_path / "classes.json").write_text(json.dumps(["cat", "dog"]))

    def make(*records, **options):
        with RecordWriter(tmp_path / "train.tfrecords") as writer:
            for record in records:
                writer.write(record)
        return make_reader("tfrecord", tmp_path, "train", options)

    return make


@pytest.mark.parametrize(
    "options, box", [({}, (5, 10, 20, 30)), ({"first_pixel": "1"}, (4, 9, 20, 30))]
)
def test_boxes_are_pixels_from_0_or_1(records, options, box):
    reader = records(sequence_example(CONTEXT, DOG), **options)
    assert reader.class_names == ("cat", "dog")
    assert reader.keys() == ("2007_000027",)
    found, findings = read(reader, "2007_000027")
    np.testing.assert_array_equal(found.boxes, [box])
    assert found.classes.tolist() == [1]
    assert (found.filename, found.image) == ("2007_000027", A.png())
    assert findings == []


def test_many_objects(records):
    lists = {key: value * 3 for key, value in DOG.items()} | {"label": [0, 1, 0]}
    found, _ = read(records(sequence_example(CONTEXT, lists)), "2007_000027")
    assert found.classes.tolist() == [0, 1, 0]


def test_no_objects(records):
    found, findings = read(records(sequence_example(CONTEXT, {})), "2007_000027")
    assert found.boxes.shape == (0, 4)
    assert findings == []


def but(context=None, **lists):
    return sequence_example(CONTEXT | (context or {}), DOG | lists)


@pytest.mark.parametrize(
    "record, code",
    [
        pytest.param(but(xmin=[1, 2]), "lengths-differ", id="R10 lengths"),
        pytest.param(but(label=[]), "lengths-differ", id="R10 no class"),
        pytest.param(but(xmin=[1.5]), "feature-type", id="R10 a fraction"),
        pytest.param(but({"width": [b"60"]}), "feature-type", id="R10 a text"),
        pytest.param(but({"image_raw": []}), "feature-missing", id="R10 no picture"),
        pytest.param(but({"image_raw": [b""]}), "not-an-image", id="I14 empty"),
        pytest.param(but({"width": [40], "height": [60]}), "size-mismatch", id="V15"),
        pytest.param(but(label=[2]), "unknown-class", id="C9 class"),
        pytest.param(but(label=[-1]), "unknown-class", id="C9 negative"),
        pytest.param(but(xmin=[31]), "box-inverted", id="V21 inverted"),
        pytest.param(but(xmin=[30]), "box-empty", id="V22 empty"),
        pytest.param(but(xmax=[62]), "box-outside", id="V24 outside"),
        pytest.param(but(xmin=[-(2**63)]), "box-outside", id="V24 huge"),
        pytest.param(example({"a": [1]}), "feature-missing", id="another record"),
    ],
)
def test_a_fault_of_a_record_is_found(records, record, code):
    reader = records(but({"filename": [b"first"]}), record)
    assert faults(reader, reader.keys()[1]) == [code]


def test_without_a_list_of_classes_nothing_has_a_name(records, tmp_path):
    (tmp_path / "classes.json").unlink()
    reader = records(sequence_example(CONTEXT, DOG))
    assert reader.class_names is None
    assert faults(reader, "2007_000027") == ["name-missing"]


def test_no_damage_makes_it_fall_over(records):
    data = sequence_example(CONTEXT, DOG)
    start = data.index(A.png())
    data = data[:start] + data[start + len(A.png()) - 50 :]
    for mutated in mutations(data):
        with contextlib.suppress(InputError):
            reader = records(but({"filename": [b"first"]}), mutated)
            for key in [*reader.keys()]:
                with contextlib.suppress(InvalidExample):
                    read(reader, key)
