"""A conversion that is stopped leaves nothing behind, or nothing that counts."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from luminet.datasets.store import open_store
from luminet.errors import LuminetError
from luminet.file_lock import exclusive
from tests.conversion import convert

CODE = "import sys; from luminet.cli import main; sys.exit(main())"


@pytest.fixture
def many(voc):
    """Enough pictures that there is time to stop."""
    image = None
    for index in range(400):
        voc.add(f"{index:03}", image=image)
    return voc.root


def start(folder, output):
    command = [sys.executable, "-c", CODE, "dataset", "transform", folder]
    command += ["--output-dir", output, "--type", "pascal", "--workers", "2"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def wait_for_part(parent, name):
    """Until the first part of a TFRecord is there."""
    deadline = time.monotonic() + 30
    while not any(parent.glob(f"{name}.partial-*/parts/*")):
        assert time.monotonic() < deadline
        time.sleep(0.002)


def left_over(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != "voc")


@pytest.mark.parametrize(
    "number, status",
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
def test_a_signal_tidies_up(many, tmp_path, number, status):
    with start(many, tmp_path / "out") as process:
        wait_for_part(tmp_path, "out")
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == status
    # The first line is where the terminal shows ^C.
    assert len(errors.strip().splitlines()) == 1
    assert left_over(tmp_path) == []


def test_a_kill_leaves_nothing_that_counts_and_the_next_run_tidies_up(many, tmp_path):
    chance, num_killed, output = random.Random(0), 0, tmp_path / "out"
    for _ in range(4):
        with start(many, output) as process:
            wait_for_part(tmp_path, "out")
            time.sleep(chance.uniform(0, 0.15))
            process.kill()
        if output.exists():  # it was faster than the kill
            open_store(output).verify()
            shutil.rmtree(output)
        else:
            num_killed += 1
            assert any(".partial-" in name for name in left_over(tmp_path))
    assert num_killed
    convert("pascal", many, output, ["train"], num_workers=2)
    assert left_over(tmp_path) == ["out"]
    open_store(output).verify()


def test_a_second_one_into_the_same_folder_is_refused(voc, tmp_path):
    voc.add("a")
    with exclusive(tmp_path / ".out.lock", ""):
        told = f"written by somebody else .process {os.getpid()} on"
        with pytest.raises(LuminetError, match=told):
            convert("pascal", voc.root, tmp_path / "out", ["train"])
    convert("pascal", voc.root, tmp_path / "out", ["train"])
    assert left_over(tmp_path) == ["out"]


def test_a_partial_folder_of_another_name_stays(voc, tmp_path):
    voc.add("a")
    (tmp_path / "out2.partial-x").mkdir()
    convert("pascal", voc.root, tmp_path / "out", ["train"])
    assert left_over(tmp_path) == ["out", "out2.partial-x"]
