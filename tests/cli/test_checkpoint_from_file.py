"""`lumi checkpoint import --file`, with real files, and predictions after it."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from luminet import checkpoints
from luminet.cli import main
from tests.cli.test_lumi import draw
from tests.torchvision_detector import make_state

NAME = "fasterrcnn_mobilenet_v3_large_320_fpn"
IMPORT = ["checkpoint", "import", "--from", f"torchvision:{NAME}", "--file"]
HEAD = "roi_heads.box_predictor"
NAMES = ("ant", "bee", "cat", "dog", "eel")


@pytest.fixture(scope="module")
def state():
    """Weights by torchvision's names, for COCO's classes."""
    return make_state("mobilenet_v3_large_320_fpn")


@pytest.fixture(scope="module")
def other_state(state):
    """The same, trained on for five other classes."""
    layers = {f"{HEAD}.cls_score": 6, f"{HEAD}.bbox_pred": 24}
    cut = {
        f"{layer}.{kind}": state[f"{layer}.{kind}"][-count:]
        for layer, count in layers.items()
        for kind in ("weight", "bias")
    }
    return {**state, **cut}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.txt").write_text("\n".join(NAMES) + "\n")


def write(state):
    arrays = {name: np.ascontiguousarray(value) for name, value in state.items()}
    save_file(arrays, "mine.safetensors")


def labels(capfd):
    """Of what the imported detector finds on a picture."""
    draw(Path("photo.png"))
    command = ["predict", "photo.png", "--checkpoint", NAME, "--min-prob", "0"]
    assert main(command) == 0
    (line,) = capfd.readouterr().out.splitlines()
    return {found["label"] for found in json.loads(line)["objects"]}


def test_coco_s_detector_is_imported_and_predicts(state, capfd):
    write(state)
    assert main([*IMPORT, "mine.safetensors"]) == 0
    assert capfd.readouterr() == (f"{NAME}\n", "")
    assert labels(capfd)


def test_a_detector_of_other_classes_is_imported_and_predicts(other_state, capfd):
    write(other_state)
    assert main([*IMPORT, "mine.safetensors", "--classes", "names.txt"]) == 0
    loaded = checkpoints.load(NAME)
    assert loaded.class_names == NAMES
    # The background is first there, and last here.
    logits = loaded.model.rcnn.head.class_logits
    expected = other_state[f"{HEAD}.cls_score.bias"][[1, 2, 3, 4, 5, 0]]
    np.testing.assert_array_equal(logits.bias, expected)
    boxes = loaded.model.rcnn.head.box_deltas
    expected = other_state[f"{HEAD}.bbox_pred.bias"][4:].reshape(5, 4)[:, [1, 0, 3, 2]]
    np.testing.assert_array_equal(boxes.bias, expected.ravel())
    capfd.readouterr()
    assert labels(capfd) <= {*NAMES}


@pytest.mark.parametrize(
    "options, message",
    [
        ([], "has the background and 5 classes, not COCO's; --classes takes a file"),
        (["--classes", "few.txt"], "and 5 classes; --classes names 1"),
    ],
)
def test_as_many_classes_as_names_must_be_there(other_state, capfd, options, message):
    write(other_state)
    Path("few.txt").write_text("ant")
    assert main([*IMPORT, "mine.safetensors", *options]) == 2
    error = capfd.readouterr().err
    assert message in error and error.count("\n") == 1
