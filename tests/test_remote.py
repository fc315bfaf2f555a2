"""Remote folders, on TensorFlow's file system in memory: the same code as for gs://."""

import pytest
import tensorflow as tf

from luminet.cli import main
from luminet.datasets.output_folder import check_apart
from luminet.datasets.pipeline import evaluation_batches
from luminet.datasets.store import open_store
from luminet.datasets.transforms import Resize
from luminet.errors import InputError, LuminetError
from luminet.remote import RemotePath, any_path, is_remote, local_copy, upload
from tests.conversion import convert
from tests.voc_folder import VOCFolder


@pytest.fixture
def voc(tmp_path):
    return VOCFolder(tmp_path / "voc")


@pytest.fixture
def bucket():
    """A folder of its own in memory."""
    url = "ram://bucket"
    if tf.io.gfile.exists(url):
        tf.io.gfile.rmtree(url)
    tf.io.gfile.makedirs(f"{url}/voc/inside")
    write(f"{url}/voc/a.txt", b"first")
    write(f"{url}/voc/inside/b.txt", b"second")
    return RemotePath(url)


def write(url, data):
    with tf.io.gfile.GFile(url, "wb") as file:
        file.write(data)


@pytest.mark.parametrize(
    "text, remote",
    [("gs://b/x", True), ("ram://x", True), ("/a/b", False), ("C:x", False)],
)
def test_what_is_remote(text, remote):
    assert is_remote(text) == remote
    assert str(any_path(text)) == text


def test_paths_go_together():
    path = RemotePath("gs://bucket//a/./b/") / "c.txt"
    assert (str(path), path.name) == ("gs://bucket/a/b/c.txt", "c.txt")


def test_what_is_there(bucket):
    assert bucket.exists() and bucket.is_dir()
    assert not (bucket / "none").exists()
    assert sorted(map(str, (bucket / "voc").files())) == [
        "ram://bucket/voc/a.txt",
        "ram://bucket/voc/inside/b.txt",
    ]
    assert [path.name for path in (bucket / "voc").glob("*.txt")] == ["a.txt"]
    assert (bucket / "voc" / "a.txt").stat().st_size == 5
    assert (bucket / "voc" / "a.txt").read_bytes() == b"first"
    with pytest.raises(FileNotFoundError):
        (bucket / "voc" / "z.txt").read_bytes()


def test_a_folder_is_copied_and_the_copy_removed(bucket):
    with local_copy(bucket / "voc") as folder:
        assert folder.name == "voc"
        assert (folder / "a.txt").read_bytes() == b"first"
        assert (folder / "inside" / "b.txt").read_bytes() == b"second"
    assert not folder.exists()


def test_a_folder_of_this_machine_is_itself(tmp_path):
    with local_copy(tmp_path) as folder:
        assert folder == tmp_path
    assert tmp_path.exists()


def test_a_missing_folder_is_told(bucket):
    told = pytest.raises(LuminetError, match="ram://bucket/none: ")
    with told, local_copy(bucket / "none"):
        pass


def test_what_is_uploaded_replaces_what_was_there(bucket, tmp_path):
    (tmp_path / "new.bin").write_bytes(b"new")
    (tmp_path / "list.json").write_bytes(b"{}")
    for _ in range(2):
        upload(tmp_path, bucket / "out", last="list.json")
        write("ram://bucket/out/stale.bin", b"old")
    upload(tmp_path, bucket / "out", last="list.json")
    names = sorted(path.name for path in (bucket / "out").files())
    assert names == ["list.json", "new.bin"]
    assert (bucket / "out" / "new.bin").read_bytes() == b"new"


def test_folders_in_a_folder_are_uploaded(bucket, tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("a/x.txt", "a/b/x.txt", "x.txt"):
        (tmp_path / name).write_text(name)
    tf.io.gfile.makedirs("ram://bucket/out/a")
    write("ram://bucket/out/a/old.txt", b"old")
    upload(tmp_path, bucket / "out", last="x.txt")
    found = {str(path): path.read_bytes() for path in (bucket / "out").files()}
    assert found == {
        f"ram://bucket/out/{name}": name.encode()
        for name in ("a/x.txt", "a/b/x.txt", "x.txt")
    }


def test_a_failed_upload_leaves_nothing_that_counts(bucket, tmp_path, monkeypatch):
    (tmp_path / "new.bin").write_bytes(b"new")
    (tmp_path / "list.json").write_bytes(b"{}")
    upload(tmp_path, bucket / "out", last="list.json")

    def fail(path, mode):
        raise tf.errors.UnavailableError(None, None, "no network\nno more")

    monkeypatch.setattr(RemotePath, "open", fail)
    with pytest.raises(
        LuminetError, match="bucket/out: cannot be reached: no network$"
    ):
        upload(tmp_path, bucket / "out", last="list.json")
    assert not (bucket / "out" / "list.json").exists()


def test_a_data_set_goes_from_bucket_to_bucket(bucket, voc, capsys):
    """Pictures there become TFRecords there, which are read there."""
    for name in ("a", "b"):
        voc.add(name)
    for path in voc.root.rglob("*.*"):
        place = f"{bucket}/pictures/{path.relative_to(voc.root)}"
        tf.io.gfile.makedirs(place.rpartition("/")[0])
        write(place, path.read_bytes())
    command = ["dataset", "transform", f"{bucket}/pictures", "--type", "pascal"]
    command += ["--output-dir", f"{bucket}/store"]
    assert main(command) == 0
    assert "wrote 2 of 2 images" in capsys.readouterr().out
    store = open_store(f"{bucket}/store")
    store.verify()
    batches = evaluation_batches(store.split("train"), Resize(40, 60))
    assert [batch["image_id"].numpy()[0] for batch in batches] == [b"a", b"b"]
    assert main(command) == 2
    assert "store: exists" in capsys.readouterr().err
    assert main([*command, "--overwrite"]) == 0


def test_a_damaged_remote_shard_is_named(bucket, voc):
    voc.add("a")
    store = convert("pascal", voc.root, f"{bucket}/store", ["train"]).store
    path = store.split("train").files[0]
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.remove()
    write(str(path), bytes(data))
    with pytest.raises(InputError, match="train.tfrecords: record 1 of 1 is damaged"):
        open_store(f"{bucket}/store").verify()


def test_an_output_is_not_written_into_the_remote_input(bucket, voc):
    voc.add("a")
    with pytest.raises(InputError, match="lies in the data set that is read"):
        check_apart(bucket / "voc" / "out", bucket / "voc")
    check_apart(bucket / "out", bucket / "voc")
    check_apart(bucket / "out", voc.root)
