"""The numbers of COCO and VOC, worked out by hand."""

import json

import numpy as np
import pytest

from luminet import metrics
from luminet.datasets.example import Example
from luminet.detections import Detections
from luminet.errors import LuminetError

COCO_NAMES = ("AP", "AP50", "AP75", "APs", "APm", "APl")
COCO_NAMES += ("AR1", "AR10", "AR100", "ARs", "ARm", "ARl")
VOC_NAMES = ("voc_mAP50", "voc_mAP50_11point")
NAMES = ("cat", "dog", "cow")

SQUARE = [0.0, 0.0, 10.0, 10.0]
FAR = [50.0, 50.0, 90.0, 90.0]


def example(boxes, classes=None, image_id="one", **flags):
    boxes = np.asarray(boxes, np.float32).reshape(-1, 4)
    classes = np.zeros(len(boxes)) if classes is None else classes
    classes = np.asarray(classes, np.int32)
    return Example(image_id, "one.jpg", b"", 100, 100, boxes, classes, **flags)


def found(*boxes, scores=None):
    """Detections of class 0, the first one the best."""
    scores = np.linspace(0.9, 0.1, len(boxes)) if scores is None else scores
    return Detections(boxes, scores, np.zeros(len(boxes)))


def evaluate_one(truth, detections, **options):
    return metrics.evaluate([truth], [detections], NAMES[:1], **options)


# By hand


def test_the_second_on_an_object_is_an_error_in_voc_and_takes_the_next_in_coco():
    # Both detections overlap the first object most; the second detection overlaps the
    # second object by 8/12 too.
    truth = example([SQUARE, [0.0, 3.0, 10.0, 13.0]])
    result = evaluate_one(truth, found(SQUARE, [0.0, 1.0, 10.0, 11.0]))
    assert result["AP50"] == 1.0
    assert result["voc_mAP50"] == 0.5
    assert result["voc_mAP50_11point"] == pytest.approx(6 / 11)


def test_an_overlap_of_exactly_a_half_counts_in_coco_and_not_in_voc():
    result = evaluate_one(example([SQUARE]), found([0.0, 0.0, 10.0, 5.0]))
    assert result["AP50"] == 1.0
    assert result["voc_mAP50"] == 0.0


def test_an_error_above_the_only_hit_halves_the_precision():
    result = evaluate_one(example([SQUARE]), found(FAR, SQUARE))
    for name in ("AP", "AP50", "voc_mAP50", "voc_mAP50_11point"):
        assert result[name] == pytest.approx(0.5), name


@pytest.mark.parametrize("flag", ["difficult", "crowd"])
def test_an_ignored_object_is_not_asked_for_and_finding_it_is_no_error(flag):
    truth = example([SQUARE, FAR], **{flag: np.array([False, True])})
    for detections in (found(SQUARE), found(FAR, SQUARE)):
        result = evaluate_one(truth, detections)
        assert (result["AP"], result["voc_mAP50"]) == (1.0, 1.0)
        assert result["num_objects"] == 1


def test_difficult_objects_can_be_counted():
    truth = example([SQUARE, FAR], difficult=np.array([False, True]))
    result = evaluate_one(truth, found(SQUARE), count_difficult=True)
    assert result["AP"] == pytest.approx(51 / 101)
    assert result["voc_mAP50"] == 0.5
    assert result["num_objects"] == 2


def test_a_crowd_absorbs_whatever_lies_inside_it_and_a_difficult_object_does_not():
    inside = [[50.0, 50.0, 60.0, 60.0], [70.0, 70.0, 80.0, 80.0]]
    flag = np.array([False, True])
    detections = found(*inside, SQUARE)
    crowd = evaluate_one(example([SQUARE, FAR], crowd=flag), detections)
    difficult = evaluate_one(example([SQUARE, FAR], difficult=flag), detections)
    assert crowd["AP"] == 1.0
    assert difficult["AP"] == pytest.approx(1 / 3)


def test_classes_do_not_mix():
    truth = example([SQUARE, FAR], [0, 1])
    detections = Detections([SQUARE, FAR, SQUARE], [0.9, 0.8, 0.7], [0, 0, 1])
    result = metrics.evaluate([truth], [detections], NAMES)
    rows = result["per_class"]
    numbers = ("objects", "AP", "AP50", "voc_AP50", "voc_AP50_11point")
    assert list(rows) == ["cat", "dog", "cow"]
    assert [rows["cat"][number] for number in numbers] == [1, 1.0, 1.0, 1.0, 1.0]
    assert [rows["dog"][number] for number in numbers] == [1, 0.0, 0.0, 0.0, 0.0]
    assert [rows["cow"][number] for number in numbers] == [0, None, None, None, None]
    assert (result["AP"], result["voc_mAP50"]) == (0.5, 0.5)


def test_eleven_points_are_those_of_the_devkit():
    # Three of ten objects found: a recall of .3 reaches 0, .1 and .2 only, for the
    # devkit's fourth point is 0.30000000000000004.
    boxes = [[0.0, 10.0 * x, 10.0, 10.0 * x + 10.0] for x in range(10)]
    result = evaluate_one(example(boxes), found(*boxes[:3]))
    assert result["voc_mAP50_11point"] == pytest.approx(3 / 11)
    assert result["voc_mAP50"] == pytest.approx(0.3)


def test_only_the_best_hundred_detections_of_a_class_count_in_coco():
    boxes = [FAR] * 100 + [SQUARE]
    assert evaluate_one(example([SQUARE]), found(*boxes))["AP50"] == 0.0
    assert evaluate_one(example([SQUARE]), found(*boxes[1:]))["AP50"] > 0.0


# Nothing there


def test_nothing_found_is_zero():
    result = evaluate_one(example([SQUARE]), Detections())
    for name in ("AP", "AP50", "APs", "AR1", "AR100", "ARs", *VOC_NAMES):
        assert result[name] == 0.0, name


def test_what_has_no_object_is_null_and_never_a_number():
    result = evaluate_one(example([SQUARE]), found(SQUARE))
    for name in ("APm", "APl", "ARm", "ARl"):
        assert result[name] is None, name


@pytest.mark.parametrize("images", [0, 1, 3])
@pytest.mark.parametrize("detections", [found(), found(SQUARE)])
def test_no_object_at_all_is_null_throughout(images, detections):
    result = metrics.evaluate([example([])] * images, [detections] * images, NAMES)
    assert {result[name] for name in COCO_NAMES + VOC_NAMES} == {None}
    assert (result["num_images"], result["num_objects"]) == (images, 0)


def test_the_result_is_json():
    detections = Detections([SQUARE], [0.5], [0])
    result = metrics.evaluate([example([SQUARE], [1])], [detections], NAMES)
    assert json.loads(json.dumps(result, allow_nan=False)) == result


# What is refused


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_none_is_refused_with_its_image(value):
    with pytest.raises(LuminetError, match="Image one: a box of the detections"):
        evaluate_one(example([SQUARE]), found([0.0, 0.0, value, 10.0]))
    with pytest.raises(LuminetError, match="Image one: a score"):
        evaluate_one(example([SQUARE]), found(SQUARE, scores=[value]))
    with pytest.raises(LuminetError, match="Image one: a box of the ground truth"):
        evaluate_one(example([[0.0, value, 5.0, 5.0]]), found())


def test_a_box_that_is_inside_out_is_refused():
    with pytest.raises(LuminetError, match="not finite or inside out"):
        evaluate_one(example([SQUARE]), found([5.0, 5.0, 4.0, 6.0]))


@pytest.mark.parametrize("index", [-1, 1])
def test_a_class_without_a_name_is_refused(index):
    with pytest.raises(LuminetError, match=rf"0 to 0. Received: \[{index}\]"):
        evaluate_one(example([SQUARE], [index]), found())
    with pytest.raises(LuminetError, match=rf"0 to 0. Received: \[{index}\]"):
        evaluate_one(example([SQUARE]), Detections([SQUARE], [0.5], [index]))


def test_as_many_detections_as_images_are_asked_for():
    with pytest.raises(ValueError, match="Received: 0 and 1"):
        metrics.evaluate([example([])], [], NAMES)


# Forms and text


def test_coco_form():
    flags = {"difficult": np.array([True, False]), "crowd": np.array([False, True])}
    truth = example([[1, 2, 11, 22], [0, 0, 2, 2]], [1, 0], **flags)
    written = metrics.coco_ground_truth([truth], NAMES[:2])
    size = {"height": 100, "width": 100}
    assert written["images"] == [{"id": 1, "file_name": "one.jpg", **size}]
    assert written["categories"] == [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
    assert written["annotations"] == [
        {
            **{"id": 1, "image_id": 1, "category_id": 2, "iscrowd": 0},
            **{"bbox": [2.0, 1.0, 20.0, 10.0], "area": 1e11},
        },
        {
            **{"id": 2, "image_id": 1, "category_id": 1, "iscrowd": 1},
            **{"bbox": [0.0, 0.0, 2.0, 2.0], "area": 4.0},
        },
    ]
    assert json.loads(json.dumps(written)) == written


def test_coco_predictions_have_the_numbers_of_the_data_set():
    detections = Detections([[1, 2, 11, 22]], [0.5], [1])
    box = {"bbox": [2.0, 1.0, 20.0, 10.0], "score": 0.5}
    assert metrics.coco_predictions([397133], [detections]) == [
        {"image_id": 397133, "category_id": 2, **box}
    ]
    written = metrics.coco_predictions([397133], [detections], category_ids=[17, 90])
    assert written == [{"image_id": 397133, "category_id": 90, **box}]
    assert json.loads(json.dumps(written)) == written


def test_standard_output_stays_empty(capfd):
    evaluate_one(example([SQUARE]), found(SQUARE))
    assert capfd.readouterr() == ("", "")


def test_the_table_is_plain_and_narrow():
    names = ("cat", "[bold]:smile:", "a name that is much too long " * 4)
    detections = Detections([SQUARE], [0.5], [0])
    result = metrics.evaluate([example([SQUARE])], [detections], names)
    table = metrics.format_table(result)
    assert table.startswith("1 images, 1 objects; all numbers in percent\n\nAP ")
    assert max(map(len, table.splitlines())) <= 80
    assert "\x1b" not in table
    rows = [line.split() for line in table.splitlines()]
    assert ["cat", "1", "100.00", "100.00", "100.00", "100.00"] in rows
    assert ["[bold]:smile:", "0", "n/a", "n/a", "n/a", "n/a"] in rows
