"""One box for all classes of a region: the same numbers as equal boxes for each."""

import numpy as np
import pytest

from luminet.checkpoints import build_model
from luminet.config import load_config
from luminet.models.faster_rcnn.rcnn import RCNN, RCNNHead
from luminet.models.faster_rcnn.rcnn_detection import RCNNDetection
from tests.models.faster_rcnn.test_faster_rcnn import (
    SMALL,
    batch,
    losses_and_gradients,
)
from tests.oracle import load


def test_head_has_four_deltas_for_each_region():
    head = RCNNHead(3, layer_sizes=[8], class_agnostic=True)
    logits, deltas = head(np.ones([2, 5, 7, 7, 4], np.float32))
    assert logits.shape == (2, 5, 4)
    assert deltas.shape == (2, 5, 1, 4)
    assert head.box_deltas.kernel.shape == (8, 4)


def test_losses_are_those_of_equal_boxes_for_each_class():
    """Where every class had the same box, `test_rcnn.py` compares with torchvision."""
    oracle = load("losses")
    outputs = {
        "labels": oracle["rcnn_labels"],
        "logits": oracle["rcnn_logits"],
        "target_deltas": oracle["rcnn_target_deltas"],
    }
    one_box = oracle["rcnn_deltas"][:, :, :1]
    rcnn = RCNN(5, *[None] * 4)
    shared = rcnn.compute_losses({**outputs, "deltas": one_box})
    equal = rcnn.compute_losses({**outputs, "deltas": np.repeat(one_box, 5, axis=2)})
    assert (np.asarray(shared["rcnn_box"]) > 0).all()
    np.testing.assert_array_equal(shared["rcnn_box"], equal["rcnn_box"])


def test_detections_are_those_of_equal_boxes_for_each_class():
    oracle = load("detections")
    one_box = (oracle["deltas"] / oracle["weights"])[:, :, 1:2]
    num_classes = oracle["deltas"].shape[2]
    inputs = (oracle["proposals"], oracle["logits"])
    size = oracle["image_size"]
    shared = RCNNDetection(num_classes=num_classes)(*inputs, one_box, size)
    equal = RCNNDetection()(*inputs, np.repeat(one_box, num_classes, axis=2), size)
    assert len(np.unique(shared["classes"])) > 2
    for name, value in shared.items():
        np.testing.assert_array_equal(value, equal[name])


@pytest.fixture(scope="module")
def model():
    settings = [*SMALL, "model.rcnn.head.class_agnostic=true"]
    return build_model(load_config([], settings))


def test_every_trained_weight_has_a_gradient(model):
    _, gradients = losses_and_gradients(model, batch())
    assert all(np.any(np.asarray(gradient) != 0) for gradient in gradients)


def test_detections_are_of_several_classes(model):
    found = model.detections(model(batch(), training=False))
    classes = np.asarray(found["classes"])
    assert set(np.unique(classes[classes >= 0])) == {0, 1, 2}
