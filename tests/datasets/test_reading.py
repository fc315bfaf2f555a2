"""What cannot be read is named: the file, the record, the picture."""

import os

import numpy as np
import pytest
import tensorflow as tf

from luminet.datasets import pipeline
from luminet.datasets.augmentation.augmentation import Augmentation
from luminet.datasets.order import Order
from luminet.datasets.reading import check_records, reading
from luminet.datasets.records import schema
from luminet.datasets.records.file import RecordWriter, read_records
from luminet.datasets.store import Store, open_store
from luminet.datasets.transforms import Resize
from luminet.errors import InputError, LuminetError
from tests.tiny_data import draw_examples, write_store

SIZES = [(64, 64), (64, 100), (100, 64), (50, 70)]
RESIZE = Resize(64, 96)


@pytest.fixture
def store(tmp_path):
    examples = draw_examples(SIZES, [1, 2, 0, 3])
    return write_store(tmp_path / "store", train=examples)


def rewrite(store, change):
    """Change the fourth of the four records, with which the file is valid again."""
    (file,) = store.split("train").files
    records = list(read_records(file))
    example = tf.train.Example.FromString(records[3])
    change(example.features.feature)
    records[3] = example.SerializeToString()
    with RecordWriter(file) as writer:
        for record in records:
            writer.write(record)


def without(*keys):
    def change(features):
        for key in keys:
            del features[key]

    return change


def shortened(key):
    def change(features):
        values = features[key].float_list.value or features[key].int64_list.value
        del values[-1:]

    return change


def labelled_from_0(features):
    features[schema.LABEL].int64_list.value[0] = 0


def cut_picture(features):
    picture = features[schema.ENCODED].bytes_list
    picture.value[0] = picture.value[0][:100]


FAULTS = {
    "no picture": (without(schema.ENCODED), "image/encoded is missing"),
    "no height": (without(schema.HEIGHT), "image/height"),
    "no left sides": (without(schema.SIDES[1]), "differ|lengths|xmin"),
    "a left side too few": (shortened(schema.SIDES[1]), "xmin|length"),
    "a label too few": (shortened(schema.LABEL), "label"),
    "a flag too few": (shortened(schema.DIFFICULT), "difficult"),
    "a label of 0": (labelled_from_0, "count from 1"),
    "a cut picture": (cut_picture, "PNG|IMAGE|image"),
}


def train(store, **settings):
    batches = pipeline.training_batches(
        store.split("train"), RESIZE, Augmentation([]), 2, seed=0, **settings
    )
    return list(batches.take(4))


def evaluate(store):
    return list(pipeline.evaluation_batches(store.split("train"), RESIZE))


@pytest.mark.parametrize("read", [train, evaluate])
@pytest.mark.parametrize("change, reason", FAULTS.values(), ids=FAULTS)
def test_a_record_that_is_none_of_ours_is_named(store, read, change, reason):
    rewrite(store, change)
    place = r"train\.tfrecords: record 4 \(0-3\): "
    with pytest.raises(InputError, match=f"{place}.*({reason})"), reading(store):
        read(store)


def test_a_record_without_sizes_is_named_where_shapes_are_grouped(store):
    rewrite(store, without(schema.HEIGHT))
    with pytest.raises(InputError, match="record 4 "), reading(store):
        train(store, shape_buckets=2)


def test_pictures_that_a_later_start_leaves_out_are_not_decoded(store):
    rewrite(store, cut_picture)
    split = store.split("train")
    order = [int(p["numbers"][0]) for p in Order(split, 0, 1).start_at(0).take(4)]
    step = order.index(3)
    assert step < 3  # So that there is something after it.

    def read_from(first_step):
        batches = pipeline.training_batches(
            split, RESIZE, Augmentation([]), 1, seed=0, first_step=first_step
        )
        return list(batches.take(3 - step))

    with pytest.raises(tf.errors.InvalidArgumentError):
        read_from(step)
    read_from(step + 1)


def test_a_record_without_a_name_has_a_number(store):
    rewrite(store, without(schema.SOURCE_ID, schema.FILENAME, schema.ENCODED))
    with pytest.raises(InputError, match="record 4: "):
        check_records(store)


def test_records_of_ours_are_fine(store):
    check_records(store)


@pytest.mark.parametrize("read", [train, evaluate])
def test_a_damaged_file_is_named(store, read):
    (file,) = store.split("train").files
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(InputError, match=r"train\.tfrecords: record "), reading(store):
        read(store)


def test_a_file_that_went_away_is_named(store):
    store.split("train").files[0].unlink()
    with pytest.raises(InputError, match="missing: train"), reading(store):
        evaluate(store)


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="no /proc here")
@pytest.mark.parametrize("read", [train, evaluate, Store.verify])
def test_a_file_on_a_disk_that_fails_is_named(store, read):
    (file,) = store.split("train").files
    file.unlink()
    file.symlink_to("/proc/self/mem")  # which cannot be read at its beginning
    message = r"train\.tfrecords: cannot be read \(Input/output error\)$"
    with pytest.raises(LuminetError, match=message), reading(store):
        read(store)


def test_errors_of_others_stay_as_they_are(store):
    rewrite(open_store(store.folder), without(schema.ENCODED))
    with pytest.raises(tf.errors.InvalidArgumentError), reading(store):
        tf.reshape(np.zeros(3), [2])
