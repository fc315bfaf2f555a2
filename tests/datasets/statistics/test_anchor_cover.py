"""The best anchor of every object, against all anchors laid out."""

import math

import numpy as np
import pytest
from made_columns import columns, example

from luminet import box_ops
from luminet.datasets.padding import SIZE_MULTIPLE
from luminet.datasets.statistics import anchor_cover
from luminet.datasets.statistics.anchor_cover import (
    NetworkView,
    ResizedObjects,
    best_iou,
    resized_targets,
)
from luminet.datasets.statistics.resized import ResizedSize
from luminet.models.anchor_grid import AnchorGrid
from luminet.models.anchors import Anchors

RATIOS = [0.5, 1.0, 2.0]
C4 = {"strides": [16], "sizes": [[64.0, 128.0, 256.0]], "ratios": RATIOS}
FPN = {"strides": [8, 16, 32, 64], "sizes": [[32.0], [64.0], [128.0], [256.0]]}


def random_boxes(rng, size, count=60):
    """Boxes inside a picture, tiny ones and such that touch its border among them."""
    corners = np.sort(rng.uniform(0, 1, [count, 2, 2]), axis=1) * size
    boxes = corners.reshape(count, 4)
    boxes[:5, :2] = 0
    boxes[5:10, 2:] = size
    boxes[10:15, 2:] = boxes[10:15, :2] + rng.uniform(1, 6, [5, 2])
    return boxes.astype(np.float32)


def brute_force(boxes, size, settings, border):
    """IoU with the best of all anchors on the feature maps of one padded picture."""
    padded = [math.ceil(side / SIZE_MULTIPLE) * SIZE_MULTIPLE for side in size]
    features = [
        np.zeros([1, *(math.ceil(side / stride) for side in padded), 1], np.float32)
        for stride in settings["strides"]
    ]
    anchors = Anchors(**settings)(features)
    iou = np.array(box_ops.pairwise_iou(boxes, anchors))
    if border is not None:
        inside = box_ops.inside(anchors, np.float32([size]), border)
        iou = np.where(np.array(inside), iou, 0.0)
    return iou.max(axis=1)


@pytest.mark.parametrize("border", [None, 0.0, 20.0])
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="in the middle of cells"),
        pytest.param({"offset": 0.0}, id="in their corners"),
        pytest.param({"offset": 0.0, "rounded": True}, id="rounded"),
        pytest.param({"ratios": [0.2, 1.4, 5.0]}, id="odd shapes"),
        pytest.param(FPN, id="several levels"),
    ],
)
def test_equals_the_best_of_all_anchors(rng, changes, border):
    settings = C4 | changes
    for size in ((600, 800), (333, 500), (97, 64), (20, 640)):
        boxes = random_boxes(rng, size)
        objects = ResizedObjects(boxes, np.float32([size] * len(boxes)))
        view = NetworkView(None, AnchorGrid(**settings), border=border)
        expected = brute_force(boxes, size, settings, border)
        np.testing.assert_allclose(best_iou(objects, view), expected, atol=2e-5)


def test_a_box_that_is_an_anchor_overlaps_it_wholly():
    # Cell 4, 9 of stride 16: its middle is at 72, 152.
    objects = ResizedObjects(
        np.float32([[40, 120, 104, 184]]), np.float32([[600, 800]])
    )
    view = NetworkView(None, AnchorGrid([16], [[64.0]], [1.0]))
    np.testing.assert_allclose(best_iou(objects, view), [1.0])


def test_where_no_anchor_may_stick_out_a_small_picture_has_none():
    objects = ResizedObjects(np.float32([[0, 0, 40, 40]]), np.float32([[40, 40]]))
    view = NetworkView(None, AnchorGrid([16], [[64.0]], [1.0]), border=0.0)
    np.testing.assert_array_equal(best_iou(objects, view), [0.0])


def test_no_object_has_no_overlap():
    objects = ResizedObjects(np.zeros([0, 4], np.float32), np.zeros([0, 2]))
    assert best_iou(objects, NetworkView(None, AnchorGrid([16], [[64.0]]))).shape == (
        0,
    )


def test_objects_grow_with_their_pictures():
    table = columns(
        example((100, 200), [[10, 20, 30, 40]]),
        example((50, 50)),
        example((400, 100), [[0, 0, 400, 100]]),
    )
    objects = resized_targets(table, ResizedSize(200, 300))
    expected = [[15, 30, 45, 60], [0, 0, 300, 75]]
    np.testing.assert_allclose(objects.boxes, expected)
    np.testing.assert_array_equal(objects.image_sizes, [[150, 300], [300, 75]])


def test_difficult_objects_and_crowds_are_no_targets():
    boxes = [[0, 0, 9, 9], [0, 0, 19, 19], [0, 0, 29, 29]]
    table = columns(
        example((60, 60), boxes, difficult=[0, 1, 0], crowd=[1, 0, 0]),
    )
    objects = resized_targets(table, ResizedSize(60, 60))
    np.testing.assert_array_equal(objects.boxes, [[0, 0, 29, 29]])


def test_pictures_are_padded_as_in_the_pipeline():
    assert anchor_cover.SIZE_MULTIPLE == SIZE_MULTIPLE
