"""Checkpoints that are whole or refused."""

import hashlib
import json
import pickle
import shutil

import keras
import numpy as np
import pytest

from luminet import checkpoints
from luminet.errors import InputError
from tests.tiny_data import CLASS_NAMES

FILES = ("config.yml", "classes.json", "model.weights.h5", "metadata.json")
BATCH = {
    "image": np.arange(64 * 64 * 3, dtype=np.float32).reshape(1, 64, 64, 3) % 256,
    "image_size": np.float32([[64, 64]]),
}


@pytest.fixture
def folder(tiny_run, tmp_path):
    """A copy of a good checkpoint, to be spoilt."""
    return shutil.copytree(tiny_run / "checkpoints" / "best", tmp_path / "checkpoint")


def change_metadata(folder, **changes):
    path = folder / "metadata.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def approve(folder):
    """Write down the checksums of the files as they are now."""
    names = FILES[:3]
    digests = [hashlib.sha256((folder / name).read_bytes()) for name in names]
    sums = {n: d.hexdigest() for n, d in zip(names, digests, strict=True)}
    change_metadata(folder, sha256=sums)


def refusal(folder):
    with pytest.raises(InputError) as caught:
        checkpoints.load(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# A good one


@pytest.fixture(scope="module")
def loaded(tiny_run):
    return checkpoints.load(tiny_run)


def test_loaded_model_predicts_the_same(loaded, tmp_path):
    before = loaded.model.detections(loaded.model(BATCH))
    names = loaded.class_names
    checkpoints.save(tmp_path / "copy", loaded.model, loaded.config, names, 3, {})
    model = checkpoints.load(tmp_path / "copy").model
    after = model.detections(model(BATCH))
    assert np.count_nonzero(before["classes"] >= 0) == 10
    for key, values in before.items():
        np.testing.assert_array_equal(after[key], values)


def test_config_and_class_names_come_back(loaded):
    assert loaded.class_names == CLASS_NAMES
    assert loaded.config["model"]["base_network"]["width"] == 0.25
    assert loaded.config["model"]["num_classes"] == 2


def test_metadata_says_what_it_is(tiny_run):
    folder = tiny_run / "checkpoints" / "best"
    metadata = json.loads((folder / "metadata.json").read_text())
    assert metadata["format_version"] == 1
    assert metadata["name"] == "run, step 12"
    assert metadata["metrics"] == {"AP": 0.25}
    assert sorted(metadata["versions"]) == ["keras", "luminet", "tensorflow"]
    assert sorted(metadata["sha256"]) == sorted(FILES[:3])
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)


def test_settings_can_be_changed_on_loading(tiny_run):
    changed = checkpoints.load(tiny_run, ["model.rcnn.detection.max_detections=3"])
    found = changed.model.detections(changed.model(BATCH))
    assert found["classes"].shape == (1, 3)


def test_weights_that_the_training_started_from_are_not_needed(folder):
    override = "model.base_network.weights=/gone.h5"
    loaded = checkpoints.load(folder, [override])
    assert loaded.config["model"]["base_network"]["weights"] == "/gone.h5"


def test_old_checkpoint_stays_if_a_new_one_cannot_be_written(folder, loaded):
    with pytest.raises(TypeError):
        names = loaded.class_names
        metrics = {"AP": object()}
        checkpoints.save(folder, loaded.model, loaded.config, names, 5, metrics)
    assert json.loads((folder / "metadata.json").read_text())["step"] == 12
    assert [path.name for path in folder.parent.iterdir()] == ["checkpoint"]


@pytest.mark.parametrize(
    "names, found",
    [
        (["checkpoints/last"], "checkpoints/last"),
        (["checkpoints/last", "checkpoints/best"], "checkpoints/best"),
        (["checkpoints/best", "."], "."),
    ],
)
def test_best_checkpoint_of_a_run_is_found(tmp_path, names, found):
    for name in names:
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / name / "metadata.json").write_text("")
    assert checkpoints.find(tmp_path) == tmp_path / found


@pytest.mark.parametrize("name", ["", "none"])
def test_no_checkpoint(tmp_path, name):
    path = tmp_path / name
    assert refusal(path).startswith(f"{path}: no checkpoint there")
    assert refusal("acurate").endswith("; did you mean 'accurate'?")


# Bad ones


@pytest.mark.parametrize("name", FILES[:3])
def test_flipped_bit(folder, name):
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    assert refusal(folder).startswith(f"{folder / name}: damaged, its checksum is not")


@pytest.mark.parametrize("name", FILES[:3])
@pytest.mark.parametrize("length", [0, -1])
def test_cut_file(folder, name, length):
    (folder / name).write_bytes((folder / name).read_bytes()[:length])
    assert refusal(folder).startswith(f"{folder / name}: damaged")


@pytest.mark.parametrize("name", FILES[:3])
def test_missing_file(folder, name):
    (folder / name).unlink()
    assert refusal(folder) == f"{folder / name}: missing; use another checkpoint"


def test_missing_file_without_a_checksum(folder):
    (folder / "classes.json").unlink()
    change_metadata(folder, sha256={})
    assert "damaged, its checksum" in refusal(folder)


def test_newer_format(folder):
    change_metadata(folder, format_version=2, versions={"luminet": "9.1"})
    path = folder / "metadata.json"
    assert refusal(folder) == f"{path}: made by luminet 9.1, newer: upgrade yours"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"{}",
        b'"a"',
        b'{"format_version": 1}',
        b'{"format_version": "1", "sha256": {}}',
        b'{"format_version": 1, "sha256": []}',
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
def test_metadata_that_luminet_did_not_write(folder, content):
    (folder / "metadata.json").write_bytes(content)
    assert refusal(folder).startswith(f"{folder / 'metadata.json'}: ")


@pytest.mark.parametrize("content", ["", "{", "2", '["box"]', "[1, 2]", '{"a": 1}'])
def test_class_names_that_are_not(folder, content):
    (folder / "classes.json").write_text(content)
    approve(folder)
    assert refusal(folder).startswith(f"{folder / 'classes.json'}: ")


def test_unknown_setting(folder):
    with open(folder / "config.yml", "a") as file:
        file.write("zork: 1\n")
    approve(folder)
    assert "config.yml:" in refusal(folder)
    assert "zork: unknown setting" in refusal(folder)


def test_weights_of_another_model(folder):
    path = folder / "config.yml"
    path.write_text(path.read_text().replace("channels: 8", "channels: 9"))
    approve(folder)
    message = f"{folder / 'model.weights.h5'}: does not fit config.yml: "
    told = refusal(folder)
    assert told.startswith(message) and told.endswith("Expected: ['kernel', 'bias']")


def test_a_setting_that_changes_the_shapes_is_named_with_the_first(folder):
    with pytest.raises(InputError) as caught:
        checkpoints.load(folder, ["model.rpn.head.channels=9"])
    assert str(caught.value) == (
        f"{folder / 'model.weights.h5'}: does not fit model.rpn.head.channels: 8 -> 9: "
        "first at faster_rcnn/rpn/rpn_head/shared_0/kernel (3, 3, 128, 9), which is "
        "faster_rcnn/rpn/rpn_head/shared_0/kernel (3, 3, 128, 8) there"
    )


class Harm:
    """Makes a folder when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (type(self.path).mkdir, (self.path,))


def test_nothing_in_a_checkpoint_is_executed(folder, tmp_path):
    harm = tmp_path / "harm"
    (folder / "model.weights.h5").write_bytes(pickle.dumps(Harm(harm)))
    approve(folder)
    assert "model.weights.h5: does not fit" in refusal(folder)
    assert not harm.exists()


def test_whole_keras_models_are_not_weights(folder):
    model = keras.Sequential([keras.Input([1]), keras.layers.Dense(1)])
    model.save(folder / "model.keras")
    (folder / "model.keras").replace(folder / "model.weights.h5")
    approve(folder)
    assert "model.weights.h5: does not fit" in refusal(folder)


def test_weights_that_are_not_finite(folder, loaded):
    model = checkpoints.load(folder).model
    model.trainable_variables[0].assign(
        np.full(model.trainable_variables[0].shape, np.nan)
    )
    checkpoints.save(folder, model, loaded.config, loaded.class_names, 1, {})
    path = folder / "model.weights.h5"
    assert refusal(folder) == f"{path}: holds weights that are not finite"
