"""The first stage alone, as a detector."""

import numpy as np
import pytest

from luminet.checkpoints import build_model
from luminet.config import load_config
from luminet.errors import InputError
from tests.models.faster_rcnn.test_faster_rcnn import (
    PYRAMID,
    SMALL,
    batch,
    losses_and_gradients,
)

ALONE = "model.rcnn.enabled=false"


@pytest.fixture(scope="module", params=[SMALL, PYRAMID], ids=["C4", "FPN"])
def model(request):
    return build_model(load_config([], [*request.param, ALONE]))


def test_only_the_first_stage_is_built_and_learns(model):
    losses, gradients = losses_and_gradients(model, batch())
    assert list(losses) == list(model.loss_names) == ["rpn_class", "rpn_box"]
    assert all(np.any(np.asarray(gradient) != 0) for gradient in gradients)
    assert not any("rcnn" in weight.path for weight in model.weights)


def test_its_losses_are_those_of_the_first_of_two_stages(model):
    """All weights of the one are found in the other, under the same names."""
    config = load_config([], PYRAMID if len(model.rpn.anchors.sizes) > 1 else SMALL)
    both = build_model(config)
    both.base_network.set_weights(model.base_network.get_weights())
    both.rpn.set_weights(model.rpn.get_weights())
    alone, _ = losses_and_gradients(model, batch())
    together, _ = losses_and_gradients(both, batch())
    for name, loss in alone.items():
        np.testing.assert_allclose(loss, together[name], rtol=1e-5)


def test_classes_of_objects_do_not_matter(model):
    one, _ = losses_and_gradients(model, batch(classes=(0,)))
    other, _ = losses_and_gradients(model, batch(classes=(2,)))
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


def test_proposals_are_detections_of_the_one_class(model):
    outputs = model(batch(), training=False)
    found = {
        name: np.asarray(value) for name, value in model.detections(outputs).items()
    }
    np.testing.assert_array_equal(found["boxes"], outputs["rpn"]["proposals"])
    is_real = found["scores"] > 0
    assert is_real.any()
    np.testing.assert_array_equal(found["classes"], np.where(is_real, 0, -1))
    assert (np.diff(found["scores"]) <= 0).all()


def test_loss_weights_are_factors():
    heavy = build_model(
        load_config([], [*SMALL, ALONE, "model.loss_weights.rpn_box=2"])
    )
    assert heavy.loss_weights == {"rpn_class": 1.0, "rpn_box": 2.0}


def test_whether_there_is_a_second_stage_is_yes_or_no():
    with pytest.raises(InputError, match=r"model\.rcnn\.enabled: must be true or fal"):
        build_model(load_config([], [*SMALL, "model.rcnn.enabled=2"]))
