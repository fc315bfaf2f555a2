"""What new layers are drawn from: a setting."""

import keras
import numpy as np
import pytest

from luminet.models.faster_rcnn.rcnn import RCNNHead
from luminet.models.faster_rcnn.rpn import RPNHead
from luminet.models.initializer import NAMES, make_initializer


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_that_of_keras(name):
    made = make_initializer("box_initializer", name)
    assert isinstance(made, type(keras.initializers.get(name)))


@pytest.mark.parametrize("wrong", ["he", "zeros", -0.1])
def test_anything_else_is_refused(wrong):
    message = f"`box_initializer` must be .* he_normal.*box_initializer={wrong}"
    with pytest.raises(ValueError, match=message):
        make_initializer("box_initializer", wrong)


def test_each_layer_of_the_second_stage_has_its_own():
    head = RCNNHead(
        20,
        layer_sizes=[300],
        use_mean=True,
        hidden_initializer="he_normal",
        class_initializer=0.3,
        box_initializer=0.002,
    )
    head(np.ones([1, 2, 3, 3, 200], np.float32))
    layers = (head.hidden[0], head.class_logits, head.box_deltas)
    spreads = [np.std(layer.kernel) for layer in layers]
    np.testing.assert_allclose(spreads, [(2 / 200) ** 0.5, 0.3, 0.002], rtol=0.05)


def test_each_layer_of_the_first_stage_has_its_own():
    head = RPNHead(
        9,
        channels=64,
        num_convolutions=2,
        hidden_initializer=0.2,
        class_initializer=0.04,
        box_initializer="lecun_normal",
    )
    head([np.ones([1, 4, 4, 64], np.float32)])
    layers = (*head.shared, head.objectness, head.box_deltas)
    spreads = [np.std(layer.kernel) for layer in layers]
    np.testing.assert_allclose(spreads, [0.2, 0.2, 0.04, 64**-0.5], rtol=0.1)
    assert np.any(head.shared[0].kernel != head.shared[1].kernel)
