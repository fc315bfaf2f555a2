"""A cascade of second stages: targets, boxes, scores, losses, and one stage alone."""

import numpy as np
import pytest
import tensorflow as tf

from luminet import checkpoints
from luminet.checkpoints import build_model
from luminet.config import load_config
from luminet.errors import InputError
from luminet.models.faster_rcnn.cascade import CascadeTarget
from tests.conftest import ROOT
from tests.models.faster_rcnn.test_faster_rcnn import (
    SMALL,
    batch,
    losses_and_gradients,
)

AGNOSTIC = [
    *SMALL,
    "model.rcnn.head={tail: false, layer_sizes: [16], class_agnostic: true}",
    "model.rcnn.detection.min_score=0.0",
]
CASCADE = [*AGNOSTIC, "model.cascade.enabled=true"]
ONE_STAGE = ["ious=[0.5]", "box_weights=[[10, 10, 5, 5]]", "loss_weights=[1]"]


@pytest.fixture(scope="module")
def model():
    """Heads that say something of each region: fresh ones hardly move a box."""
    built = build_model(load_config([], CASCADE))
    rng = np.random.default_rng(0)
    for stage in built.rcnn.stages:
        # What a base network of random weights says is as small as 1e-13.
        _randomise(stage.head.hidden[0], rng, 1e12)
        _randomise(stage.head.box_deltas, rng, 0.5)
        _randomise(stage.head.class_logits, rng, 0.5)
    return built


def _randomise(layer, rng, deviation):
    layer.kernel.assign(rng.normal(0.0, deviation, layer.kernel.shape))


def numpy_decode(regions, deltas):
    """Equation 2 of Faster R-CNN, solved for the box."""
    size = regions[..., 2:] - regions[..., :2]
    center = (regions[..., :2] + regions[..., 2:]) / 2 + deltas[..., :2] * size
    half = size * np.exp(np.minimum(deltas[..., 2:], np.log(1000 / 16))) / 2
    return np.concatenate([center - half, center + half], axis=-1)


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


# Targets

# An object of 10 x 10, and regions of its width that overlap it by IoU .45 to .75.
OBJECT = np.float32([[[0, 0, 10, 10], [0, 0, 0, 0]]])
REGIONS = np.float32(
    [[[0, 0, 4.5, 10], [0, 0, 5.5, 10], [0, 0, 6.5, 10], [0, 0, 7.5, 10], [0, 0, 0, 0]]]
)


@pytest.mark.parametrize(
    "iou, labels",
    [(0.5, [3, 1, 1, 1, -1]), (0.6, [3, 3, 1, 1, -1]), (0.7, [3, 3, 3, 1, -1])],
)
def test_each_stage_asks_for_more_overlap(iou, labels):
    truth = (OBJECT, np.int32([[1, -1]]), np.zeros([1, 2], bool), np.int32([0]))
    found = CascadeTarget(3, iou)(REGIONS, *truth)
    np.testing.assert_array_equal(found["labels"], [labels])
    np.testing.assert_array_equal(found["regions"], REGIONS)
    # From 7.5 to 10 pixels, and the centre from 3.75 to 5.
    np.testing.assert_allclose(
        found["target_deltas"][0, 3],
        [1.25 / 7.5, 0, np.log(10 / 7.5), 0],
        rtol=1e-5,
        atol=1e-6,
    )


def test_what_lies_in_an_ignored_object_is_not_learnt_from():
    ignored = np.array([[True, False]])
    truth = (OBJECT, np.int32([[1, -1]]), ignored, np.int32([0]))
    labels = CascadeTarget(3, 0.5)(REGIONS, *truth)["labels"]
    np.testing.assert_array_equal(labels, [[-1] * 5])


def test_without_objects_all_is_background():
    truth = (OBJECT, np.int32([[-1, -1]]), np.zeros([1, 2], bool), np.int32([0]))
    labels = CascadeTarget(3, 0.5)(REGIONS, *truth)["labels"]
    np.testing.assert_array_equal(labels, [[3, 3, 3, 3, -1]])


# Stages


@pytest.mark.parametrize("training", [False, True])
def test_each_stage_looks_at_the_boxes_of_the_one_before(model, training):
    stages = model(batch(), training=training)["rcnn"]["stages"]
    assert len(stages) == 3
    moved = 0.0
    for before, after, scale in zip(stages[:2], stages[1:], [1, 2], strict=True):
        regions = np.asarray(before["regions"])
        weights = scale * np.float32([10, 10, 5, 5])
        boxes = numpy_decode(regions, np.asarray(before["deltas"])[:, :, 0] / weights)
        boxes = np.clip(boxes, 0, [64, 96, 64, 96])
        counts = (regions[..., 2:] > regions[..., :2]).all(axis=-1)
        if training:
            counts &= np.asarray(before["labels"]) >= 0
        assert counts.any()
        np.testing.assert_allclose(
            after["regions"], np.where(counts[..., None], boxes, 0.0), atol=1e-3
        )
        moved += np.abs(boxes - regions)[counts].max()
    assert moved > 0.5


def test_scores_are_means_over_the_stages_and_boxes_those_of_the_last(model):
    outputs = model(batch(), training=False)
    stages = [
        {k: np.asarray(v) for k, v in stage.items()}
        for stage in outputs["rcnn"]["stages"]
    ]
    scores = np.mean([softmax(stage["logits"]) for stage in stages], axis=0)
    deltas = stages[2]["deltas"][:, :, 0] / np.float32([30, 30, 15, 15])
    boxes = numpy_decode(stages[2]["regions"], deltas)
    boxes = np.clip(boxes, 0, [64, 96, 64, 96])
    found = {k: np.asarray(v) for k, v in model.detections(outputs).items()}
    for image in range(2):
        real = found["classes"][image] >= 0
        assert real.sum() > 5
        for box, score, index in zip(
            *(found[name][image][real] for name in ("boxes", "scores", "classes")),
            strict=True,
        ):
            distance = np.abs(boxes[image] - box).max(axis=-1)
            distance += np.abs(scores[image, :, index] - score)
            assert distance.min() < 1e-3


def test_losses_are_weighted_sums_over_the_stages(model):
    outputs = model(batch(), training=True)["rcnn"]
    total = model.rcnn.compute_losses(outputs)
    for name in ("rcnn_class", "rcnn_box"):
        parts = [
            np.asarray(stage.compute_losses(found)[name])
            for stage, found in zip(model.rcnn.stages, outputs["stages"], strict=True)
        ]
        expected = parts[0] + 0.5 * parts[1] + 0.25 * parts[2]
        np.testing.assert_allclose(total[name], expected, rtol=1e-6)


# The model


@pytest.mark.parametrize("training", [False, True])
def test_one_stage_is_a_plain_second_stage(training):
    settings = [f"model.cascade.{setting}" for setting in ONE_STAGE]
    cascade = build_model(load_config([], [*CASCADE, *settings]))
    plain = build_model(load_config([], AGNOSTIC))
    plain.base_network.set_weights(cascade.base_network.get_weights())
    plain.rpn.set_weights(cascade.rpn.get_weights())
    plain.rcnn.head.set_weights(cascade.rcnn.stages[0].head.get_weights())
    one, other = (m(batch(), training=training) for m in (cascade, plain))
    if training:
        one, other = cascade.compute_losses(one), plain.compute_losses(other)
    else:
        one, other = cascade.detections(one), plain.detections(other)
        assert (np.asarray(one["classes"]) >= 0).sum() > 20
    assert list(one) == list(other)
    for name in one:
        np.testing.assert_allclose(one[name], other[name], atol=1e-5)


def test_every_trained_weight_has_a_gradient():
    # Boxes that hardly move stay on their object up to the last stage.
    _, gradients = losses_and_gradients(build_model(load_config([], CASCADE)), batch())
    assert all(np.any(np.asarray(gradient) != 0) for gradient in gradients)


@pytest.mark.parametrize(
    "edge",
    [{"objects": ()}, {"objects": [(20, 20, 20, 20)]}, {"ignore": [0]}],
    ids=["no objects", "empty", "all ignored"],
)
def test_losses_and_gradients_are_finite(model, edge):
    losses, gradients = losses_and_gradients(model, batch(**edge))
    for value in [*losses.values(), *gradients]:
        assert np.isfinite(np.asarray(value)).all()


def test_a_checkpoint_has_the_weights_of_all_stages(model, tmp_path):
    config = load_config([], [*CASCADE, "train.run_name=run"])
    names = ("a", "b", "c")
    checkpoints.save(tmp_path / "saved", model, config, names, step=1, metrics={})
    loaded = checkpoints.load(tmp_path / "saved").model
    before, after = (m.detections(m(batch())) for m in (model, loaded))
    np.testing.assert_array_equal(before["scores"], after["scores"])
    np.testing.assert_array_equal(before["boxes"], after["boxes"])


def test_sizes_need_not_be_known_in_advance(model):
    signature = {
        "image": tf.TensorSpec([None, None, None, 3], tf.float32),
        "image_size": tf.TensorSpec([None, 2], tf.float32),
    }
    detect = tf.function(
        lambda inputs: model.detections(model(inputs)), input_signature=[signature]
    )
    for height, width in [(64, 96), (128, 32)]:
        inputs = {k: batch(2, height, width)[k] for k in signature}
        found, expected = detect(inputs), model.detections(model(inputs))
        np.testing.assert_allclose(found["scores"], expected["scores"], atol=1e-5)


def test_the_example_trains():
    files = [ROOT / "examples" / "cascade.yml"]
    overrides = ["model.num_classes=3", SMALL[1], "model.fpn.channels=16"]
    example = build_model(load_config(files, overrides))
    assert len(example.rcnn.stages) == 3
    losses, _ = losses_and_gradients(example, batch())
    assert all(np.isfinite(np.asarray(value)).all() for value in losses.values())


@pytest.mark.parametrize(
    "setting, message",
    [
        (
            "rcnn.head.class_agnostic=false",
            r"class_agnostic: must be true with model\.",
        ),
        ("rcnn.head.tail=true", r"tail: must be false with model\.cascade"),
        (
            "cascade.ious=[0.5, 0.6]",
            r"cascade: `ious`, .* must be as many.* 2, 3 and 3",
        ),
        ("cascade.ious=[0.5, 0.6, 1.7]", r"cascade: `ious` must be in \(0, 1\]"),
        ("cascade.box_weights=[1, 2, 3]", r"cascade\.box_weights: must be a list"),
        ("cascade.enabled=maybe", r"cascade\.enabled: must be true or false"),
    ],
)
def test_wrong_settings_are_refused(setting, message):
    with pytest.raises(InputError, match=message):
        build_model(load_config([], [*CASCADE, f"model.{setting}"]))
