"""`--checkpoint accurate`: published detectors by their names."""

import os
import pty
import shutil
import subprocess
import sys

import pytest

from luminet import published
from luminet.checkpoint_files import find
from luminet.cli import main
from luminet.config import load_config
from luminet.errors import InputError
from luminet.published import ALIASES, SOURCES
from tests.cli.test_lumi import draw
from tests.download.file_server import FileServer

ACCURATE = ALIASES["accurate"]
FETCHES = (
    f"`lumi checkpoint import --from torchvision:{ACCURATE}` downloads it (175 MB)"
)
START = """
import sys
from luminet import published
from luminet.cli import main
published.BASE_URL = sys.argv.pop(1)
sys.exit(main())
"""


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUMINET_CACHE", str(tmp_path / "cache"))
    draw(tmp_path / "photo.jpg")
    return tmp_path / "cache"


@pytest.fixture
def imported(cache, tiny_run):
    """Stands for the large model."""
    folder = cache / "checkpoints" / ACCURATE
    return shutil.copytree(tiny_run / "checkpoints" / "best", folder)


def lumi_on_a_terminal(answer, url, *arguments):
    """Run `lumi` where a person could answer; gives the status and stderr."""
    terminal, inside = pty.openpty()
    os.write(terminal, answer)
    command = [sys.executable, "-c", START, url, *arguments]
    process = subprocess.Popen(
        command, stdin=inside, stderr=inside, env={**os.environ, "TERM": "dumb"}
    )
    os.close(inside)
    told = b""
    try:
        while block := os.read(terminal, 1000):
            told += block
    except OSError:
        pass  # What Linux says at the end of a terminal.
    os.close(terminal)
    return process.wait(), told.decode()


def test_names_and_aliases_are_of_what_is_published():
    assert set(ALIASES.values()) <= set(SOURCES)
    assert published.detector_of("accurate") == ACCURATE
    assert published.detector_of(ACCURATE) == ACCURATE
    assert published.detector_of("./accurate") is None


@pytest.mark.parametrize("name", ["accurate", ACCURATE])
def test_an_imported_detector_is_found_by_name(imported, name):
    assert find(name) == imported


def test_a_folder_of_the_same_name_goes_first(imported, tmp_path):
    mine = shutil.copytree(imported, tmp_path / "accurate")
    assert find("accurate").absolute() == mine


def test_prediction_by_an_alias(imported, capfd):
    assert main(["predict", "photo.jpg", "--checkpoint", "accurate"]) == 0
    assert capfd.readouterr().out.startswith('{"file": "photo.jpg"')


@pytest.mark.parametrize("command", [["predict", "photo.jpg"], ["eval"]])
def test_what_is_not_here_is_not_downloaded_where_nobody_answers(cache, capfd, command):
    assert main([*command, "--checkpoint", "accurate"]) == 2
    expected = f"error: accurate: not on this machine yet; {FETCHES}\n"
    assert capfd.readouterr().err == expected


@pytest.mark.parametrize("command", [["predict", "photo.jpg"], ["eval"]])
def test_without_any_model_one_learns_both_ways_to_one(cache, capfd, command):
    assert main(command) == 2
    error = capfd.readouterr().err
    assert error.count("\n") == 1
    assert "`lumi train` makes one, and --checkpoint accurate" in error


def test_whoever_says_no_learns_the_command(cache):
    url = "http://127.0.0.1:9/"
    command = ["predict", "photo.jpg", "--checkpoint", "accurate"]
    status, told = lumi_on_a_terminal(b"n\n", url, *command)
    assert status == 2
    assert f"{ACCURATE} is not here; download 175 MB from the net? [Y/n]" in told
    assert FETCHES in told


def test_whoever_says_yes_starts_a_download(cache, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with FileServer(b"") as server:
        server.script = [404]
        command = ["predict", "photo.jpg", "--checkpoint", "accurate"]
        status, told = lumi_on_a_terminal(b"y\n", f"{server.address}/", *command)
    assert status == 1
    assert server.paths == [f"/{SOURCES[ACCURATE].file}"]
    assert "cannot be downloaded: HTTP 404" in told


def test_a_training_can_begin_with_one(cache, tmp_path):
    config = tmp_path / "mine.yml"
    config.write_text("train: {from_checkpoint: accurate}")
    assert load_config([config])["train"]["from_checkpoint"] == "accurate"


def test_a_library_is_told_the_command(cache):
    with pytest.raises(InputError, match="accurate: not on this machine yet; `lumi"):
        find("accurate")
