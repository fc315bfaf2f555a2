"""A folder of TFRecords: every way in which it may be incomplete is told."""

import gzip
import json
import shutil

import pytest

from luminet.datasets.records.file import count_records
from luminet.datasets.store import open_store
from luminet.errors import InputError
from tests.conversion import convert


@pytest.fixture
def folder(voc, tmp_path):
    """Three images to train on, one to validate with."""
    for name in ("a", "b", "c"):
        voc.add(name)
    voc.add("d", split="val")
    convert("pascal", voc.root, tmp_path / "store", ["train", "val"])
    return tmp_path / "store"


def refusal(folder):
    with pytest.raises(InputError) as caught:
        open_store(folder)
    return str(caught.value)


def edit_manifest(folder, **changes):
    path = folder / "dataset.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_what_is_in_it(folder):
    store = open_store(folder)
    assert store.class_names == ("dog",)
    assert list(store.splits) == ["train", "val"]
    train = store.split("train")
    assert (train.name, train.num_examples, train.num_objects) == ("train", 3, 3)
    assert train.files == (folder / "train.tfrecords",)
    assert train.class_counts == {"dog": 3}
    store.verify()


def test_hidden_files_do_not_count(folder):
    for name in ("._train.tfrecords", ".train.tfrecords"):
        (folder / name).write_bytes(b"")
    assert list(open_store(folder).splits) == ["train", "val"]


def test_an_unknown_split_names_those_that_there_are(folder):
    with pytest.raises(InputError, match="only train, val; did you mean 'train'?"):
        open_store(folder).split("tain")


def test_a_split_without_images_is_refused(folder):
    manifest = json.loads((folder / "dataset.json").read_text())
    manifest["splits"]["val"]["num_examples"] = 0
    edit_manifest(folder, **manifest)
    with pytest.raises(InputError, match="'val' has no pictures"):
        open_store(folder).split("val")


def test_a_missing_folder(tmp_path):
    assert "no such folder" in refusal(tmp_path / "none")


@pytest.mark.parametrize("name", ["dataset.json", "classes.json"])
def test_without_its_description_it_is_incomplete(folder, name):
    (folder / name).unlink()
    expected = f"{name}: missing, so incomplete; run `lumi dataset transform` again"
    assert expected in refusal(folder)


def test_a_cut_manifest(folder):
    path = folder / "dataset.json"
    path.write_text(path.read_text()[:100])
    assert "dataset.json: not JSON" in refusal(folder)


@pytest.mark.parametrize("changes", [{"splits": 3}, {"splits": {"a": {}}}])
def test_a_manifest_of_something_else(folder, changes):
    edit_manifest(folder, **changes)
    assert "not what luminet wrote" in refusal(folder)


def test_a_manifest_without_a_version(folder):
    (folder / "dataset.json").write_text("[]")
    assert "no `format_version`" in refusal(folder)


def test_a_manifest_of_a_later_version(folder):
    edit_manifest(folder, format_version=9, luminet_version="3.0")
    assert "format 9, made by luminet 3.0; this one reads up to format 1" in refusal(
        folder
    )


def test_changed_class_names(folder):
    (folder / "classes.json").write_text('["cat"]')
    assert "classes.json: changed since it was written" in refusal(folder)


def test_missing_and_extra_files(folder):
    (folder / "val.tfrecords").rename(folder / "test.tfrecords")
    message = refusal(folder)
    assert "missing: val.tfrecords; not listed: test.tfrecords" in message


def cut(size):
    return lambda data: data[:size] if size > 0 else data[: len(data) + size]


@pytest.mark.parametrize(
    "spoil, reason",
    [
        pytest.param(cut(-5), "record 3 of 3 is cut", id="in a record"),
        pytest.param(
            lambda data: data[: 2 * len(data) // 3], "only 2 of 3", id="between"
        ),
        pytest.param(cut(5), "no whole record", id="in the first length"),
        pytest.param(lambda data: data + b"junk", "something follows", id="junk"),
        pytest.param(lambda data: data + data, "something follows", id="twice"),
        pytest.param(gzip.compress, "is this a TFRecord?", id="gzip"),
        pytest.param(lambda _: b"", "is this a TFRecord?", id="empty"),
    ],
)
def test_a_file_of_another_size(folder, spoil, reason):
    path = folder / "train.tfrecords"
    path.write_bytes(spoil(path.read_bytes()))
    message = refusal(folder)
    assert message.startswith(str(path))
    assert reason in message


def test_verify_finds_a_flipped_bit(folder):
    path = folder / "train.tfrecords"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"train\.tfrecords: record 2 of 3 is damaged"):
        open_store(folder).verify()


def test_verify_finds_a_file_of_another_data_set(folder, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    path = folder / "train.tfrecords"
    data = path.read_bytes()
    third = len(data) // 3
    path.write_bytes(data[third:] + data[:third])
    with pytest.raises(InputError, match="its checksum is another one"):
        open_store(folder).verify()
    open_store(other).verify()


def test_count_records(folder, tmp_path):
    assert count_records(folder / "train.tfrecords") == (3, True)
    (tmp_path / "zeros").write_bytes(bytes(10))
    assert count_records(tmp_path / "zeros") == (0, False)
