"""Files and folders that appear complete or not at all."""

import os
import signal
import subprocess
import sys

import pytest

from luminet import atomic


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_file_appears_when_the_block_ends(tmp_path):
    path = tmp_path / "a.txt"
    with atomic.open_file(path) as file:
        file.write("ü\n")
        assert not path.exists()
    assert path.read_bytes() == "ü\n".encode()
    assert names(tmp_path) == ["a.txt"]


def test_file_of_bytes(tmp_path):
    with atomic.open_file(tmp_path / "a", "wb") as file:
        file.write(b"\0\xff")
    assert (tmp_path / "a").read_bytes() == b"\0\xff"


def test_missing_parents_are_made(tmp_path):
    with atomic.open_file(tmp_path / "x" / "y" / "a.txt") as file:
        file.write("1")
    assert (tmp_path / "x" / "y" / "a.txt").read_text() == "1"


def test_old_file_stays_until_the_end(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with atomic.open_file(path) as file:
        file.write("new")
        file.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"


@pytest.mark.parametrize("old", [None, "old"])
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_error_leaves_what_was_there(tmp_path, old, error):
    path = tmp_path / "a.txt"
    if old:
        path.write_text(old)
    with pytest.raises(error), atomic.open_file(path) as file:
        file.write("new")
        raise error
    assert names(tmp_path) == (["a.txt"] if old else [])
    assert not old or path.read_text() == "old"


def test_link_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "real" / "a.txt")
    with atomic.open_file(link) as file:
        file.write("new")
    assert link.is_symlink()
    assert (tmp_path / "real" / "a.txt").read_text() == "new"


def test_device_is_written_to_and_not_replaced(tmp_path):
    device = tmp_path / "null"
    device.symlink_to("/dev/null")
    with atomic.open_file(device) as file:
        file.write("gone")
    assert device.is_char_device()
    assert names(tmp_path) == ["null"]


def test_full_device_is_an_error():
    with (
        pytest.raises(OSError, match="No space"),
        atomic.open_file("/dev/full") as file,
    ):
        file.write("x")


def test_folder_is_no_file(tmp_path):
    with pytest.raises(IsADirectoryError), atomic.open_file(tmp_path):
        pass


def fill(folder, text):
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "a.txt").write_text(text)


def content(folder):
    return (folder / "inner" / "a.txt").read_text()


def test_folder_appears_when_the_block_ends(tmp_path):
    path = tmp_path / "data"
    with atomic.new_folder(path) as folder:
        fill(folder, "new")
        assert not path.exists()
    assert content(path) == "new"
    assert names(tmp_path) == ["data"]


def test_folder_is_open_to_others_as_mkdir_makes_it(tmp_path):
    with atomic.new_folder(tmp_path / "data"):
        pass
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o755


def test_folder_that_is_there_is_kept(tmp_path):
    path = tmp_path / "data"
    path.mkdir()
    with pytest.raises(FileExistsError, match="exists: "), atomic.new_folder(path):
        pass
    assert names(tmp_path) == ["data"]


def test_file_is_never_replaced_by_a_folder(tmp_path):
    path = tmp_path / "data"
    path.write_text("old")
    with pytest.raises(FileExistsError), atomic.new_folder(path, overwrite=True):
        pass
    assert path.read_text() == "old"


@pytest.fixture(params=["in one step", "in two"])
def swap(request, monkeypatch):
    """Both ways to replace a folder: not every file system can swap two names."""
    if request.param == "in two":
        monkeypatch.setattr(atomic, "_exchange", lambda *_: False)


def test_old_folder_stays_until_the_end(tmp_path, swap):
    path = tmp_path / "data"
    fill(path, "old")
    with atomic.new_folder(path, overwrite=True) as folder:
        fill(folder, "new")
        assert content(path) == "old"
    assert content(path) == "new"
    assert names(tmp_path) == ["data"]


def test_names_are_swapped_in_one_step_on_linux(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    fill(first, "1")
    fill(second, "2")
    is_linux = sys.platform.startswith("linux")
    assert atomic._exchange(first, second) == is_linux
    assert content(first) == ("2" if is_linux else "1")


@pytest.mark.parametrize("overwrite", [False, True])
def test_an_error_leaves_the_folder_that_was_there(tmp_path, overwrite):
    path = tmp_path / "data"
    if overwrite:
        fill(path, "old")
    with pytest.raises(RuntimeError), atomic.new_folder(path, overwrite) as folder:
        fill(folder, "new")
        raise RuntimeError
    assert names(tmp_path) == (["data"] if overwrite else [])
    assert not overwrite or content(path) == "old"


def test_an_error_at_the_last_moment_brings_the_old_folder_back(tmp_path, monkeypatch):
    path = tmp_path / "data"
    fill(path, "old")
    rename, calls = os.rename, []

    def second_fails(*paths):
        calls.append(paths)
        if len(calls) == 2:
            raise OSError("disk on fire")
        rename(*paths)

    monkeypatch.setattr(atomic, "_exchange", lambda *_: False)
    monkeypatch.setattr(os, "rename", second_fails)
    replacing = atomic.new_folder(path, overwrite=True)
    with pytest.raises(OSError, match="fire"), replacing as folder:
        fill(folder, "new")
    assert content(path) == "old"
    assert names(tmp_path) == ["data"]


WRITER = """
import sys
from pathlib import Path
from luminet import atomic
path = Path(sys.argv[2])
if sys.argv[1] == "file":
    with atomic.open_file(path) as file:
        file.write("new" * 9999)
        file.flush()
        print("in the middle", flush=True)
        sys.stdin.read()
with atomic.new_folder(path, overwrite=True) as folder:
    (folder / "a.txt").write_text("new")
    print("in the middle", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def killed_writer(tmp_path):
    """A process that is killed by SIGKILL in the middle of writing `tmp_path / out`."""

    def run(kind):
        command = [sys.executable, "-c", WRITER, kind, str(tmp_path / "out")]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(command, **pipes) as process:
            process.stdout.readline()
            process.kill()
        assert process.returncode == -signal.SIGKILL

    return run


def test_kill_leaves_the_old_file(tmp_path, killed_writer):
    (tmp_path / "out").write_text("old")
    killed_writer("file")
    assert (tmp_path / "out").read_text() == "old"


def test_kill_leaves_the_old_folder(tmp_path, killed_writer):
    fill(tmp_path / "out", "old")
    killed_writer("folder")
    assert content(tmp_path / "out") == "old"


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_a_kill_left_is_swept(tmp_path, killed_writer, kind):
    killed_writer(kind)
    assert names(tmp_path) != []
    atomic.sweep(tmp_path)
    assert names(tmp_path) == []


def test_sweeping_spares_all_else(tmp_path):
    (tmp_path / "partial").mkdir()
    (tmp_path / "a.txt").write_text("1")
    atomic.sweep(tmp_path)
    assert names(tmp_path) == ["a.txt", "partial"]


def test_everything_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    """A power cut between rename and flush would leave an empty file under the name."""
    events = []
    monkeypatch.setattr(atomic, "sync", lambda path: events.append(path.name))
    monkeypatch.setattr(atomic, "_take_place", lambda *_: events.append("rename"))
    with atomic.new_folder(tmp_path / "data") as folder:
        fill(folder, "new")
    assert events == ["inner", "a.txt", folder.name, "rename", tmp_path.name]
