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


@pytest.mark.parametrize(
    "given, meant",
    [
        (NAME, f"torchvision:{NAME}"),
        (
            "torchvison:fasterrcnn_resnet50_fpn_v2",
            "torchvision:fasterrcnn_resnet50_fpn_v2",
        ),
        ("fast", "torchvision:fasterrcnn_mobilenet_v3_large_320_fpn"),
    ],
)
def test_a_near_name_is_offered(capfd, given, meant):
    assert main(["checkpoint", "import", "--from", given]) == 2
    assert (
        f"'{given}' is no detector; did you mean '{meant}'?" in capfd.readouterr().err
    )


def test_all_names_are_offered_where_none_is_near(capfd):
    assert main(["checkpoint", "import", "--from", "zork"]) == 2
    error = capfd.readouterr().err
    assert all(f"torchvision:{name}" in error for name in SOURCES)


@pytest.mark.parametrize(
    "text, message",
    [
        ("cat\ndog\ncat\n", "names.txt:3: 'cat' is there twice"),
        ("cat\n\ndog\n", "names.txt:2: '' is empty"),
        ("\n", "names.txt: is empty"),
        ("caf\udce9", "names.txt: not text in UTF-8"),
        ("cat\ndog\x07\n", "names.txt:2: 'dog\\x07' has a character"),
        ("\ufeffcat\ncat\n", "names.txt:2: 'cat' is there twice"),
    ],
)
def test_names_of_classes_that_are_none(tmp_path, capfd, text, message):
    file = tmp_path / "names.txt"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert main([*IMPORT, "--file", "w.pth", "--classes", str(file)]) == 2
    assert message in capfd.readouterr().err


def test_the_published_weights_have_their_own_classes(capfd):
    assert main([*IMPORT, "--classes", "names.txt"]) == 2
    assert "--classes: is for the weights in a --file" in capfd.readouterr().err


def test_import_of_a_file_prints_the_folder(cache, monkeypatch, capfd):
    calls = []
    monkeypatch.setattr(
        torchvision_import,
        "import_checkpoint",
        lambda *args: calls.append(args) or Path("made"),
    )
    assert main([*IMPORT, "--file", "w.pth"]) == 0
    assert capfd.readouterr().out == "made\n"
    assert calls == [(NAME, Path("w.pth"), None, None, None)]


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
