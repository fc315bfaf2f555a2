"""Trained on four pictures, a cascade knows them by heart, and its boxes fit."""

import numpy as np
import pytest

from luminet import train
from tests.run_records import losses, rows
from tests.test_overfit import SETTINGS, examples  # noqa: F401
from tests.tiny_data import tiny_config, write_store

CASCADE = """
model.cascade.enabled=true
model.rcnn.head={tail: false, layer_sizes: [64], use_mean: false, class_agnostic: true}
train.steps=200
"""


@pytest.fixture(scope="module")
def folder(examples, tmp_path_factory):  # noqa: F811
    """A run that is evaluated on what it learnt from."""
    place = tmp_path_factory.mktemp("overfit")
    store = write_store(place / "store", train=examples, val=examples)
    overrides = [*SETTINGS.strip().splitlines(), *CASCADE.strip().splitlines()]
    return train.run(tiny_config(store.folder, place, *overrides))


def test_loss_falls(folder):
    assert losses(folder)[0] > 1.5
    assert losses(folder)[-1] < 0.3


def test_every_object_is_found_and_nothing_else(folder):
    last = rows(folder)[-1]
    assert np.float32([last["AP50"], last["AP75"]]) == pytest.approx(1.0, abs=0.01)
