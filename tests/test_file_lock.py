"""Locks keep a second one out, and end with their owner."""

import fcntl
import os
import signal
import subprocess
import sys
import threading

import pytest

from luminet.errors import LuminetError
from luminet.file_lock import exclusive

MESSAGE = "in use by {owner}"


def test_a_second_one_is_refused_and_told_who_the_first_is(tmp_path):
    path = tmp_path / "lock"
    with exclusive(path, MESSAGE):
        told = f"in use by process {os.getpid()} on"
        with pytest.raises(LuminetError, match=told), exclusive(path, MESSAGE):
            pass
    with exclusive(path, MESSAGE):
        pass


def test_an_owner_that_has_not_written_yet_is_waited_for(tmp_path):
    path = tmp_path / "lock"
    with open(path, "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        threading.Timer(0.05, lambda: print("me", file=file, flush=True)).start()
        with (
            pytest.raises(LuminetError, match="in use by me"),
            exclusive(path, MESSAGE),
        ):
            pass


def test_an_owner_that_writes_nothing_is_another_process(tmp_path):
    path = tmp_path / "lock"
    with open(path, "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        told = "in use by another process"
        with pytest.raises(LuminetError, match=told), exclusive(path, MESSAGE):
            pass


def test_a_former_owner_is_forgotten(tmp_path):
    path = tmp_path / "lock"
    with exclusive(path, MESSAGE):
        pass
    assert path.read_text() == ""


def test_it_is_free_after_an_error(tmp_path):
    path = tmp_path / "lock"
    with pytest.raises(ZeroDivisionError), exclusive(path, MESSAGE, remove=True):
        raise ZeroDivisionError
    assert not path.exists()
    with exclusive(path, MESSAGE):
        pass
    assert path.exists()


def test_it_is_free_after_its_owner_was_killed(tmp_path):
    path = tmp_path / "lock"
    code = (
        "import sys, time; from pathlib import Path;"
        "from luminet.file_lock import exclusive\n"
        "with exclusive(Path(sys.argv[1]), ''):\n"
        " print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout.readline() == "held\n"
        with pytest.raises(LuminetError), exclusive(path, MESSAGE):
            pass
        owner.send_signal(signal.SIGKILL)
    with exclusive(path, MESSAGE):
        pass
