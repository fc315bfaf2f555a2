"""`lumi checkpoint`, from the outside."""

import hashlib
from pathlib import Path

import pytest

from luminet import checkpoint_files, published, torch_file, torchvision_import
from luminet.checkpoint_files import read_metadata
from luminet.cli import main
from luminet.cli.checkpoint import import_
from luminet.cli.checkpoint.fetch import fetch_checkpoint
from luminet.published import SOURCES, Source
from tests import oracle
from tests.download.file_server import FileServer

NAME = "fasterrcnn_resnet50_fpn"
IMPORT = ["checkpoint", "import", "--from", f"torchvision:{NAME}"]
SMALL_FILE = Path(oracle.__file__).with_name("torch_file_zip.pth")
WEIGHTS = b"stands for weights"
FILE = f"weights-{hashlib.sha256(WEIGHTS).hexdigest()[:8]}.pth"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUMINET_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def server(monkeypatch):
    """Has the published file, if it were this small."""
    monkeypatch.setenv("no_proxy", "*")
    with FileServer(WEIGHTS) as server:
        monkeypatch.setattr(published, "BASE_URL", f"{server.address}/")
        config = SOURCES[NAME].config
        monkeypatch.setitem(SOURCES, NAME, Source(config, FILE, 0.0, 1))
        yield server


@pytest.fixture
def state(monkeypatch, torchvision_state):
    """What the file would hold."""
    monkeypatch.setattr(torch_file, "read_state", lambda path: torchvision_state)


def test_the_command_offers_what_can_be_imported():
    (choices,) = (option.type.choices for option in import_.params[:1])
    assert [*choices] == [f"torchvision:{name}" for name in SOURCES]


def test_published_weights_are_downloaded_and_found_by_name(
    server, cache, state, capfd
):
    assert main(IMPORT) == 0
    folder = cache / "checkpoints" / NAME
    told = capfd.readouterr()
    assert told.out == f"{folder}\n"
    assert told.err == f"downloading {server.address}/{FILE}\n"
    assert (cache / "downloads" / FILE).read_bytes() == WEIGHTS
    assert published.is_here(NAME)
    assert main(IMPORT) == 0
    assert capfd.readouterr() == (f"{folder}\n", "it is there already\n")
    (folder / "classes.json").write_text("[]")
    assert main(IMPORT) == 0
    assert "damaged, its checksum" in capfd.readouterr().err
    checkpoint_files.check_files(folder, read_metadata(folder)["sha256"])
    assert len(server.requests) == 1


def test_what_is_missing_is_fetched_once(server, cache, monkeypatch):
    imported = []

    def import_checkpoint(name, file):
        imported.append((name, file.read_bytes()))
        published.checkpoint_folder(name).mkdir(parents=True)
        return published.checkpoint_folder(name)

    monkeypatch.setattr(torchvision_import, "import_checkpoint", import_checkpoint)
    assert fetch_checkpoint(NAME) == fetch_checkpoint(NAME)
    assert fetch_checkpoint(NAME) == cache / "checkpoints" / NAME
    assert imported == [(NAME, WEIGHTS)]


@pytest.mark.parametrize(
    "script, message",
    [([404], "cannot be downloaded: HTTP 404"), ([204], "without the file")],
)
def test_a_download_that_fails_is_one_line(server, cache, capfd, script, message):
    server.script = script
    assert main(IMPORT) == 1
    error = capfd.readouterr().err
    assert message in error and error.count("\n") == 1
    assert not (cache / "checkpoints").exists()


def test_import_of_a_file_prints_the_folder(cache, monkeypatch, capfd):
    calls = []
    monkeypatch.setattr(
        torchvision_import,
        "import_checkpoint",
        lambda *args: calls.append(args) or Path("made"),
    )
    assert main([*IMPORT, "--file", "w.pth"]) == 0
    assert capfd.readouterr().out == "made\n"
    assert calls == [(NAME, Path("w.pth"), None, None)]


@pytest.mark.parametrize(
    "file, message",
    [("none.pth", "none.pth: No such file"), (SMALL_FILE, "not the weights of")],
)
def test_a_file_that_does_not_fit_is_one_line(tmp_path, capfd, file, message):
    status = main(
        [*IMPORT, "--file", str(file), "--output-dir", str(tmp_path / "made")]
    )
    error = capfd.readouterr().err
    assert status == 2
    assert message in error
    assert error.count("\n") == 1
    assert not (tmp_path / "made").exists()
