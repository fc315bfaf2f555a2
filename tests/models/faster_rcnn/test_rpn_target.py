"""What the first stage should say of each anchor, by hand."""

import numpy as np
import pytest

from luminet.models.faster_rcnn.rpn_target import RPNTarget

IMAGE_SIZE = np.float32([[100, 100]])
GT_BOXES = np.float32([[[10, 10, 30, 30], [0, 0, 0, 0]]])  # the second one is padding
GT_CLASSES = np.int32([[2, -1]])
NOT_IGNORED = np.array([[False, False]])
SEED = np.int32([7])
ANCHORS = np.float32(
    [
        [10, 10, 30, 30],  # on the object
        [10, 10, 30, 40],  # IoU 2/3: neither here nor there
        [60, 60, 80, 80],  # nowhere near it
        [90, 90, 110, 110],  # leaves the image
    ]
)


def targets(
    anchors=ANCHORS, boxes=GT_BOXES, classes=GT_CLASSES, ignore=NOT_IGNORED, **settings
):
    target = RPNTarget(**settings)
    labels, deltas = target(anchors, IMAGE_SIZE, boxes, classes, ignore, SEED)
    return np.asarray(labels), np.asarray(deltas)


def test_labels():
    labels, deltas = targets()
    np.testing.assert_array_equal(labels, [[1, -1, 0, 0]])
    np.testing.assert_allclose(deltas[0, 0], np.zeros(4), atol=1e-6)


def test_anchors_that_leave_the_image_can_be_left_out():
    labels, _ = targets(border=0.0)
    np.testing.assert_array_equal(labels, [[1, -1, 0, -1]])


def test_best_anchor_of_an_object_is_positive_however_small_its_overlap():
    labels, _ = targets(ANCHORS[1:])
    np.testing.assert_array_equal(labels, [[1, 0, 0]])


def test_no_objects_no_positives():
    labels, deltas = targets(
        boxes=np.zeros_like(GT_BOXES), classes=np.int32([[-1, -1]])
    )
    np.testing.assert_array_equal(labels, [[0, 0, 0, 0]])
    assert np.isfinite(deltas).all()


def test_an_ignored_object_is_neither_target_nor_background():
    labels, _ = targets(ignore=np.array([[True, False]]))
    np.testing.assert_array_equal(labels, [[-1, -1, 0, 0]])


def test_garbage_in_the_padding_changes_nothing():
    garbage = GT_BOXES.copy()
    garbage[0, 1] = [60, 60, 80, 80]
    np.testing.assert_array_equal(targets(boxes=garbage)[0], targets()[0])


def test_sampling_keeps_its_budget():
    anchors = np.repeat(ANCHORS, 50, axis=0)
    labels, _ = targets(anchors, num_samples=40, positive_fraction=0.25)
    assert [(labels == 1).sum(), (labels == 0).sum()] == [10, 30]


def test_background_fills_the_budget_where_objects_are_few():
    anchors = np.concatenate([ANCHORS[:1], np.repeat(ANCHORS[2:3], 99, axis=0)])
    labels, _ = targets(anchors, num_samples=40)
    assert [(labels == 1).sum(), (labels == 0).sum()] == [1, 39]


@pytest.mark.parametrize(
    "wrong", [{"negative_iou": 0.8}, {"num_samples": 0}, {"positive_fraction": 1.5}]
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RPNTarget(**wrong)
