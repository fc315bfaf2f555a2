"""Which TFRecords belong to a split."""

import pytest

from luminet.datasets.readers import find_splits, make_reader, reader_class
from luminet.datasets.records.file import RecordWriter
from tests.datasets.readers.notations.tfrecord import example, features
from tests.datasets.readers.notations.truth import PICTURES
from tests.datasets.readers.outcomes import read, refusal


@pytest.fixture
def write(tmp_path):
    """Writes a file with one record of a picture."""

    def write(name, picture=PICTURES[0]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        with RecordWriter(tmp_path / name) as writer:
            writer.write(example(features(picture)))

    return write


@pytest.mark.parametrize(
    "name, split",
    [
        ("train.record", "train"),
        ("train.tfrecord", "train"),
        ("train.tfrecords", "train"),
        ("coco_val.record-00000-of-00001", "coco_val"),
        ("val-00000-of-00001.tfrecord", "val"),
        ("my.set.records", "my.set"),
        ("train/whatever.tfrecord", "train"),
    ],
)
def test_the_name_begins_with_the_split(write, tmp_path, name, split):
    write(name)
    assert find_splits("tfrecord", tmp_path) == (split,)
    assert make_reader("tfrecord", tmp_path, split).keys() == ("a",)
    reason = reader_class("tfrecord").recognise(tmp_path)
    assert reason == f"files like {name.rpartition('/')[2]}"


@pytest.mark.parametrize(
    "pattern", ["train.record-{:05}-of-00003", "train-{:05}-of-00003.tfrecord"]
)
def test_shards_are_read_in_order(write, tmp_path, pattern):
    for number in (2, 0, 1):
        write(pattern.format(number), PICTURES[number])
    reader = make_reader("tfrecord", tmp_path, "train")
    assert reader.keys() == ("a", "b", "c")
    assert len(read(reader, "b")[0].boxes) == 1
    (tmp_path / pattern.format(1)).unlink()
    message = refusal("tfrecord", tmp_path, "train")
    assert "of 3 shards 1 are missing: 1 [shard-missing]" in message


def test_a_missing_split_names_those_that_there_are(write, tmp_path):
    write("train.record")
    write("val.record")
    message = refusal("tfrecord", tmp_path, "vall")
    assert "no such split in these TFRecords, only train, val" in message
    assert "did you mean 'val'? [split-missing]" in message


@pytest.mark.parametrize("name", ["record", "train.txt", ".record", "trainrecord"])
def test_other_names_are_none_of_records(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    assert reader_class("tfrecord").recognise(tmp_path) is None
    assert "[layout-unknown]" in refusal("tfrecord", tmp_path, "train")
