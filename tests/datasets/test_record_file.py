"""TFRecord files are TensorFlow's, byte for byte; no fault of a file goes unnoticed."""

import gzip
import os
import struct
import tracemalloc

import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from luminet.datasets.records import file as record_file
from luminet.datasets.records.error import RecordError
from luminet.datasets.records.framing import frame
from luminet.datasets.regular_file import FileError

RECORDS = [b"first", b"", b"the third"]
# Where each of them begins, and the last one ends.
BORDERS = [0, 21, 37, 62]


@pytest.fixture
def path(tmp_path):
    """A file of `RECORDS`."""
    path = tmp_path / "a.tfrecords"
    path.write_bytes(b"".join(frame(record) for record in RECORDS))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("records")


@given(st.lists(st.binary(max_size=1000), max_size=5))
@settings(max_examples=30, deadline=None)
def test_a_file_is_what_tensorflow_writes(folder, records):
    with record_file.RecordWriter(folder / "ours") as writer:
        for record in records:
            writer.write(record)
    with tf.io.TFRecordWriter(str(folder / "theirs")) as their_writer:
        for record in records:
            their_writer.write(record)
    assert (folder / "ours").read_bytes() == (folder / "theirs").read_bytes()
    assert list(record_file.read_records(folder / "ours")) == records


def test_tensorflow_reads_it(path):
    records = tf.data.TFRecordDataset(str(path)).as_numpy_iterator()
    assert list(records) == RECORDS


def test_a_writer_knows_what_its_file_is(tmp_path):
    path = tmp_path / "a.tfrecords"
    with record_file.RecordWriter(path) as writer:
        writer.write(b"abc")
        writer.write(b"")
    assert (writer.num_records, writer.num_bytes) == (2, path.stat().st_size)
    assert writer.sha256 == record_file.sha256(path)


def test_a_record_is_found_by_its_offset(path):
    offsets = list(record_file.record_offsets(path))
    assert offsets == BORDERS[:-1]
    assert [record_file.read_record(path, offset) for offset in offsets] == RECORDS


def test_an_offset_between_records_is_told(path):
    with pytest.raises(RecordError, match="the record at byte 22 is damaged"):
        record_file.read_record(path, 22)


def test_an_empty_file_has_no_records(tmp_path):
    (tmp_path / "a").touch()
    assert list(record_file.read_records(tmp_path / "a")) == []


@pytest.mark.parametrize("read", [record_file.read_records, record_file.record_offsets])
@pytest.mark.parametrize("size", sorted(set(range(62)) - set(BORDERS)))
def test_a_cut_is_told_with_the_number_of_the_record(path, read, size):
    os.truncate(path, size)
    whole = sum(border <= size for border in BORDERS[1:])
    found = []
    with pytest.raises(RecordError) as caught:
        found.extend(read(path))
        pytest.fail("a silent end")
    assert str(caught.value).startswith(f"{path}: ")
    if size < 12:
        assert "is this a TFRecord?" in caught.value.message
    else:
        assert f"record {whole + 1} is cut" in caught.value.message


@pytest.mark.parametrize("position", range(62))
def test_a_flipped_bit_is_told_with_the_number_of_the_record(path, position):
    data = bytearray(path.read_bytes())
    data[position] ^= 1 << position % 8
    path.write_bytes(data)
    whole = sum(border <= position for border in BORDERS[1:])
    records = record_file.read_records(path)
    assert [next(records) for _ in range(whole)] == RECORDS[:whole]
    with pytest.raises(RecordError) as caught:
        next(records)
    if position < 12:
        assert "is this a TFRecord?" in caught.value.message
    else:
        assert caught.value.message.startswith(f"record {whole + 1} is damaged")


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(gzip.compress, id="gzip"),
        pytest.param(lambda _: bytes(1000), id="zeros"),
        pytest.param(lambda _: b'{"images": []}', id="JSON"),
        pytest.param(lambda _: b"\n", id="one byte"),
        pytest.param(lambda data: b"\n" + data, id="moved"),
    ],
)
def test_what_is_no_tfrecord_is_told(path, spoil):
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(RecordError, match=r"is this a TFRecord\?") as caught:
        list(record_file.read_records(path))
    assert caught.value.code == "not-a-tfrecord"


def test_a_compressed_file_is_called_so(path):
    path.write_bytes(gzip.compress(path.read_bytes()))
    with pytest.raises(RecordError, match="compressed with gzip"):
        list(record_file.read_records(path))


def test_what_follows_the_last_record_is_told(path):
    path.write_bytes(path.read_bytes() + b"garbage")
    with pytest.raises(RecordError, match="record 4 is cut"):
        list(record_file.read_records(path))


def test_a_length_beyond_the_end_takes_no_memory(path):
    length = struct.pack("<Q", 2**62)
    right_checksum = frame(length)[-4:]
    path.write_bytes(length + right_checksum + b"data")
    with pytest.raises(RecordError, match="record 1 is cut"):
        list(record_file.read_records(path))


def test_reading_holds_one_record_at_a_time(tmp_path):
    path = tmp_path / "a.tfrecords"
    with record_file.RecordWriter(path) as writer:
        for _ in range(20):
            writer.write(bytes(2**20))
    tracemalloc.start()
    count = sum(1 for _ in record_file.read_records(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20
    assert peak < 4 * 2**20


def test_what_is_no_file_is_told(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name, reason in [("none", "no such file"), ("pipe", "pipe"), ("", "folder")]:
        with pytest.raises(FileError, match=reason):
            list(record_file.read_records(tmp_path / name))


@pytest.mark.parametrize(
    "size, expected",
    [
        (62, (3, True)),
        (61, (2, False)),
        (37, (2, True)),
        (25, (1, False)),
        (0, (0, True)),
    ],
)
def test_count_records(path, size, expected):
    os.truncate(path, size)
    assert record_file.count_records(path) == expected


def test_zeros_are_no_records(tmp_path):
    (tmp_path / "zeros").write_bytes(bytes(160))
    assert record_file.count_records(tmp_path / "zeros") == (0, False)


def test_what_is_damaged(path):
    data = bytearray(path.read_bytes())
    data[50] ^= 4
    other = "its checksum is another one"
    assert other in record_file.what_is_damaged(path, 3)
    path.write_bytes(data)
    assert record_file.what_is_damaged(path, 3) == "record 3 of 3 is damaged"
