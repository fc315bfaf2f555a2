"""Anchors, against torchvision's and Detectron2's."""

import numpy as np
import pytest

from luminet.models.anchors import Anchors
from tests.oracle import load


def features(sizes):
    return [np.zeros([1, height, width, 1], np.float32) for height, width in sizes]


@pytest.mark.parametrize("case", ["one_level", "three_levels"])
def test_rounded_anchors_equal_torchvision(case):
    oracle = load("anchors")
    anchors = Anchors(
        [int(stride) for stride in oracle[f"{case}_strides"]],
        sizes=oracle[f"{case}_sizes"].tolist(),
        ratios=oracle[f"{case}_ratios"].tolist(),
        offset=0.0,
        rounded=True,
    )
    boxes = anchors(features(oracle[f"{case}_feature_sizes"]))
    np.testing.assert_array_equal(boxes, oracle[f"{case}_anchors"])


@pytest.mark.parametrize("offset, case", [(0.0, "offset_0"), (0.5, "offset_half")])
def test_anchors_equal_the_ones_that_detectron2_publishes(offset, case):
    oracle = load("anchors")
    anchors = Anchors([4], [[32.0, 64.0]], [0.25, 1.0, 4.0], offset=offset)
    boxes = np.asarray(anchors(features([[1, 2]])))
    # Detectron2 goes through the sizes first, luminet through the ratios.
    expected = oracle[f"detectron2_{case}"].reshape(2, 2, 3, 4)
    order = oracle["detectron2_cell_order"].reshape(2, 3, 2)
    np.testing.assert_array_equal(order[0, :, 1], [32, 32, 32])
    by_ratio = np.argsort(order[0, :, 0])
    expected = expected[:, :, by_ratio].transpose(0, 2, 1, 3).reshape(-1, 4)
    np.testing.assert_allclose(boxes, expected, atol=1e-4)


def test_a_ratio_is_height_over_width_and_keeps_the_area():
    boxes = Anchors([16], [[64.0]], [4.0])(features([[1, 1]]))
    np.testing.assert_allclose(boxes, [[8 - 64, 8 - 16, 8 + 64, 8 + 16]])


def test_neighbouring_cells_are_a_stride_apart():
    anchors = Anchors([16], [[32.0, 64.0]], [1.0])
    boxes = np.reshape(anchors(features([[3, 4]])), [3, 4, 2, 4])
    np.testing.assert_allclose(boxes[1:] - boxes[:-1], [[[[16, 0, 16, 0]] * 2] * 4] * 2)
    np.testing.assert_allclose(boxes[:, 1] - boxes[:, 0], [[[0, 16, 0, 16]] * 2] * 3)


def test_fitted_strides_are_pixels_over_cells_rounded_down():
    # Seven cells of stride 32 are 224 pixels: the four after them are 56 apart, not 64.
    anchors = Anchors([32, 64], [[64.0], [128.0]], [1.0], offset=0.0, fitted=True)
    fine, coarse = np.split(anchors(features([[2, 7], [1, 4]])), [14])
    np.testing.assert_array_equal(coarse[1] - coarse[0], [0, 56, 0, 56])
    np.testing.assert_array_equal(fine[1] - fine[0], [0, 32, 0, 32])
    np.testing.assert_array_equal(fine[7] - fine[0], [32, 0, 32, 0])


def test_count_is_of_each_level():
    anchors = Anchors([8, 16], [[32.0], [64.0]], [0.5, 1.0, 2.0])
    maps = features([[4, 6], [2, 3]])
    assert anchors.count(maps) == [72, 18]
    assert len(anchors(maps)) == 90


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"sizes": [[32.0], [64.0]]}, "one list for each feature level"),
        ({"sizes": [[]]}, "equally many sizes"),
        ({"sizes": [[-1.0]]}, "positive"),
        ({"ratios": []}, "positive"),
        ({"offset": 2.0}, "offset"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        Anchors(**{"strides": [16], "sizes": [[32.0]], **wrong})
