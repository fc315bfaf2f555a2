"""Prediction: from pixels to boxes on them."""

import numpy as np
import pytest
import tensorflow as tf

from luminet.checkpoints import Checkpoint, build_model
from luminet.errors import InputError
from luminet.predict import Predictor, make_detect, to_detections
from tests.tiny_data import CLASS_NAMES, tiny_config


def make_predictor():
    """One whose model never learnt anything, but answers."""
    config = tiny_config("unused", "unused", "model.num_classes=2")
    return Predictor(Checkpoint(build_model(config), config, CLASS_NAMES, {}))


@pytest.fixture(scope="module")
def predictor():
    return make_predictor()


def picture(rng, *size):
    return rng.integers(0, 256, (*size, 3)).astype(np.uint8)


def as_lists(found):
    return found.boxes.tolist(), found.scores.tolist(), found.classes.tolist()


class FixedModel:
    """Finds one object, in pixels of the resized picture, and a row of padding."""

    def __call__(self, batch, training):
        return batch

    def detections(self, outputs):
        return {
            "boxes": tf.constant([[[10.0, 20.0, 30.0, 40.0], [0.0, 0.0, 0.0, 0.0]]]),
            "scores": tf.constant([[0.5, 0.0]]),
            "classes": tf.constant([[1, -1]]),
        }


def test_boxes_come_back_in_pixels_of_the_original():
    batch = {
        "image": tf.zeros([1, 64, 64, 3]),
        "image_size": tf.constant([[64.0, 64.0]]),
        "scale": tf.constant([[0.5, 2.0]]),
    }
    found = make_detect(FixedModel())(batch)
    np.testing.assert_array_equal(found["boxes"][0, 0], [20.0, 10.0, 60.0, 20.0])


def test_padding_is_no_detection():
    found = FixedModel().detections(None)
    (detections,) = to_detections(found)
    assert as_lists(detections) == ([[10.0, 20.0, 30.0, 40.0]], [0.5], [1])


def test_each_image_of_a_batch_has_its_own_detections():
    found = FixedModel().detections(None)
    found = {name: tf.concat([value, value], axis=0) for name, value in found.items()}
    found["classes"] = tf.constant([[1, -1], [-1, -1]])
    assert [len(detections) for detections in to_detections(found)] == [1, 0]


@pytest.mark.parametrize("size", [(64, 64), (50, 130), (300, 200), (1, 1), (1, 2000)])
def test_boxes_lie_on_the_picture(predictor, rng, size):
    found = predictor.predict(picture(rng, *size))
    assert (found.boxes >= 0).all()
    assert (found.boxes <= np.float32([*size, *size]) * (1 + 1e-6)).all()
    assert (found.boxes[:, 2:] > found.boxes[:, :2]).all()
    assert ((found.scores > 0.05) & (found.scores <= 1)).all()
    assert set(found.classes) <= {0, 1}


def test_something_is_found(predictor, rng):
    assert len(predictor.predict(picture(rng, 64, 64))) > 0


def test_same_picture_gives_the_same_detections(predictor, rng):
    pixels = picture(rng, 64, 80)
    first, again = predictor.predict(pixels), predictor.predict(pixels)
    assert as_lists(first) == as_lists(again)


def test_several_sizes_need_one_trace(predictor, rng):
    for size in [(64, 64), (70, 90), (90, 70)]:
        predictor.predict(picture(rng, *size))
    assert predictor._detect.experimental_get_tracing_count() == 1
    assert predictor._to_batch.experimental_get_tracing_count() == 1


def test_two_predictors_live_in_one_process(predictor, rng):
    pixels, other = picture(rng, 64, 64), make_predictor()
    before = as_lists(predictor.predict(pixels))
    assert as_lists(other.predict(pixels)) != before
    assert as_lists(predictor.predict(pixels)) == before


@pytest.mark.parametrize(
    "pixels, received",
    [
        (np.zeros([8, 8, 3], np.float32), r"float32 \[8, 8, 3\]"),
        (np.zeros([8, 8, 3], np.int64), r"int64 \[8, 8, 3\]"),
        (np.zeros([8, 8], np.uint8), r"uint8 \[8, 8\]"),
        (np.zeros([8, 8, 4], np.uint8), r"uint8 \[8, 8, 4\]"),
        (np.zeros([1, 8, 8, 3], np.uint8), r"uint8 \[1, 8, 8, 3\]"),
    ],
)
def test_other_pixels_are_refused(predictor, pixels, received):
    with pytest.raises(ValueError, match=f"must be uint8.*Received: {received}"):
        predictor.predict(pixels)


def test_classes_have_their_numbers(predictor):
    assert predictor.class_indices(["disc", "box"]) == [1, 0]


def test_unknown_class_is_refused_with_a_suggestion(predictor):
    with pytest.raises(InputError, match="no class 'disk'.*did you mean 'disc'"):
        predictor.class_indices(["disk"])
