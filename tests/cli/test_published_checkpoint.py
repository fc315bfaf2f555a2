"""`--checkpoint accurate`: published detectors by their names."""

import os
import pty
import shutil
import subprocess
import sys

import pytest

from luminet import published
from luminet.checkpoint_files import find
from luminet.cli import main, options
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


@pytest.mark.parametrize("command", ["predict", "inspect"])
def test_without_any_model_one_learns_what_makes_or_fetches_one(cache, capfd, command):
    assert main([command, "photo.jpg"]) == 2
    error = capfd.readouterr().err
    assert error.count("\n") == 1
    assert "`lumi train` makes one; for COCO's 80 classes, " in error
    for alias, name in ALIASES.items():
        assert f"`lumi checkpoint import --from torchvision:{name}` ({alias}, " in error


def test_nothing_is_measured_with_a_published_model_unasked(imported, capfd):
    assert main(["eval"]) == 2
    error = capfd.readouterr().err
    assert error.endswith(
        "`lumi train` makes one; for COCO's 80 classes, --checkpoint accurate is one\n"
    )


@pytest.mark.parametrize(
    "here, used", [(["fast"], "fast"), (["fast", "accurate"], "accurate")]
)
def test_without_a_run_what_was_imported_is_used(cache, capfd, here, used):
    for alias in here:
        published.checkpoint_folder(ALIASES[alias]).mkdir(parents=True)
    found = options.choose_checkpoint(None)
    assert found == published.checkpoint_folder(ALIASES[used])
    expected = f"using the published {ALIASES[used]}, for COCO's 80 classes\n"
    assert capfd.readouterr().err == expected


def test_one_s_own_run_goes_before_what_was_imported(imported, tmp_path):
    mine = tmp_path / "jobs" / "mine"
    shutil.copytree(imported, mine / "checkpoints" / "best")
    assert options.choose_checkpoint(None).absolute() == mine


def test_at_a_terminal_both_are_offered_and_downloaded(cache, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with FileServer(b"") as server:
        server.script = [404]
        command = ["predict", "photo.jpg"]
        url = f"{server.address}/"
        status, told = lumi_on_a_terminal(b"fast\ny\n", url, *command)
    assert status == 1
    assert "for COCO's 80 classes? (accurate, fast) [accurate]: " in told
    assert "download 78 MB from the net? [Y/n]" in told
    assert server.paths == [f"/{SOURCES[ALIASES['fast']].file}"]


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
    again = f"to try again: `lumi checkpoint import --from torchvision:{ACCURATE}`"
    assert again in told


def test_a_training_can_begin_with_one(cache, tmp_path):
    config = tmp_path / "mine.yml"
    config.write_text("train: {from_checkpoint: accurate}")
    assert load_config([config])["train"]["from_checkpoint"] == "accurate"


def test_a_library_is_told_the_command(cache):
    with pytest.raises(InputError, match="accurate: not on this machine yet; `lumi"):
        find("accurate")
