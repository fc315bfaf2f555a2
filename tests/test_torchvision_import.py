"""A checkpoint made of torchvision's weights."""

import numpy as np
import pytest

from luminet import checkpoints, torch_file, torchvision_import
from luminet.coco_classes import COCO_CLASSES
from luminet.errors import InputError
from luminet.published import SOURCES
from luminet.torchvision_import import import_checkpoint
from tests.oracle.detector_inputs import COCO_LABELS, draw_picture

NAME = "fasterrcnn_resnet50_fpn"


@pytest.fixture
def weights_file(tmp_path, monkeypatch, torchvision_state):
    """Stands for the large file that PyTorch would have written of the weights."""
    file = tmp_path / "mine.pth"
    file.write_bytes(b"weights")
    monkeypatch.setattr(torch_file, "read_state", lambda path: torchvision_state)
    return file


def test_classes_are_those_of_coco_without_the_numbers_that_it_skips():
    assert [*COCO_CLASSES] == COCO_LABELS
    assert len(set(COCO_CLASSES.values())) == 80


def test_the_checkpoint_detects_what_the_weights_do(
    weights_file, tmp_path, torchvision_model
):
    import_checkpoint(NAME, weights_file, tmp_path / "made")
    loaded = checkpoints.load(tmp_path / "made")
    assert loaded.class_names[:2] == ("person", "bicycle")
    assert loaded.config["dataset"]["resize"]["min_size"] == 800
    assert loaded.metadata["name"] == f"{NAME}, step 0"
    assert loaded.metadata["source"] == "mine.pth"
    assert "license" not in loaded.metadata
    picture, _ = draw_picture(64, 96, seed=3)
    batch = {"image": np.float32(picture[None]), "image_size": np.float32([[64, 96]])}
    ours, expected = (
        model.detections(model(batch)) for model in (loaded.model, torchvision_model)
    )
    assert (np.asarray(ours["classes"]) >= 0).any()
    np.testing.assert_array_equal(ours["classes"], expected["classes"])
    np.testing.assert_allclose(ours["boxes"], expected["boxes"], atol=1e-3)


@pytest.mark.parametrize(
    "is_published, given, epsilon, folder",
    [
        (True, None, 0.0, f"cache/checkpoints/{NAME}"),
        (True, 1e-3, 1e-3, NAME),
        (False, None, 1e-5, NAME),
        (False, 0.0, 0.0, NAME),
    ],
)
def test_the_published_file_has_an_epsilon_and_a_folder_of_its_own(
    weights_file, tmp_path, monkeypatch, capsys, is_published, given, epsilon, folder
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUMINET_CACHE", "cache")
    seen = []
    monkeypatch.setattr(
        torchvision_import.torchvision_weights,
        "assign",
        lambda model, state, labels, epsilon: seen.append(epsilon),
    )
    checksum = "258fb6c6" + 56 * "0" if is_published else 64 * "0"
    monkeypatch.setattr(torchvision_import, "sha256", lambda path: checksum)
    monkeypatch.setattr(checkpoints, "build_model", lambda config: None)
    saved = {}
    monkeypatch.setattr(
        checkpoints, "save", lambda *args, **kwargs: saved.update(kwargs, to=args[0])
    )
    made = import_checkpoint(NAME, weights_file, epsilon=given)
    assert seen == [epsilon]
    assert made == saved["to"] and made.absolute() == tmp_path / folder
    assert ("license" in saved["about"]) == is_published
    is_guessed = not is_published and given is None
    told = capsys.readouterr().err
    assert told.count("\n") == is_guessed
    assert ("an epsilon of 1e-05" in told) == is_guessed
    assert ("it is 0: --batch-norm-epsilon 0" in told) == is_guessed


def test_the_published_file_is_known_by_its_checksum():
    assert SOURCES[NAME].is_published("258fb6c6" + 56 * "0")
    assert not SOURCES[NAME].is_published("0" * 64)


def test_safetensors_are_read_by_their_own_reader(tmp_path):
    file = tmp_path / "mine.safetensors"
    file.write_bytes(b"none")
    with pytest.raises(InputError, match=r"must be a \.safetensors file"):
        import_checkpoint(NAME, file, tmp_path / "made")


def test_a_folder_that_is_there_is_left_alone(weights_file, tmp_path):
    (tmp_path / "made").mkdir()
    with pytest.raises(InputError, match="made: already exists"):
        import_checkpoint(NAME, weights_file, tmp_path / "made")


def test_weights_of_another_detector_are_refused(weights_file, tmp_path, monkeypatch):
    monkeypatch.setattr(torch_file, "read_state", lambda path: {"fc.weight": 1})
    with pytest.raises(InputError, match=r"mine\.pth: not the weights of fasterrcnn"):
        import_checkpoint(NAME, weights_file, tmp_path / "made")
    assert not (tmp_path / "made").exists()
