"""Recall of proposals, against pycocotools asked to forget its categories."""

import contextlib
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from luminet import metrics, proposals
from luminet.config import default_config
from luminet.datasets.example import Example
from luminet.detections import Detections
from luminet.evaluate import check_classes, evaluate
from tests.test_evaluate import EXAMPLES, RESIZE, split, truth  # noqa: F401

NAMES = ("cat", "dog", "cow")


def scene(seed, most):
    """Two images with objects of three classes, and far more boxes than objects."""
    rng = np.random.default_rng(seed)
    images, found = [], []
    for index in range(2):
        boxes = _random_boxes(rng, rng.integers(1, 30))
        classes = rng.integers(0, 3, len(boxes)).astype(np.int32)
        images.append(Example(str(index), "", b"", 256, 256, boxes, classes))
        near = boxes[rng.integers(0, len(boxes), most)]
        near = near + rng.integers(-6, 7, near.shape).astype(np.float32)
        near[:, 2:] = np.maximum(near[:, :2], near[:, 2:])
        scores = (rng.permutation(most) + 1.0) / most
        found.append(Detections(near, scores, rng.integers(0, 3, most)))
    return images, found


def _random_boxes(rng, count):
    corner = rng.integers(10, 150, [count, 2])
    sides = rng.integers(4, 90, [count, 2])
    return np.concatenate([corner, corner + sides], axis=1).astype(np.float32)


def recall_of_pycocotools(images, found):
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = metrics.coco_ground_truth(images, NAMES)
        coco.createIndex()
        results = coco.loadRes(metrics.coco_predictions([1, 2], found))
        evaluator = COCOeval(coco, results, "bbox")
        evaluator.params.useCats = 0
        evaluator.params.maxDets = [100, 300, 1000]
        evaluator.evaluate()
        evaluator.accumulate()
    return evaluator.eval["recall"][:, 0, 0].mean(axis=0)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([20, 250, 1200]))
def test_recall_equals_pycocotools_without_categories(seed, most):
    images, found = scene(seed, most)
    recall = proposals.average_recall(images, found)
    assert list(recall) == ["AR100", "AR300", "AR1000"]
    expected = recall_of_pycocotools(images, found)
    assert list(recall.values()) == pytest.approx(expected.tolist(), abs=1e-12)


def test_more_proposals_find_more():
    recall = proposals.average_recall(*scene(0, 1200))
    assert 0 < recall["AR100"] < recall["AR300"] < recall["AR1000"]


def test_no_object_no_recall():
    image = Example("", "", b"", 9, 9, np.zeros([0, 4], "f4"), np.zeros(0, "i4"))
    assert proposals.average_recall([image], [Detections()])["AR300"] is None


def test_without_a_second_stage_there_is_one_class():
    model = default_config()["model"]
    assert proposals.class_names_of(model, ["a", "b"]) == ("a", "b")
    model["rcnn"]["enabled"] = False
    assert proposals.class_names_of(model, ["a", "b"]) == ("object",)


def test_a_model_of_objects_is_measured_without_classes(split):  # noqa: F811
    oracle = truth()
    oracle.answers = [(boxes, 0 * classes) for boxes, classes in oracle.answers]
    numbers = evaluate(None, split, RESIZE, proposals.CLASS_NAMES, oracle).numbers
    assert numbers["AP"] == pytest.approx(1.0)
    assert numbers["AR1000"] == pytest.approx(1.0)
    assert numbers["per_class"]["object"]["objects"] == sum(
        len(example.boxes) for example in EXAMPLES
    )
    assert "recall with 300" in metrics.format_table(numbers)


def test_a_model_of_objects_goes_with_any_data_set(tiny_store):
    check_classes(["object"], tiny_store)
