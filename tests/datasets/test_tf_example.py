"""The messages without TensorFlow are TensorFlow's, byte for byte."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from luminet.datasets.records import tf_example
from luminet.datasets.records.error import RecordError

VALUES = st.one_of(
    st.lists(st.binary(max_size=20), max_size=5),
    arrays.arrays(np.int64, st.integers(0, 5)),
    arrays.arrays(np.float32, st.integers(0, 5)),
)
FEATURES = st.dictionaries(st.text(max_size=10), VALUES, max_size=6)


def features(content):
    """`tf.train.Features`."""
    return tf.train.Features(
        feature={name: feature(values) for name, values in content.items()}
    )


def feature(values):
    if isinstance(values, list):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
    if values.dtype.kind == "f":
        return tf.train.Feature(float_list=tf.train.FloatList(value=values))
    return tf.train.Feature(int64_list=tf.train.Int64List(value=values))


def same(found, expected):
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        assert type(found[name]) is type(values)
        np.testing.assert_array_equal(found[name], values)
        assert getattr(found[name], "dtype", None) == getattr(values, "dtype", None)


@given(FEATURES)
@settings(deadline=None)
def test_what_is_written_is_what_tensorflow_writes(content):
    written = tf_example.to_bytes(tf_example.example(content))
    expected = tf.train.Example(features=features(content))
    assert written == expected.SerializeToString(deterministic=True)


@given(FEATURES)
@settings(deadline=None)
def test_what_tensorflow_writes_is_read(content):
    data = tf.train.Example(features=features(content)).SerializeToString()
    same(tf_example.parse_example(data), content)


@given(FEATURES, st.dictionaries(st.text(max_size=10), st.lists(VALUES, max_size=3)))
@settings(max_examples=30, deadline=None)
def test_a_sequence_of_tensorflow_is_read(context, lists):
    feature_lists = {
        name: tf.train.FeatureList(feature=[feature(values) for values in content])
        for name, content in lists.items()
    }
    data = tf.train.SequenceExample(
        context=features(context),
        feature_lists=tf.train.FeatureLists(feature_list=feature_lists),
    ).SerializeToString()
    found_context, found_lists = tf_example.parse_sequence_example(data)
    same(found_context, context)
    assert found_lists.keys() == lists.keys()
    for name, content in lists.items():
        same(dict(enumerate(found_lists[name])), dict(enumerate(content)))
    same(tf_example.parse_example(data), context)


@pytest.mark.parametrize(
    "values, stored",
    [
        ([1, 2], np.int64([1, 2])),
        ([0.5], np.float32([0.5])),
        ([], []),
        (np.zeros([0]), np.float32([])),
        (np.zeros([0], np.int32), np.int64([])),
        (np.array([True, False]), np.int64([1, 0])),
        (np.uint8([255]), np.int64([255])),
        (np.float64([1 / 3]), np.float32([1 / 3])),
    ],
)
def test_the_kind_of_a_feature_follows_its_values(values, stored):
    data = tf_example.to_bytes(tf_example.example({"a": values}))
    same(tf_example.parse_example(data), {"a": stored})


@pytest.mark.parametrize("values", [["text"], [b"a", 1], [2**70], [1j], [None]])
def test_anything_else_in_a_feature_is_refused(values):
    with pytest.raises(TypeError, match="must hold bytes, integers or floats"):
        tf_example.example({"a": values})


def test_a_feature_of_no_kind_is_empty():
    data = tf.train.Example(
        features=tf.train.Features(feature={"a": tf.train.Feature()})
    )
    assert tf_example.parse_example(data.SerializeToString()) == {"a": []}


@given(st.binary(max_size=50))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(data):
    for parse in (tf_example.parse_example, tf_example.parse_sequence_example):
        try:
            parse(data)
        except RecordError as error:
            assert error.code == "not-an-example"


def test_what_is_no_message_is_refused():
    with pytest.raises(RecordError, match=r"not a tf\.train\.Example"):
        tf_example.parse_example(b"something else")
