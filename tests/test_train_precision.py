"""Runs in half as many bits: they learn, go on exactly, and are used as they learnt."""

import functools
import shutil

import numpy as np
import pytest

from luminet import train
from luminet.checkpoints import load
from luminet.errors import LuminetError
from luminet.optimizers import Optimizer
from luminet.predict import Predictor
from tests.run_records import losses, results, variables
from tests.tiny_data import draw_examples, tiny_config, write_store

_VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
every_precision = pytest.mark.parametrize(
    "precision", ["float32", "bfloat16", "float16"]
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Two pictures, which a model soon knows."""
    examples = draw_examples([(64, 96), (64, 96)], [2, 3], seed=1)
    folder = tmp_path_factory.mktemp("precision") / "store"
    return write_store(folder, train=examples, val=examples)


def config_of(store, folder, precision):
    return tiny_config(
        store.folder,
        folder,
        "train={steps: 24, evaluate_every: 0, checkpoint_every: 5}",
        f"train.precision={precision}",
        "model.base_network.train_batch_norm=true",
        "dataset.augmentation=[]",
    )


@pytest.fixture(scope="module")
def finished(store, tmp_path_factory):
    """The folder of a run in a precision."""

    @functools.cache
    def run(precision):
        folder = tmp_path_factory.mktemp(precision)
        return train.run(config_of(store, folder, precision))

    return run


@every_precision
def test_a_few_steps_lower_the_loss(finished, precision):
    values = losses(finished(precision))
    assert np.mean(values[-5:]) < 0.9 * values[0]


@every_precision
def test_a_checkpoint_computes_as_it_learnt(finished, precision):
    path = finished(precision).last
    assert load(path).model.base_network.trunk.compute_dtype == precision
    found = Predictor.load(path).predict(np.full([50, 70, 3], 99, np.uint8))
    assert found.boxes.dtype == found.scores.dtype == np.float32


def test_a_checkpoint_may_be_used_in_float32(finished):
    model = load(finished("bfloat16").last, ["train.precision=float32"]).model
    assert model.base_network.trunk.compute_dtype == "float32"


def test_a_run_in_float16_goes_on_exactly_with_its_loss_scale(
    finished, store, tmp_path
):
    whole = finished("float16")
    shutil.copytree(whole.path, tmp_path / "run")
    for file in (tmp_path / "run").rglob("state-24.*"):
        file.unlink()
    resumed = train.run(config_of(store, tmp_path, "float16"))
    assert results(resumed) == results(whole)
    state = {name.removesuffix(_VALUE): n for name, n in variables(resumed).items()}
    skipped = 24 - state["optimizer/inner_optimizer/_iterations"]
    assert state["optimizer/dynamic_scale"] == 2.0 ** (15 - skipped)


def test_gradients_that_overflow_at_any_scale_end_the_run(store, tmp_path, monkeypatch):
    apply = Optimizer.apply

    def apply_infinite(self, gradients, variables):
        apply(self, [gradient * np.inf for gradient in gradients], variables)

    monkeypatch.setattr(Optimizer, "apply", apply_infinite)
    message = r"the gradients are not finite at step 16 .* train\.precision: bfloat"
    with pytest.raises(LuminetError, match=message):
        train.run(config_of(store, tmp_path, "float16"))
