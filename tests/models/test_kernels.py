"""Non-maximum suppression and crop-and-resize: both twins, and torchvision."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from luminet.models import kernels, portable_kernels
from tests.oracle import load

SUPPRESS = [kernels._native_nms, portable_kernels.non_max_suppression]
CROP = [kernels._native_crop, portable_kernels.crop_and_resize]
both_nms = pytest.mark.parametrize("suppress", SUPPRESS)
both_crops = pytest.mark.parametrize("crop", CROP)


def kept(suppress, boxes, scores, threshold, count=100):
    """Indices of the boxes that stay, best first."""
    found = suppress(
        boxes[None, :, None], scores[None, :, None], threshold, count, -1.0
    )
    real = np.asarray(found["classes"][0]) >= 0
    return [
        int(np.flatnonzero((boxes == box).all(axis=1) & (scores == score))[0])
        for box, score in zip(
            np.asarray(found["boxes"][0])[real],
            np.asarray(found["scores"][0])[real],
            strict=True,
        )
    ]


@both_nms
@pytest.mark.parametrize("threshold", [30, 50, 70])
@pytest.mark.parametrize("case", ["random", "clustered", "limit"])
def test_nms_keeps_what_torchvision_keeps(suppress, case, threshold):
    oracle = load("nms")
    indices = kept(
        suppress, oracle[f"{case}_boxes"], oracle[f"{case}_scores"], threshold / 100
    )
    assert indices == oracle[f"{case}_keep_{threshold}"].tolist()


@both_nms
@pytest.mark.parametrize("threshold", [30, 50, 70])
def test_nms_goes_class_by_class_as_in_torchvision(suppress, threshold):
    oracle = load("nms")
    boxes, scores = oracle["batched_boxes"], oracle["batched_scores"]
    classes = oracle["batched_classes"]
    per_class = np.zeros([1, len(scores), classes.max() + 1], np.float32)
    per_class[0, np.arange(len(scores)), classes] = scores
    found = suppress(boxes[None, :, None], per_class, threshold / 100, 60, 0.0)
    expected = oracle[f"batched_keep_{threshold}"]
    real = np.asarray(found["classes"][0]) >= 0
    np.testing.assert_array_equal(found["scores"][0][real], scores[expected])
    np.testing.assert_array_equal(found["classes"][0][real], classes[expected])


@both_nms
def test_nms_pads_with_zeros_and_no_class(suppress):
    boxes = np.float32([[[0, 0, 9, 9]], [[0, 0, 9, 9]]])[:, :, None]
    found = suppress(boxes, np.float32([[[0.9]], [[0.1]]]), 0.5, 2, 0.5)
    np.testing.assert_array_equal(found["classes"], [[0, -1], [-1, -1]])
    np.testing.assert_allclose(found["scores"], [[0.9, 0], [0, 0]])
    np.testing.assert_array_equal(found["boxes"][0], [[0, 0, 9, 9], [0, 0, 0, 0]])


@both_nms
def test_nms_keeps_only_what_scores_above_zero(suppress):
    boxes = np.float32([[[0, 0, 9, 9], [20, 20, 30, 30], [40, 40, 50, 50]]])[:, :, None]
    found = suppress(boxes, np.float32([[[-0.5], [1e-6], [0.0]]]), 0.5, 3, 0.0)
    np.testing.assert_array_equal(found["classes"], [[0, -1, -1]])
    np.testing.assert_array_equal(found["boxes"][0, 0], [20, 20, 30, 30])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31 - 1), st.sampled_from([0.1, 0.3, 0.5, 0.7, 1.0]))
def test_the_twins_of_nms_agree(seed, threshold):
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 60, [2, 30, 3, 2])
    boxes = np.concatenate([corners, corners + rng.uniform(1, 40, [2, 30, 3, 2])], -1)
    scores = rng.permutation(180).reshape(2, 30, 3) / 180
    arguments = (boxes.astype("f4"), scores.astype("f4"), threshold, 20, 0.1)
    native, portable = (suppress(*arguments) for suppress in SUPPRESS)
    for name in native:
        np.testing.assert_array_equal(native[name], portable[name])


@both_crops
def test_crop_takes_cells_where_points_hit_them(crop):
    features = np.arange(20, dtype=np.float32).reshape(1, 4, 5, 1)
    points = np.float32([[1, 1, 3, 3]])
    sampled = np.asarray(crop(features, points, np.int32([0]), [3, 3]))[0, :, :, 0]
    np.testing.assert_allclose(sampled, [[6, 7, 8], [11, 12, 13], [16, 17, 18]])


@both_crops
def test_crop_interpolates_between_cells(crop):
    features = np.float32([[0, 10], [20, 30]]).reshape(1, 2, 2, 1)
    sampled = crop(features, np.float32([[0.5, 0, 1, 1]]), np.int32([0]), [2, 2])
    np.testing.assert_allclose(np.ravel(sampled), [10, 20, 20, 30], rtol=1e-6)


@both_crops
def test_crop_is_zero_outside(crop):
    features = np.ones([1, 3, 3, 1], np.float32)
    sampled = crop(features, np.float32([[-1, 0, 3, 2]]), np.int32([0]), [5, 2])
    np.testing.assert_allclose(np.ravel(sampled), [0, 0, 1, 1, 1, 1, 1, 1, 0, 0])


def test_the_twins_of_crop_agree_in_values_and_gradients(rng):
    features = tf.constant(rng.normal(size=[2, 7, 9, 3]), tf.float32)
    corners = rng.uniform(-2, 9, [40, 2])
    points = np.concatenate([corners, corners + rng.uniform(0, 6, [40, 2])], -1)
    image_index = rng.integers(0, 2, 40).astype(np.int32)
    weights = rng.normal(size=[40, 6, 4, 3]).astype(np.float32)
    results = []
    for crop in CROP:
        with tf.GradientTape() as tape:
            tape.watch(features)
            sampled = crop(features, points.astype(np.float32), image_index, [6, 4])
            total = tf.reduce_sum(sampled * weights)
        results.append((sampled.numpy(), tape.gradient(total, features).numpy()))
    np.testing.assert_allclose(results[0][0], results[1][0], atol=1e-4)
    np.testing.assert_allclose(results[0][1], results[1][1], atol=1e-3)


@both_crops
def test_crop_of_bfloat16_interpolates_in_float32(crop):
    # Cell 1001 is not among bfloat16's numbers; nor is a weight of 1 - 1/512.
    features = np.zeros([1, 2, 1003, 1], np.float32)
    features[0, :, 1001] = 512.0
    points = np.float32([[0, 1001, 1, 1001 + 511 / 512]])
    sampled = crop(tf.cast(features, tf.bfloat16), points, np.int32([0]), [2, 2])
    assert sampled.dtype == tf.bfloat16
    np.testing.assert_array_equal(np.ravel(sampled), [512, 1, 512, 1])


@both_crops
def test_crop_of_a_map_with_one_cell(crop):
    features = np.full([1, 1, 1, 2], 3.0, np.float32)
    sampled = crop(features, np.float32([[0, 0, 0, 0]]), np.int32([0]), [2, 2])
    np.testing.assert_array_equal(sampled, np.full([1, 2, 2, 2], 3.0))


@pytest.mark.parametrize(
    "apply", [kernels._native_map_groups, portable_kernels.map_groups]
)
def test_each_row_goes_through_the_function_of_its_group(apply):
    functions = [lambda x, y: x + y, lambda x, y: x * y, lambda x, y: x - y]
    group = np.int32([2, 0, 0, 2])  # the second group is empty
    x, y = np.float32([[5], [6], [7], [8]]), np.float32([[1], [2], [3], [4]])
    result = apply(functions, group, x, y)
    np.testing.assert_array_equal(result, [[4], [8], [10], [4]])


def test_crops_by_group_have_gradients_where_a_group_is_empty():
    maps = [tf.ones([1, 4, 4, 2]), tf.ones([1, 2, 2, 2])]
    points = np.float32([[0, 0, 3, 3], [1, 1, 2, 2]])

    def crop(features):
        return lambda rows, index: tf.nn.avg_pool2d(
            kernels.crop_and_resize(features, rows, index, [2, 2]), 2, 2, "VALID"
        )

    with tf.GradientTape() as tape:
        tape.watch(maps)
        crops = kernels.map_groups(
            [crop(level) for level in maps], np.int32([0, 0]), points, np.int32([0, 0])
        )
        total = tf.reduce_sum(crops)
    fine, coarse = tape.gradient(total, maps)
    assert np.asarray(fine).sum() == pytest.approx(4)
    assert not np.any(coarse)
