"""`lumi checkpoint list` and `info`."""

import json
import shutil
import subprocess
import sys

import pytest
import yaml

from luminet import checkpoints
from luminet.checkpoint_files import find, read_metadata
from luminet.cli import main
from luminet.published import ALIASES, SOURCES
from tests.tiny_data import CLASS_NAMES

ACCURATE = ALIASES["accurate"]


@pytest.fixture
def run(tiny_run, tmp_path, monkeypatch):
    """A run in ./jobs, which may be spoilt; nothing is imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUMINET_CACHE", str(tmp_path / "cache"))
    return shutil.copytree(tiny_run, tmp_path / "jobs" / "mine")


def test_list_names_runs_and_what_was_imported(run, tmp_path, capfd):
    imported = tmp_path / "cache" / "checkpoints" / ACCURATE
    shutil.copytree(run / "checkpoints" / "best", imported)
    (tmp_path / "jobs" / "begun").mkdir()
    assert main(["checkpoint", "list"]) == 0
    lines = [line.split() for line in capfd.readouterr().out.splitlines()]
    assert lines[0] == ["checkpoint", "model", "classes", "step", "AP", "id"]
    assert [line[0] for line in lines[1:]] == ["jobs/mine", ACCURATE]
    id_ = read_metadata(imported)["id"]
    assert lines[1][1:] == ["faster_rcnn", "mobilenet", "2", "12", "0.250", id_]


def test_list_names_the_options_of_a_model(run, capfd):
    config = run / "checkpoints" / "best" / "config.yml"
    settings = yaml.safe_load(config.read_text())
    settings["model"]["fpn"]["enabled"] = True
    config.write_text(yaml.safe_dump(settings))
    assert main(["checkpoint", "list"]) == 0
    assert "faster_rcnn mobilenet fpn  " in capfd.readouterr().out


def test_list_says_what_could_be_imported(run, capfd):
    assert main(["checkpoint", "list"]) == 0
    told = capfd.readouterr().err.splitlines()
    assert len(told) == len(SOURCES)
    assert f"{ACCURATE} (accurate); `lumi checkpoint import --from torch" in "".join(
        told
    )


def test_list_warns_of_a_damaged_one_and_goes_on(run, capfd):
    second = shutil.copytree(run, run.with_name("second"))
    (run / "checkpoints" / "best" / "metadata.json").write_text("{}")
    assert main(["checkpoint", "list"]) == 0
    told = capfd.readouterr()
    assert "warning: jobs/mine/checkpoints/best/metadata.json: not what" in told.err
    assert f"jobs/{second.name}" in told.out


def test_info_says_where_a_checkpoint_comes_from(run, capfd):
    folder = run / "checkpoints" / "best"
    loaded = checkpoints.load(folder)
    about = {"source": "https://there/w.pth", "license": "BSD-3-Clause"}
    metrics = {"AP": 0.25, "APs": None, "num_images": 4, "per_class": {"cat": {}}}
    checkpoints.save(
        folder, loaded.model, loaded.config, CLASS_NAMES, 12, metrics, about
    )
    assert main(["checkpoint", "info", "jobs/mine"]) == 0
    lines = capfd.readouterr().out.splitlines()
    told = {line[:10].strip(): line[10:] for line in lines}
    assert told["folder"] == "jobs/mine/checkpoints/best"
    assert told["classes"] == f"2: {', '.join(CLASS_NAMES)}"
    assert told["metrics"] == "AP 0.2500, num_images 4"
    assert told["source"] == "https://there/w.pth"
    assert told["license"] == "BSD-3-Clause"


def test_a_checkpoint_is_known_by_its_id(run, capfd):
    id_ = read_metadata(run / "checkpoints" / "best")["id"]
    assert main(["checkpoint", "info", id_]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert "folder    jobs/mine/checkpoints/best" in lines
    assert f"id        {id_}" in lines


def test_an_id_that_nothing_here_has(run, capfd):
    (run / "checkpoints" / "best" / "metadata.json").write_text("{}")
    assert main(["checkpoint", "info", "0123456789ab"]) == 2
    assert "0123456789ab: no checkpoint there" in capfd.readouterr().err


def test_an_imported_checkpoint_is_known_by_its_id(run, tmp_path):
    imported = tmp_path / "cache" / "checkpoints" / ACCURATE
    shutil.move(run / "checkpoints" / "best", imported)
    assert find(read_metadata(imported)["id"]) == imported


def test_info_for_programs(run, capfd):
    assert main(["checkpoint", "info", "jobs/mine", "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["classes"] == list(CLASS_NAMES)
    assert told["step"] == 12 and told["bytes"] > 1000


def test_info_finds_damage(run, capfd):
    weights = run / "checkpoints" / "best" / "model.weights.h5"
    weights.write_bytes(weights.read_bytes()[:-1])
    assert main(["checkpoint", "info", "jobs/mine"]) == 2
    told = capfd.readouterr()
    assert "model.weights.h5: damaged" in told.err and not told.out


@pytest.mark.parametrize("command", [["list"], ["info", "jobs/mine"]])
def test_neither_needs_tensorflow(run, command):
    code = (
        "import sys; from luminet.cli import main; main(sys.argv[1:]);"
        "print({'tensorflow', 'keras', 'numpy'} & sys.modules.keys())"
    )
    process = subprocess.run(
        [sys.executable, "-c", code, "checkpoint", *command],
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout.splitlines()[-1] == "set()"
