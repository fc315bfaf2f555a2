"""`train.precision`: what it may be, and that it holds for one model only."""

import keras
import pytest

from luminet.checkpoints import build_model
from luminet.config import load_config
from luminet.errors import InputError
from luminet.precision import computing_in
from tests.models.faster_rcnn.test_faster_rcnn import SMALL


def compute_dtype():
    return keras.layers.Dense(1).compute_dtype


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_layers_made_within_compute_in_it(precision):
    with computing_in(precision):
        layer = keras.layers.Dense(1)
    assert (layer.compute_dtype, layer.variable_dtype) == (precision, "float32")
    assert compute_dtype() == "float32"


def test_float32_is_float32_within_another():
    with computing_in("bfloat16"):
        with computing_in("float32"):
            assert compute_dtype() == "float32"
        assert compute_dtype() == "bfloat16"


def test_models_made_later_compute_in_float32_though_this_one_fails():
    wrong = "model.loss_weights.rpn_class=-1"
    config = load_config([], [*SMALL, "train.precision=bfloat16", wrong])
    with pytest.raises(InputError, match="must not be negative"):
        build_model(config)
    assert compute_dtype() == "float32"


def test_other_precisions_are_refused():
    config = load_config([], [*SMALL, "train.precision=float61"])
    message = r"train\.precision: must be one of float32, bfloat16, float16.* did you"
    with pytest.raises(InputError, match=message):
        build_model(config)
