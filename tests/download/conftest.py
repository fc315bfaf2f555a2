"""A server on this machine, and the address of a file on it."""

import hashlib
import random

import pytest

from luminet import download
from tests.download.file_server import FileServer

CONTENT = random.Random(0).randbytes(3_000_000)
CHECKSUM = hashlib.sha256(CONTENT).hexdigest()[:8]
NAME = f"weights-{CHECKSUM}.pth"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """No pauses, but two new attempts; the fixture's value is what was slept."""
    slept = []
    monkeypatch.setattr(download, "_PAUSES", (0.0, 0.001))
    monkeypatch.setattr(download.time, "sleep", slept.append)
    return slept


@pytest.fixture
def server():
    with FileServer(CONTENT) as server:
        yield server


@pytest.fixture
def url(server):
    return f"{server.address}/models/{NAME}"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def assert_arrived(folder):
    """The file is there, whole, and nothing else."""
    assert names(folder) == [NAME]
    assert (folder / NAME).read_bytes() == CONTENT
