"""What comes of a file, and how what broke off is taken up."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from luminet import download
from luminet.download import fetch
from luminet.errors import LuminetError
from tests.download.conftest import CONTENT, NAME, assert_arrived, names
from tests.download.file_server import (
    another_part,
    cut_after,
    in_chunks,
    stall_after,
    without_ranges,
)


def test_progress_goes_up_to_the_whole(url, tmp_path):
    seen = []
    fetch(url, tmp_path, lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, len(CONTENT)) and seen[-1] == (len(CONTENT), len(CONTENT))
    assert len(seen) > 5 and seen == sorted(seen)


def test_what_breaks_off_is_taken_up(server, url, tmp_path):
    server.script = [cut_after(1000), cut_after(500)]
    seen = []
    fetch(url, tmp_path, lambda done, _: seen.append(done))
    assert_arrived(tmp_path)
    assert [request.get("Range") for request in server.requests] == [
        None,
        "bytes=1000-",
        "bytes=1500-",
    ]
    assert seen == sorted(seen)


def test_what_breaks_off_for_good_is_taken_up_by_the_next_call(server, url, tmp_path):
    server.script = [cut_after(1000), cut_after(0), cut_after(0)]
    told = (
        rf"{url}: cannot be downloaded: the connection ended after 1000 of 3000000 "
        "bytes; 1000 bytes are kept for the next time; .* --file` takes one"
    )
    with pytest.raises(LuminetError, match=told):
        fetch(url, tmp_path)
    assert names(tmp_path) == [f"{NAME}.part"]
    fetch(url, tmp_path)
    assert_arrived(tmp_path)
    assert server.requests[-1]["Range"] == "bytes=1000-"


def test_a_process_that_is_killed_has_not_worked_for_nothing(server, url, tmp_path):
    server.script = [stall_after(600_000)]
    code = (
        "import sys; from pathlib import Path; from luminet.download import fetch;"
        "fetch(sys.argv[1], Path(sys.argv[2]), lambda *seen: print(*seen, flush=True))"
    )
    command = [sys.executable, "-c", code, url, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while (line := process.stdout.readline()) != f"524288 {len(CONTENT)}\n":
            assert line
        process.kill()
    assert NAME not in names(tmp_path)
    fetch(url, tmp_path)
    assert_arrived(tmp_path)
    assert server.requests[1]["Range"] == "bytes=524288-"


def test_a_long_download_may_break_off_more_often_than_a_short_one(
    server, url, tmp_path, monkeypatch
):
    monkeypatch.setattr(download, "_STEP", 1000)
    server.script = [cut_after(1000)] * 10
    fetch(url, tmp_path)
    assert_arrived(tmp_path)


def test_a_file_that_changed_meanwhile_is_begun_anew(server, url, tmp_path):
    def change(handler, server):
        cut_after(1000)(handler, server)
        server.content = CONTENT

    server.content = bytes(5000)
    server.script = [change]
    fetch(url, tmp_path)
    assert_arrived(tmp_path)


@pytest.mark.parametrize("answer", [without_ranges, another_part, 416])
def test_a_server_that_cannot_go_on_is_asked_for_all(server, url, tmp_path, answer):
    server.script = [cut_after(1000), answer]
    fetch(url, tmp_path)
    assert_arrived(tmp_path)


@pytest.mark.parametrize("left", [b"x" * 10, b"x" * 4_000_000])
def test_what_does_not_belong_to_the_file_is_fetched_anew(server, url, tmp_path, left):
    (tmp_path / f"{NAME}.part").write_bytes(left)
    fetch(url, tmp_path)
    assert_arrived(tmp_path)
    assert [r.get("Range") for r in server.requests] == [f"bytes={len(left)}-", None]


def test_a_part_that_is_whole_already_is_only_checked(server, url, tmp_path):
    (tmp_path / f"{NAME}.part").write_bytes(CONTENT)
    fetch(url, tmp_path)
    assert_arrived(tmp_path)
    assert len(server.requests) == 1


def test_a_file_of_which_the_server_does_not_say_its_size(server, url, tmp_path):
    server.script = [in_chunks]
    seen = []
    fetch(url, tmp_path, lambda *progress: seen.append(progress))
    assert_arrived(tmp_path)
    assert seen[-1] == (len(CONTENT), None)


def test_a_disk_without_room_is_told_before(url, tmp_path, monkeypatch):
    usage = SimpleNamespace(free=10)
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(LuminetError, match="10 bytes are free, and 3000000 are needed"):
        fetch(url, tmp_path)
    assert NAME not in names(tmp_path)


def test_a_disk_that_fills_up_is_told_and_freed(url, tmp_path):
    code = (
        "import resource, sys; from pathlib import Path;"
        "from luminet.download import fetch;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
        "fetch(sys.argv[1], Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, url, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True).stderr
    assert f"{NAME}.part: File too large; LUMINET_CACHE" in told
    assert names(tmp_path) == []
