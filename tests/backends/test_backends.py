"""The model on JAX or PyTorch gives TensorFlow's numbers: `make test-backends`."""

import importlib.util
import os
from pathlib import Path

import keras
import numpy as np
import pytest

from luminet import checkpoints
from tests.backends.cases import CASES, CLASS_NAMES, make_batch, make_config
from tests.backends.step import differentiate, predict

FOLDER = os.environ.get("LUMINET_BACKEND_ARRAYS")
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="no arrays of TensorFlow to compare with: make test-backends"
)
LAST_LAYERS = ("objectness", "class_logits", "box_deltas")
WAYS = [False, True] if keras.backend.backend() == "jax" else [False]


@pytest.fixture(scope="module", params=CASES)
def case(request):
    """The name of a case, and the checkpoint that TensorFlow wrote, loaded here."""
    return request.param, checkpoints.load(Path(FOLDER) / request.param)


@pytest.fixture(scope="module", params=WAYS, ids=lambda jit: "jit" if jit else "eager")
def differentiated(case, request):
    if len(WAYS) > 1 and not request.param and case[0] != "c4":
        pytest.skip("one case is enough of what takes JAX a minute")
    return differentiate(case[1].model, make_batch(), request.param)


def expected(name, kind):
    with np.load(Path(FOLDER) / f"{name}-{kind}.npz") as arrays:
        return {key.replace("|", "/"): arrays[key] for key in arrays}


def assert_close(actual, wanted, tolerance=1e-4):
    """Equal to a small part of the largest number."""
    assert actual.dtype == wanted.dtype
    limit = tolerance * np.abs(wanted).max()
    np.testing.assert_allclose(actual, wanted, rtol=0, atol=limit)


def test_there_is_no_tensorflow_here():
    assert keras.backend.backend() != "tensorflow"
    assert importlib.util.find_spec("tensorflow") is None


@pytest.mark.parametrize("jit", WAYS, ids=lambda jit: "jit" if jit else "eager")
def test_predictions(case, jit):
    name, loaded = case
    wanted = expected(name, "predictions")
    found = predict(loaded.model, make_batch(), jit)
    assert (wanted["classes"] >= 0).sum() == 40
    np.testing.assert_array_equal(found["classes"], wanted["classes"])
    assert set(found) == set(wanted)
    for station, values in wanted.items():
        assert_close(found[station], values)


def test_losses(case, differentiated):
    wanted = expected(case[0], "losses")
    assert set(differentiated[0]) == set(wanted)
    for name, values in wanted.items():
        np.testing.assert_allclose(differentiated[0][name], values, rtol=1e-4)


def test_gradients(case, differentiated):
    wanted = expected(case[0], "gradients")
    assert set(differentiated[1]) == set(wanted)
    for path, values in wanted.items():
        # Of a million units one may lie so near to a ReLU's kink that rounding decides
        # whether it passes a gradient on: that changes all layers before it.
        is_last = any(name in path for name in LAST_LAYERS)
        assert_close(differentiated[1][path], values, 1e-4 if is_last else 5e-3)


def test_a_checkpoint_moves_back(case, tmp_path):
    """What is written here holds the same arrays, by name, as TensorFlow's file."""
    import h5py

    name, loaded = case
    folder = tmp_path / "made"
    checkpoints.save(folder, loaded.model, make_config(name), CLASS_NAMES, 0, {})
    assert keras.backend.backend() in checkpoints.load(folder).metadata["versions"]
    with (
        h5py.File(folder / "model.weights.h5") as ours,
        h5py.File(Path(FOLDER) / name / "model.weights.h5") as theirs,
    ):
        assert _datasets(ours) == _datasets(theirs)


def _datasets(file):
    found = {}

    def add(name, item):
        if hasattr(item, "dtype"):
            found[name] = item[()].tobytes()

    file.visititems(add)
    assert len(found) > 100
    return found
