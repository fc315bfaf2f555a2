"""Shards: how many, how large, and that nothing depends on who wrote them."""

import hashlib
import json

import pytest
import tensorflow as tf

from luminet.datasets import tfrecord
from luminet.datasets.conversion.shards import ShardWriter
from luminet.datasets.conversion.split_counts import SplitCounts
from luminet.datasets.example import Example
from luminet.datasets.records.framing import frame
from luminet.datasets.store import open_store
from tests.conversion import convert
from tests.voc_folder import xml_annotation, xml_object

BROKEN = xml_annotation(xml_object(box=(30, 6, 11, 20)))


@pytest.fixture
def many(voc):
    """150 pictures to train on, every tenth with a fault; 5 to check with."""
    for index in range(150):
        voc.add(f"{index:03}", BROKEN if index % 10 == 7 else None)
    for index in range(5):
        voc.add(f"v{index}", split="val")
    return voc.root


def names_in(files):
    records = tf.data.TFRecordDataset([str(path) for path in files])
    parsed = records.map(tfrecord.parse).as_numpy_iterator()
    return [record["image_id"].decode() for record in parsed]


def write(folder, output, splits=("train", "val"), **options):
    options = {"on_invalid": "skip", "num_workers": 1} | options
    return convert("pascal", folder, output, [*splits], **options).store


def test_a_split_is_one_file_unless_it_is_large(many, tmp_path):
    store = write(many, tmp_path / "out")
    assert [path.name for path in store.split("train").files] == ["train.tfrecords"]


def test_a_number_of_shards_is_kept(many, tmp_path):
    store = write(many, tmp_path / "out", num_shards=4)
    files = store.split("train").files
    assert [path.name for path in files] == [
        f"train-{index:05}-of-00004.tfrecords" for index in range(4)
    ]
    assert len(store.split("val").files) == 4
    expected = [f"{index:03}" for index in range(150) if index % 10 != 7]
    assert names_in(files) == expected
    store.verify()


def test_no_shard_is_without_pictures(voc, tmp_path):
    voc.add("a")
    voc.add("b", split="val")
    store = write(voc.root, tmp_path / "out", num_shards=9)
    assert [path.name for path in store.split("train").files] == ["train.tfrecords"]


def test_a_shard_is_no_larger_than_it_may_be(many, tmp_path):
    store = write(many, tmp_path / "out", shard_bytes=200_000)
    entries = store.manifest["splits"]["train"]["files"]
    assert len(entries) > 2
    for entry in entries[:-1]:
        # One more picture, of some 8 KB, would be too many.
        assert 200_000 - 9_000 < entry["bytes"] <= 200_000
    expected = [f"{index:03}" for index in range(150) if index % 10 != 7]
    assert names_in(store.split("train").files) == expected


def test_the_manifest_says_what_is_in_each_shard(many, tmp_path):
    store = write(many, tmp_path / "out", num_shards=3)
    split = store.manifest["splits"]["train"]
    for entry in split["files"]:
        data = (tmp_path / "out" / entry["name"]).read_bytes()
        assert entry["bytes"] == len(data)
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
        assert entry["num_records"] == len(names_in([tmp_path / "out" / entry["name"]]))
    assert sum(entry["num_records"] for entry in split["files"]) == 135
    assert split["num_examples"] == split["num_objects"] == 135


def test_a_picture_that_is_larger_is_a_shard_of_its_own(many, tmp_path):
    store = write(many, tmp_path / "out", shard_bytes=1, splits=["val"])
    entries = store.manifest["splits"]["val"]["files"]
    assert [entry["num_records"] for entry in entries] == [1] * 5
    store.verify()


def test_a_shard_may_be_filled_to_the_last_byte(tmp_path):
    records = [frame(b"a" * size) for size in (4, 14, 4, 4)]  # 20 and 30 bytes
    (tmp_path / "part").write_bytes(b"".join(records) + b"left over")
    writer = ShardWriter(tmp_path, "train", max_bytes=50)
    writer.append(tmp_path / "part", 90)
    writer.append(tmp_path / "part", 20)
    assert [entry["bytes"] for entry in writer.close()] == [50, 40, 20]


@pytest.mark.parametrize("options", [{}, {"num_shards": 3}, {"shard_bytes": 300_000}])
def test_bytes_do_not_depend_on_the_number_of_processes(many, tmp_path, options):
    for workers in (1, 3):
        write(many, tmp_path / str(workers), num_workers=workers, **options)
    one, three = tmp_path / "1", tmp_path / "3"
    assert {path.name for path in one.iterdir()} == {p.name for p in three.iterdir()}
    for path in one.iterdir():
        assert path.read_bytes() == (three / path.name).read_bytes()
    lines = (three / "skipped.jsonl").read_text().splitlines()
    assert [json.loads(line)["file"] for line in lines] == [
        f"Annotations/{index:03}.xml" for index in range(7, 150, 10)
    ]


def test_a_missing_shard_is_named(many, tmp_path):
    store = write(many, tmp_path / "out", num_shards=3)
    store.split("train").files[1].unlink()
    with pytest.raises(Exception, match=r"missing: train-00001-of-00003\.tfrecords"):
        open_store(tmp_path / "out")


def test_counts_of_parts_add_up():
    sizes = [(40, 60), (50, 60), (40, 30), (90, 90), (10, 20)]
    examples = [Example("", "", b"", height, width) for height, width in sizes]
    whole, parts = SplitCounts(), [SplitCounts(), SplitCounts()]
    for index, example in enumerate(examples):
        whole.add(example)
        parts[index % 2].add(example)
    parts[0].merge(parts[1])
    assert parts[0].manifest([], []) == whole.manifest([], [])
    assert whole.manifest([], [])["image_height"] == {
        "min": 10,
        "median": 40,
        "max": 90,
    }
    assert whole.manifest([], [])["image_width"] == {"min": 20, "median": 60, "max": 90}


def test_the_median_of_an_even_number_lies_between_two():
    counts = SplitCounts()
    for height in (10, 20, 30, 60):
        counts.add(Example("", "", b"", height, 5))
    assert counts.manifest([], [])["image_height"]["median"] == 25
