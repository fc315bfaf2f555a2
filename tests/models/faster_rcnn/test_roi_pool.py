"""RoI pooling, against torchvision's operator and Detectron2's table."""

import numpy as np
import pytest
import tensorflow as tf

from luminet.models import kernels
from luminet.models.faster_rcnn.roi_pool import RoIPool
from tests.oracle import load


def pool_and_differentiate(pool, features, boxes, weights):
    features = tf.constant(features)
    with tf.GradientTape() as tape:
        tape.watch(features)
        pooled = pool([features], boxes)
        total = tf.reduce_sum(pooled * weights)
    return pooled.numpy(), tape.gradient(total, features).numpy()


@pytest.mark.parametrize("stride", [1, 16])
@pytest.mark.parametrize("convention", ["legacy", "aligned"])
def test_align_and_its_gradient_equal_torchvision(convention, stride):
    oracle = load("roi_align")
    pool = RoIPool([stride], size=7, aligned=convention == "aligned")
    pooled, gradient = pool_and_differentiate(
        pool,
        oracle["features"],
        oracle[f"boxes_stride_{stride}"],
        oracle["7x7_weights"],
    )
    np.testing.assert_allclose(pooled, oracle[f"7x7_{convention}_output"], atol=1e-5)
    np.testing.assert_allclose(
        gradient, oracle[f"7x7_{convention}_gradient"], atol=1e-4
    )


@pytest.mark.parametrize("convention", ["legacy", "aligned"])
def test_align_gives_the_table_that_detectron2_publishes(convention):
    oracle = load("roi_align")
    pool = RoIPool([1], size=4, aligned=convention == "aligned")
    pooled = pool([oracle["ramp_features"]], oracle["ramp_boxes"])
    np.testing.assert_allclose(
        pooled[0, 0, :, :, 0], oracle[f"ramp_4x4_{convention}"], atol=1e-5
    )


def test_crop_keeps_the_highest_of_the_samples_from_edge_to_edge():
    ramp = np.arange(25, dtype=np.float32).reshape(1, 5, 5, 1)
    pooled = RoIPool([10], size=2, mode="crop")([ramp], np.float32([[[0, 0, 30, 30]]]))
    # Samples at 0, 1, 2, 3 in both directions; of each two by two the last is highest.
    np.testing.assert_allclose(pooled[0, 0, :, :, 0], [[6, 8], [16, 18]])


@pytest.mark.parametrize("mode", ["align", "crop"])
def test_a_padded_region_is_finite(mode):
    pooled = RoIPool([16], mode=mode)(
        [np.ones([1, 4, 4, 2], "f4")], np.zeros([1, 3, 4])
    )
    assert pooled.shape == (1, 3, 7, 7, 2)
    assert np.isfinite(pooled).all()


def test_a_region_of_224_pixels_belongs_to_stride_16_and_each_doubling_one_further():
    sides = [1, 55, 56, 111, 112, 223, 224, 447, 448, 2000]
    regions = np.float32([[[5, 9, 5 + side, 9 + side] for side in sides]])
    levels = RoIPool([4, 8, 16, 32]).levels(regions)
    np.testing.assert_array_equal(levels, [[0, 0, 0, 0, 1, 1, 2, 2, 3, 3]])
    # What has no size, like padding, is somewhere.
    assert RoIPool([4, 8, 16, 32]).levels(np.zeros([1, 1, 4], "f4")) == 0
    np.testing.assert_array_equal(RoIPool([16]).levels(regions), np.zeros([1, 10]))
    np.testing.assert_array_equal(
        RoIPool([16, 32]).levels(regions), [[0] * 8 + [1] * 2]
    )


@pytest.mark.parametrize("mode", ["align", "crop"])
def test_each_region_is_pooled_from_its_level(mode):
    sizes = [(64, 96), (32, 48), (16, 24), (8, 12), (4, 6)]
    maps = [np.full([2, *size, 1], i, "f4") for i, size in enumerate(sizes)]
    sides = [30, 120, 240, 250, 60]
    regions = np.float32([[[0, 0, side, side] for side in sides], [[0, 0, 9, 9]] * 5])
    pooled = np.asarray(RoIPool([4, 8, 16, 32], mode=mode)(maps, regions))
    assert pooled[0, :, 3, 3, 0].tolist() == [0, 1, 2, 2, 0]
    assert not pooled[1].any()


@pytest.mark.parametrize("mode", ["align", "crop"])
def test_other_backends_pool_the_same(mode, monkeypatch, rng):
    maps = [rng.normal(size=[2, n, n + 2, 3]).astype("f4") for n in (16, 8, 4, 2)]
    corners = rng.uniform(0, 40, [2, 9, 2])
    sizes = rng.uniform(1, 400, [2, 9, 2])
    regions = np.concatenate([corners, corners + sizes], axis=-1).astype("f4")
    pool = RoIPool([4, 8, 16, 32], mode=mode)
    native = pool(maps, regions)
    monkeypatch.setattr(kernels, "tf", None)
    np.testing.assert_allclose(pool(maps, regions), native, atol=1e-4)


def test_a_size_below_one_is_refused():
    with pytest.raises(ValueError, match="size"):
        RoIPool([16], size=0)
