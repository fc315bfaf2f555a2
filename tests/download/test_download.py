"""Files from a server on this machine: whole, or not at all."""

import hashlib
import os
import threading

import pytest

from luminet.cache import cache_folder
from luminet.download import fetch
from luminet.errors import LuminetError
from tests.download.conftest import CHECKSUM, CONTENT, NAME, assert_arrived, names
from tests.download.file_server import whole


def test_a_file_arrives(server, url, tmp_path):
    assert fetch(url, tmp_path) == tmp_path / NAME
    assert_arrived(tmp_path)
    assert server.paths == [f"/models/{NAME}"]
    assert server.requests[0]["User-Agent"].startswith("luminet/")


def test_a_file_that_is_there_is_not_asked_for(server, url, tmp_path):
    fetch(url, tmp_path)
    fetch(url, tmp_path)
    assert len(server.requests) == 1


def test_a_file_that_was_damaged_later_is_fetched_again(url, tmp_path):
    (tmp_path / NAME).write_bytes(CONTENT[:-1])
    fetch(url, tmp_path)
    assert_arrived(tmp_path)


def test_another_file_than_its_name_says_is_removed_and_told(server, url, tmp_path):
    server.content = CONTENT[::-1]
    found = hashlib.sha256(CONTENT[::-1]).hexdigest()[:8]
    told = f"{url}: damaged .* begins with {found}, not with {CHECKSUM}; it was removed"
    with pytest.raises(LuminetError, match=told):
        fetch(url, tmp_path)
    assert names(tmp_path) == []
    server.content = CONTENT
    fetch(url, tmp_path)
    assert_arrived(tmp_path)


def test_a_folder_that_cannot_be_made_is_told(url, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LuminetError, match="Not a directory; LUMINET_CACHE can be"):
        fetch(url, tmp_path / "file" / "folder")


def test_two_at_once_fetch_it_once(server, url, tmp_path, capsys, monkeypatch):
    monkeypatch.undo()
    server.script = [slowly]
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(fetch(url, tmp_path)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [tmp_path / NAME] * 3 and len(server.requests) == 1
    assert_arrived(tmp_path)
    assert f"waiting for process {os.getpid()} on" in capsys.readouterr().err


@pytest.mark.parametrize(
    "variables, expected",
    [
        ({"LUMINET_CACHE": "/mine", "XDG_CACHE_HOME": "/other"}, "/mine"),
        ({"LUMINET_CACHE": "~/mine"}, "/home/me/mine"),
        ({"XDG_CACHE_HOME": "/other"}, "/other/luminet"),
        ({"XDG_CACHE_HOME": "relative"}, "/home/me/.cache/luminet"),
        ({}, "/home/me/.cache/luminet"),
    ],
)
def test_where_files_go(monkeypatch, variables, expected):
    for name in ("LUMINET_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": "/home/me", **variables}.items():
        monkeypatch.setenv(name, value)
    assert str(cache_folder()) == expected


def slowly(handler, server):
    threading.Event().wait(0.5)
    whole(handler, server)
