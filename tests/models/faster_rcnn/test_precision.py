"""Half as many bits: close to float32 on the same weights, and boxes are exact."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from luminet import box_ops
from luminet.checkpoints import build_model
from luminet.config import load_config
from tests.models.faster_rcnn.test_cascade import CASCADE
from tests.models.faster_rcnn.test_faster_rcnn import (
    PYRAMID,
    SMALL,
    batch,
    losses_and_gradients,
)

MIXED = ["bfloat16", "float16"]
LOSS_BAND = 0.02  # of the loss
BOX_BAND = 0.5  # pixels
SCORE_BAND = 0.03
# Every anchor is a proposal, every proposal is learnt from and detected: so the two
# compared do not differ by which of two next to equal ones came first.
ALL = [
    "model.rpn.proposal={pre_nms: 9999, post_nms: 1008, iou_threshold: 1.0}",
    "model.rpn.proposal={pre_nms_training: 9999, post_nms_training: 1008}",
    "model.rcnn.target={num_samples: 1011, positive_fraction: 1.0}",
    "model.rcnn.detection={min_score: 0.0, iou_threshold: 1.0, max_detections: 3024}",
    "model.base_network.train_batch_norm=true",
]
OBJECTS = [(2, 20, 28, 47), (4, 1290.5, 30, 1322), (1, 1301, 22, 1333.5)]


def build(settings, precision="float32", like=None):
    model = build_model(load_config([], [*settings, f"train.precision={precision}"]))
    if like is not None:
        model.set_weights(like.get_weights())
    return model


def wide_batch():
    """A picture on which bfloat16 counts in steps of eight pixels."""
    inputs = batch(1, 32, 1344, OBJECTS, [0, 1, 2])
    patches = np.random.default_rng(1).uniform(0, 255, [1, 4, 168, 3])
    inputs["image"] = patches.repeat(8, axis=1).repeat(8, axis=2).astype(np.float32)
    return inputs


@pytest.fixture(scope="module")
def reference():
    """A model in float32 that has the statistics of the picture."""
    keras.utils.set_random_seed(0)
    model = build([*SMALL, *ALL])
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
    model(wide_batch(), training=True)
    return model


def losses(model):
    """Of the wide picture, with the statistics that the model has."""
    weights = model.get_weights()
    found = model.compute_losses(model(wide_batch(), training=True))
    model.set_weights(weights)
    return {name: float(loss[0]) for name, loss in found.items()}


def detections(model):
    outputs = model({k: wide_batch()[k] for k in ("image", "image_size")})
    found = {k: np.asarray(v[0]) for k, v in model.detections(outputs).items()}
    return {k: v[found["classes"] >= 0] for k, v in found.items()}


def furthest(expected, found):
    """How far expected boxes and their scores are from the nearest of their class."""
    distance = np.abs(expected["boxes"][:, None] - found["boxes"]).max(axis=-1)
    distance[expected["classes"][:, None] != found["classes"]] = np.inf
    nearest = distance.argmin(axis=1)
    scores = np.abs(expected["scores"] - found["scores"][nearest])
    return distance.min(axis=1).max(), scores.max()


def rounded(function):
    """A function of boxes as it would be in bfloat16."""

    def in_bfloat16(*tensors):
        tensors = [tf.cast(tensor, tf.bfloat16) for tensor in tensors]
        return tf.cast(function(*tensors), tf.float32)

    return in_bfloat16


@pytest.mark.parametrize("precision", MIXED)
def test_losses_are_those_of_float32_within_two_per_cent(reference, precision):
    mixed = losses(build([*SMALL, *ALL], precision, reference))
    assert mixed == pytest.approx(losses(reference), rel=LOSS_BAND)


def test_targets_computed_in_bfloat16_would_be_noticed(reference, monkeypatch):
    expected = losses(reference)
    monkeypatch.setattr(box_ops, "encode", rounded(box_ops.encode))
    coarse = losses(build([*SMALL, *ALL], "bfloat16", reference))
    assert coarse["rcnn_box"] != pytest.approx(expected["rcnn_box"], rel=LOSS_BAND)


@pytest.mark.parametrize("precision", MIXED)
def test_detections_are_those_of_float32_within_half_a_pixel(reference, precision):
    mixed = build([*SMALL, *ALL], precision, reference)
    expected = detections(reference)
    assert len(expected["boxes"]) > 2900
    box_error, score_error = furthest(expected, detections(mixed))
    assert box_error < BOX_BAND
    assert score_error < SCORE_BAND


def test_boxes_computed_in_bfloat16_would_be_noticed(reference, monkeypatch):
    expected = detections(reference)
    monkeypatch.setattr(box_ops, "decode", rounded(box_ops.decode))
    coarse = detections(build([*SMALL, *ALL], "bfloat16", reference))
    assert furthest(expected, coarse)[0] > BOX_BAND


@pytest.mark.parametrize("precision", MIXED)
def test_large_coordinates_stay_exact_through_proposals_and_detections(precision):
    # Boxes of 27 pixels around cells' middles, unmoved, in a picture that ends in half
    # a pixel.
    odd = ["model.anchors={sizes: [[27]], ratios: [1.0]}", *ALL]
    model = build([*SMALL, *odd], precision)
    for layer in (model.rpn.head.box_deltas, model.rcnn.head.box_deltas):
        layer.kernel.assign(layer.kernel * 0)
    inputs = {**wide_batch(), "image_size": np.float32([[32, 1333.5]])}
    outputs = model(inputs)
    middles = np.arange(8, 1344, 16, dtype=np.float32)
    expected = np.minimum(middles + 13.5, 1333.5)
    found = np.asarray(model.detections(outputs)["boxes"][0])
    for boxes in (np.asarray(outputs["rpn"]["proposals"][0]), found):
        boxes = boxes[boxes[:, 3] > 0]
        np.testing.assert_array_equal(np.unique(boxes[:, 3]), np.unique(expected))


@pytest.fixture(params=["C4", "FPN", "cascade"])
def settings(request):
    return {"C4": SMALL, "FPN": PYRAMID, "cascade": CASCADE}[request.param]


@pytest.mark.parametrize("precision", MIXED)
def test_features_are_small_and_all_else_is_float32(settings, precision):
    model = build(settings, precision)
    features = model.base_network(batch()["image"], batch()["image_size"])
    assert {str(level.dtype.name) for level in features} == {precision}
    losses, gradients = losses_and_gradients(model, batch())
    detections = model.detections(model(batch()))
    found = [*losses.values(), *gradients, detections["boxes"], detections["scores"]]
    assert {value.dtype for value in found} == {tf.float32}
    assert {variable.dtype for variable in model.variables} == {"float32"}
    assert all(np.isfinite(value).all() for value in found)


def test_deltas_and_logits_have_more_than_eight_bits(settings):
    outputs = build(settings, "bfloat16")(batch())
    for name in ("logits", "deltas"):
        for stage in outputs.values():
            exact = stage[name]
            coarse = tf.cast(tf.cast(exact, tf.bfloat16), tf.float32)
            assert np.mean(exact != coarse) > 0.9


def test_a_resnet_computes_in_bfloat16():
    resnet = "model.base_network={architecture: resnet50, width: 1.0}"
    model = build([*PYRAMID, resnet], "bfloat16")
    losses, gradients = losses_and_gradients(model, batch(1, 64, 64))
    trunk = model.base_network.base_network.trunk
    assert trunk.layers[2].compute_dtype == "bfloat16"
    assert all(np.isfinite(value).all() for value in [*losses.values(), *gradients])
