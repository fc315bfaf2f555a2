import subprocess
import sys

import numpy as np
import pytest

from luminet.detections import Detections

NAMES = ("cat", "dog")
BOXES = [[10.0, 20.0, 30.0, 50.0], [0.0, 0.0, 5.0, 5.0], [1.0, 2.0, 3.0, 4.0]]
THREE = Detections(BOXES, [0.5, 0.25, 0.75], [0, 1, 1])


def test_are_sorted_best_first():
    np.testing.assert_array_equal(THREE.scores, np.float32([0.75, 0.5, 0.25]))
    np.testing.assert_array_equal(THREE.classes, [1, 0, 1])
    np.testing.assert_array_equal(THREE.boxes[0], [1.0, 2.0, 3.0, 4.0])


def test_equal_scores_keep_their_order():
    found = Detections(np.zeros([3, 4]), [0.5, 0.5, 0.5], [2, 0, 1])
    np.testing.assert_array_equal(found.classes, [2, 0, 1])


def test_types_are_float32_and_int32():
    types = [THREE.boxes.dtype, THREE.scores.dtype, THREE.classes.dtype]
    assert types == [np.float32, np.float32, np.int32]


def test_nothing_found_is_empty():
    assert len(Detections()) == 0
    assert Detections().boxes.shape == (0, 4)
    assert Detections().to_dicts(NAMES) == []


def test_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"Received: \(1, 4\), \(2,\) and \(1,\)"):
        Detections([[0, 0, 1, 1]], [0.5, 0.5], [0])


@pytest.mark.parametrize(
    "wish, expected",
    [
        pytest.param({}, [0.75, 0.5, 0.25], id="everything"),
        pytest.param({"min_prob": 0.5}, [0.75, 0.5], id="likely, and just so"),
        pytest.param({"max_detections": 1}, [0.75], id="the best"),
        pytest.param({"max_detections": 0}, [], id="none"),
        pytest.param({"only": [1]}, [0.75, 0.25], id="one class"),
        pytest.param({"only": []}, [], id="no class"),
        pytest.param({"ignore": [1]}, [0.5], id="all but one class"),
        pytest.param({"only": {1}, "max_detections": 1}, [0.75], id="best of a class"),
    ],
)
def test_select(wish, expected):
    np.testing.assert_array_equal(THREE.select(**wish).scores, np.float32(expected))


def test_dicts_are_rounded_and_have_x_before_y():
    found = Detections([[1.234, 2.345678, 3.0, 4.999]], [0.123456], [1])
    assert found.to_dicts(NAMES) == [
        {"bbox": [2.35, 1.23, 5.0, 3.0], "label": "dog", "prob": 0.1235}
    ]


def test_the_numbers_and_pictures_need_no_tensorflow():
    modules = "detections, metrics, plots, vis"
    code = f"import sys; from luminet import {modules}; print(*sys.modules)"
    run = [sys.executable, "-c", code]
    loaded = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    heavy = {"tensorflow", "keras", "matplotlib", "faster_coco_eval", "rich"}
    assert not heavy & set(loaded.split())
