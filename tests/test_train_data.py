"""The data of a run: checked before the first step, and what is wrong is named."""

import hashlib
import json
import shutil
import time

import numpy as np
import pytest
import tensorflow as tf

from luminet import train, train_data
from luminet.datasets.records import schema
from luminet.datasets.records.file import RecordWriter, read_records
from luminet.datasets.store import Store
from luminet.errors import InputError, LuminetError
from luminet.run_folder import RunFolder
from luminet.train_data import TrainingData
from tests.run_records import losses
from tests.tiny_data import draw_examples, tiny_config, write_store

SIZES = [(64, 64), (64, 80), (96, 64), (64, 96), (80, 64), (72, 72)]


@pytest.fixture(scope="module")
def intact(tmp_path_factory):
    """Six pictures in two files to train on, two to check with, and two others."""
    folder = tmp_path_factory.mktemp("intact") / "store"
    examples = draw_examples(SIZES, [1, 2, 0, 3, 1, 2])
    parts = {"train": examples, "val": examples[:2], "test": examples[2:4]}
    return write_store(folder, num_shards=2, **parts).folder


@pytest.fixture
def folder(intact, tmp_path):
    return shutil.copytree(intact, tmp_path / "store")


SHARD = "train-00001-of-00002.tfrecords"


def edit(name, change):
    """Make a function that changes the bytes of a file in a folder."""

    def edit_in(folder):
        data = bytearray((folder / name).read_bytes())
        (folder / name).write_bytes(change(data))

    return edit_in


def flip_bit(place):
    def change(data):
        data[place(data)] ^= 4
        return data

    return change


def ends_of(data):
    """Where the records of a file end."""
    end = 0
    while end < len(data):
        end += 16 + int.from_bytes(data[end : end + 8], "little")
        yield end


def first_records(data):
    return data[: list(ends_of(data))[-2]]


def other_data_set(folder):
    # As large, and valid in itself: only its sum tells.
    records = list(read_records(folder / SHARD))
    with RecordWriter(folder / SHARD) as writer:
        for record in reversed(records):
            writer.write(record)


def rename(folder):
    (folder / SHARD).rename(folder / "train-3.tfrecords")


def copy(folder):
    shutil.copy(folder / SHARD, folder / "more.tfrecords")


FAULTS = {
    "R1 cut in a record": (
        edit(SHARD, lambda data: data[:-5]),
        f"{SHARD}: record 3 of 3 is cut",
    ),
    "R2 cut between records": (edit(SHARD, first_records), "only 2 of 3 records"),
    "R2 cut in a length": (
        edit(SHARD, lambda data: first_records(data) + bytes(5)),
        "record 3 of 3 is cut",
    ),
    "R3 a bit of the data": (
        edit(SHARD, flip_bit(lambda data: len(data) // 2)),
        f"{SHARD}: record 2 of 3 is damaged",
    ),
    "R3 a bit of a length": (
        edit(SHARD, flip_bit(lambda _: 1)),
        f"{SHARD}: record 1 of 3 is damaged",
    ),
    "R3 a bit of a checksum": (
        edit(SHARD, flip_bit(lambda data: len(data) - 1)),
        f"{SHARD}: record 3 of 3 is damaged",
    ),
    "R4 something at the end": (
        edit(SHARD, lambda data: data + b"garbage"),
        f"{SHARD}: something follows the 3 records",
    ),
    "R5 a file is missing": (lambda f: (f / SHARD).unlink(), f"missing: {SHARD}"),
    "R5 a file too many": (copy, "not listed: more.tfrecords"),
    "R5 another name": (rename, f"missing: {SHARD}; not listed: train-3.tfrecords"),
    "R6 another data set's": (other_data_set, f"{SHARD}: .*checksum is another"),
    "of the other split": (
        edit("val-00000-of-00002.tfrecords", flip_bit(lambda data: len(data) // 2)),
        "val-00000-of-00002.tfrecords: record 1 of 1 is damaged",
    ),
}


@pytest.mark.parametrize("spoil, message", FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_files_is_named_before_a_step_is_done(
    folder, tmp_path, spoil, message
):
    spoil(folder)
    with pytest.raises(InputError, match=message):
        train.run(tiny_config(folder, tmp_path))
    assert not RunFolder(tmp_path / "run").metrics.exists()


def test_splits_that_are_not_used_are_not_read(folder, tmp_path):
    edit("test-00000-of-00002.tfrecords", flip_bit(lambda d: len(d) // 2))(folder)
    prepared(folder, tmp_path)


def test_verification_can_be_left_out(folder, tmp_path):
    other_data_set(folder)
    prepared(folder, tmp_path, "dataset.verify=false")


def test_what_takes_long_is_told(folder, tmp_path, monkeypatch, capsys):
    prepared(folder, tmp_path)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(train_data, "_PATIENCE", 0.05)
    monkeypatch.setattr(Store, "verify", lambda *_: time.sleep(0.3))
    prepared(folder, tmp_path)
    said = capsys.readouterr().err
    assert said == f"{folder}: comparing the files with their checksums\n"


def test_a_record_without_a_feature_is_named(folder, tmp_path):
    records = list(read_records(folder / SHARD))
    example = tf.train.Example.FromString(records[1])
    del example.features.feature[schema.SIDES[0]]
    records[1] = example.SerializeToString()
    with RecordWriter(folder / SHARD) as writer:
        for record in records:
            writer.write(record)
    keep_manifest_true(folder)
    with pytest.raises(InputError, match=rf"{SHARD}: record 2 \(0-4\): .*bbox/ymin"):
        train.run(tiny_config(folder, tmp_path))


def keep_manifest_true(folder):
    manifest = json.loads((folder / "dataset.json").read_text())
    for entry in manifest["splits"]["train"]["files"]:
        data = (folder / entry["name"]).read_bytes()
        entry |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / "dataset.json").write_text(json.dumps(manifest))


# What the settings do.


def data_of(folder, job_dir, *overrides):
    config = tiny_config(folder, job_dir, *overrides)
    return TrainingData(config["dataset"], batch_size=2, seed=0)


def prepared(folder, job_dir, *overrides):
    data = data_of(folder, job_dir, *overrides)
    data.prepare()
    return data


def first_batch(data):
    return next(data.batches(0).as_numpy_iterator())


def test_pictures_come_from_the_cache(intact, tmp_path):
    expected = first_batch(prepared(intact, tmp_path))
    data = prepared(intact, tmp_path, f"dataset.cache={tmp_path / 'cache'}")
    (file,) = (tmp_path / "cache").glob("train-*.pixels")
    np.testing.assert_array_equal(first_batch(data)["image"], expected["image"])
    file.write_bytes(bytes(file.stat().st_size))
    assert not first_batch(data)["image"].any()


def test_a_cache_that_is_for_other_files_is_not_used(folder, tmp_path):
    cache = f"dataset.cache={tmp_path / 'cache'}"
    first_batch(prepared(folder, tmp_path, cache))
    other_data_set(folder)
    keep_manifest_true(folder)
    expected = first_batch(prepared(folder, tmp_path))
    found = first_batch(prepared(folder, tmp_path, cache))
    np.testing.assert_array_equal(found["image"], expected["image"])


def test_a_service_that_does_not_answer_ends_the_run(intact, tmp_path):
    data = data_of(intact, tmp_path, "dataset.service=grpc://localhost:1")
    with pytest.raises(LuminetError, match="grpc://localhost:1 does not answer"):
        data.prepare()


def test_batches_have_a_few_shapes(intact, tmp_path):
    shapes = {
        batch["image"].shape[1:3]
        for batch in data_of(intact, tmp_path, "dataset.shape_buckets=2")
        .batches(0)
        .take(30)
        .as_numpy_iterator()
    }
    assert shapes <= {(64, 64), (64, 96), (96, 64), (96, 96)}


def test_losses_are_the_same_from_a_cache(intact, tmp_path):
    settings = ("train.steps=3", "train.evaluate_every=0")
    cache = "dataset.cache=memory"
    train.run(tiny_config(intact, tmp_path / "a", *settings))
    train.run(tiny_config(intact, tmp_path / "b", *settings, cache))
    one, other = (losses(RunFolder(tmp_path / name / "run")) for name in "ab")
    assert one == other
