"""Soft-NMS, against the paper's loop in numpy and against TensorFlow's own."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from luminet.checkpoints import build_model
from luminet.config import load_config
from luminet.errors import InputError
from luminet.models.soft_nms import SoftNMS
from tests.models.faster_rcnn.test_faster_rcnn import SMALL, batch

SEEDS = st.integers(0, 2**32 - 1)


def iou_of(box, other):
    top, left = np.maximum(box[:2], other[:2])
    bottom, right = np.minimum(box[2:], other[2:])
    overlap = max(bottom - top, 0) * max(right - left, 0)
    areas = np.prod(box[2:] - box[:2]) + np.prod(other[2:] - other[:2])
    return overlap / (areas - overlap) if overlap else 0.0


def one_class(boxes, scores, weight):
    """Figure 2 of the paper: pairs of score and index, as they are picked."""
    remaining = {index: float(score) for index, score in enumerate(scores)}
    picked = []
    while remaining:
        best = max(remaining, key=remaining.get)
        picked.append((remaining.pop(best), best))
        for index in remaining:
            remaining[index] *= weight(iou_of(boxes[best], boxes[index]))
    return picked


def all_classes(boxes, scores, weight, max_count, threshold):
    """Class by class, then the best of all: `boxes`, `scores` and `classes`."""
    found = []
    for index in range(scores.shape[1]):
        own = boxes[:, min(index, boxes.shape[1] - 1)]
        for score, box in one_class(own, scores[:, index], weight):
            if score > threshold:
                found.append((score, index, own[box]))
    found = sorted(found, key=lambda one: -one[0])[:max_count]
    return [np.array(column) for column in zip(*found, strict=True)]


def scene(seed, num_boxes=30, own_boxes=3):
    rng = np.random.default_rng(seed)
    corner = rng.uniform(0, 40, [2, num_boxes, own_boxes, 2])
    boxes = np.concatenate([corner, corner + rng.uniform(5, 40, corner.shape)], axis=-1)
    # No two scores are close: the order does not hang on rounding.
    scores = (rng.permutation(2 * num_boxes * 3) + 1.0) / (2 * num_boxes * 3)
    return np.float32(boxes), np.float32(scores.reshape(2, num_boxes, 3))


@pytest.mark.parametrize("own_boxes", [1, 3], ids=["shared boxes", "own boxes"])
@pytest.mark.parametrize("method", ["gaussian", "linear"])
@settings(max_examples=15, deadline=None)
@given(SEEDS, st.sampled_from([0.2, 0.5, 2.0]), st.sampled_from([0.0, 0.1]))
def test_equals_the_loop_of_the_paper(method, own_boxes, seed, sigma, threshold):
    weight = {
        "gaussian": lambda iou: np.exp(-(iou**2) / sigma),
        "linear": lambda iou: 1 - iou if iou >= 0.3 else 1.0,
    }[method]
    boxes, scores = scene(seed, own_boxes=own_boxes)
    found = SoftNMS(method, sigma)(boxes, scores, 0.3, 25, threshold)
    for image in range(2):
        expected_scores, classes, expected_boxes = all_classes(
            boxes[image].astype(float), scores[image], weight, 25, threshold
        )
        real = np.asarray(found["classes"][image]) >= 0
        assert real.sum() == len(classes)
        np.testing.assert_allclose(
            found["scores"][image][real], expected_scores, atol=1e-5
        )
        apart = np.abs(np.diff(expected_scores, prepend=2, append=-1)) > 1e-5
        clear = apart[1:] & apart[:-1]  # the order of the others may be either
        np.testing.assert_array_equal(
            np.asarray(found["classes"][image])[real][clear], classes[clear]
        )
        np.testing.assert_allclose(
            np.asarray(found["boxes"][image])[real][clear],
            expected_boxes[clear],
            rtol=1e-6,
        )


@pytest.mark.parametrize("sigma", [0.2, 0.5, 1.0])
def test_the_gaussian_form_equals_tensorflows(sigma):
    boxes, scores = scene(3, num_boxes=60, own_boxes=1)
    found = SoftNMS("gaussian", sigma)(boxes[:1], scores[:1, :, :1], 0.5, 40, 0.01)
    # TensorFlow's sigma is that of a normal distribution: half of the paper's.
    indices, expected = tf.image.non_max_suppression_with_scores(
        boxes[0, :, 0], scores[0, :, 0], 40, 1.0, 0.01, soft_nms_sigma=sigma / 2
    )
    count = len(indices)
    assert count > 10
    np.testing.assert_allclose(found["scores"][0][:count], expected, atol=1e-6)
    np.testing.assert_array_equal(
        found["boxes"][0][:count], boxes[0, :, 0][indices.numpy()]
    )
    assert (np.asarray(found["classes"][0])[count:] == -1).all()


def test_a_covered_box_comes_later_and_is_not_lost():
    boxes = np.float32([[[0, 0, 10, 10]], [[0, 0, 10, 8]], [[50, 50, 60, 60]]])[None]
    scores = np.float32([[[0.9], [0.8], [0.5]]])
    found = SoftNMS("linear")(boxes, scores, 0.3, 4, 0.001)
    np.testing.assert_allclose(found["scores"], [[0.9, 0.5, 0.8 * 0.2, 0]], rtol=1e-5)
    np.testing.assert_array_equal(found["classes"], [[0, 0, 0, -1]])
    np.testing.assert_array_equal(found["boxes"][0, 2], [0, 0, 10, 8])


def test_what_falls_to_the_threshold_goes():
    boxes = np.float32([[[[0, 0, 10, 10]], [[0, 0, 10, 8]]]])
    found = SoftNMS("linear")(boxes, np.float32([[[0.9], [0.8]]]), 0.3, 4, 0.2)
    np.testing.assert_array_equal(found["classes"], [[0, -1, -1, -1]])


def test_a_model_uses_it_whatever_the_size_of_a_picture():
    config = ["soft_nms.enabled=true", "min_score=0.001"]
    model = build_model(
        load_config([], [*SMALL, *(f"model.rcnn.detection.{line}" for line in config)])
    )
    signature = {
        "image": tf.TensorSpec([None, None, None, 3], tf.float32),
        "image_size": tf.TensorSpec([None, 2], tf.float32),
    }
    detect = tf.function(
        lambda inputs: model.detections(model(inputs)), input_signature=[signature]
    )
    for images, height, width in [(2, 64, 96), (1, 128, 32)]:
        inputs = {k: batch(images, height, width)[k] for k in signature}
        outputs = model(inputs)
        found, expected = detect(inputs), model.detections(outputs)
        np.testing.assert_allclose(found["scores"], expected["scores"], atol=1e-5)
        # Random weights, boxes on top of each other: the usual form drops some.
        assert (np.asarray(found["classes"]) >= 0).sum() > 20


@pytest.mark.parametrize(
    "setting, message",
    [
        ("sigma=0", r"soft_nms: `sigma` must be positive"),
        ("method=cosine", r"soft_nms\.method: must be one of gaussian, linear"),
        ("enabled=2", r"soft_nms\.enabled: must be true or false"),
    ],
)
def test_wrong_settings_are_refused(setting, message):
    prefix = "model.rcnn.detection.soft_nms"
    overrides = [f"{prefix}.enabled=true", f"{prefix}.{setting}"]
    with pytest.raises(InputError, match=message):
        build_model(load_config([], [*SMALL, *overrides]))
