"""Measuring a model: what it is asked, and what its answers are compared with."""

import numpy as np
import pytest
import tensorflow as tf

from luminet.datasets.transforms import Resize
from luminet.errors import InputError
from luminet.evaluate import check_classes, evaluate, read_ground_truth
from tests.tiny_data import CLASS_NAMES, draw_examples, write_store

SIZES = [(64, 64), (50, 100), (96, 48)]
EXAMPLES = draw_examples(SIZES, [2, 0, 3])
RESIZE = Resize(96, 128)


@pytest.fixture(scope="module")
def split(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evaluate") / "store"
    return write_store(folder, val=EXAMPLES).splits["val"]


class Oracle:
    """Detects what it was told, one picture after the other; remembers what it saw."""

    def __init__(self, boxes, classes):
        self.answers = list(zip(boxes, classes, strict=True))
        self.seen = []

    def __call__(self, batch):
        boxes, classes = self.answers[len(self.seen)]
        self.seen.append(batch)
        padding = 2
        return {
            "boxes": tf.pad(boxes, [[0, padding], [0, 0]])[None],
            "scores": tf.pad(tf.ones(len(boxes)), [[0, padding]])[None],
            "classes": tf.pad(classes, [[0, padding]], constant_values=-1)[None],
        }


def truth(examples=EXAMPLES):
    return Oracle([e.boxes for e in examples], [e.classes for e in examples])


def numbers(split, oracle):
    return evaluate(None, split, RESIZE, CLASS_NAMES, oracle).numbers


def test_the_truth_scores_one(split):
    measured = numbers(split, truth())
    assert measured["AP"] == pytest.approx(1.0)
    assert measured["AR100"] == pytest.approx(1.0)
    assert measured["voc_mAP50"] == pytest.approx(1.0)


def test_nothing_scores_zero(split):
    nothing = Oracle([np.zeros([0, 4], np.float32)] * 3, [np.zeros(0, np.int32)] * 3)
    assert numbers(split, nothing)["AP"] == 0.0


def test_right_boxes_of_the_wrong_class_score_zero(split):
    wrong = Oracle([e.boxes for e in EXAMPLES], [1 - e.classes for e in EXAMPLES])
    assert numbers(split, wrong)["AP50"] == 0.0


def test_answers_to_other_pictures_score_nothing(split):
    assert numbers(split, truth(EXAMPLES[::-1]))["AP"] < 0.3


def test_boxes_are_compared_in_pixels_of_the_original(split):
    scaled = Oracle([1.5 * e.boxes for e in EXAMPLES], [e.classes for e in EXAMPLES])
    assert numbers(split, scaled)["AP"] < 0.3


def test_the_model_sees_resized_pictures_one_by_one(split):
    oracle = truth()
    numbers(split, oracle)
    sizes = [batch["image_size"].numpy().tolist() for batch in oracle.seen]
    assert sizes == [[[96, 96]], [[64, 128]], [[128, 64]]]
    assert all(
        batch.keys() == {"image", "image_size", "scale"} for batch in oracle.seen
    )


def test_evaluation_holds_truth_and_detections_in_order(split):
    evaluation = evaluate(None, split, RESIZE, CLASS_NAMES, truth())
    assert [len(found) for found in evaluation.detections] == [2, 0, 3]
    assert [len(example.boxes) for example in evaluation.ground_truth] == [2, 0, 3]


def test_progress_is_told_after_each_picture(split):
    told = []
    evaluate(
        None, split, RESIZE, CLASS_NAMES, truth(), lambda *numbers: told.append(numbers)
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("name", ["boxes", "classes", "difficult", "crowd", "area"])
def test_ground_truth_is_what_was_converted(split, name):
    for example, expected in zip(read_ground_truth(split), EXAMPLES, strict=True):
        np.testing.assert_array_equal(getattr(example, name), getattr(expected, name))


def test_ground_truth_names_its_pictures(split):
    found = read_ground_truth(split)
    assert [example.image_id for example in found] == ["0-0", "0-1", "0-2"]
    assert [(example.height, example.width) for example in found] == SIZES


def test_without_any_object_there_is_nothing_to_measure(tmp_path):
    examples = draw_examples(SIZES, [0, 0, 0])
    store = write_store(tmp_path / "store", val=examples)
    assert numbers(store.splits["val"], truth(examples))["AP"] is None


def test_classes_must_be_those_of_the_model(tiny_store):
    check_classes(["box", "disc"], tiny_store)
    with pytest.raises(InputError, match=r"\(box, disc\) are not the model's \(disc,"):
        check_classes(["disc", "box"], tiny_store)
