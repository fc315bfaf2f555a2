"""What holds for every step, whatever it does."""

import functools

import numpy as np
import pytest
import tensorflow as tf

from luminet.datasets.augmentation.augmentation import STEPS, Augmentation
from luminet.datasets.augmentation.objects import OBJECT_KEYS
from tests.datasets.augmentation.scene import partners, run, scene, single

UNTOUCHED = ("image_id", "filename", "encoded", "height", "width")
PIXEL_STEPS = ("colour", "grey", "blur", "jpeg_noise", "random_resize")
every_step = pytest.mark.parametrize("name", STEPS)
both_types = pytest.mark.parametrize("dtype", ["uint8", "float32"])


@functools.cache
def changed(name, dtype="uint8"):
    """What becomes of a scene with 20 seeds."""
    augmentation = single(name)
    others = partners(augmentation.num_partners, dtype)
    return run(augmentation, scene(dtype=dtype), 20, others)


def changed_one_by_one(name, sample, others=None):
    """What becomes of a sample with 4 seeds, outside a graph."""
    augmentation = single(name)
    if others is None:
        others = partners(augmentation.num_partners)
    for seed in range(4):
        result = augmentation(sample, [seed, 7], others[: augmentation.num_partners])
        yield {key: value.numpy() for key, value in result.items()}


@every_step
def test_a_chance_of_zero_changes_nothing(name):
    sample, augmentation = scene(), single(name, prob=0.0)
    for result in run(augmentation, sample, 3, partners(augmentation.num_partners)):
        for key, value in sample.items():
            np.testing.assert_array_equal(result[key], value)


@every_step
@both_types
def test_type_and_range_of_pixels_stay(name, dtype):
    for result in changed(name, dtype):
        assert result["image"].dtype == dtype
        assert result["image"].min() >= 0 and result["image"].max() <= 255


@every_step
def test_both_types_of_pixels_give_the_same_picture(name):
    whole, floats = changed(name, "uint8"), changed(name, "float32")
    for one, other in zip(whole, floats, strict=True):
        # A partner is rounded when it is scaled, and again when it is mixed in.
        np.testing.assert_allclose(one["image"], other["image"], atol=1.0)
        np.testing.assert_array_equal(one["boxes"], other["boxes"])


@every_step
def test_objects_stay_rows_of_all_keys_and_lie_in_the_picture(name):
    sample = scene()
    for result in changed(name):
        count = len(result["boxes"])
        assert all(len(result[key]) == count for key in OBJECT_KEYS)
        assert all(result[key].dtype == sample[key].dtype for key in OBJECT_KEYS)
        height, width, _ = result["image"].shape
        assert (result["boxes"] >= 0).all()
        assert (result["boxes"] <= [height, width, height, width]).all()
        assert (result["boxes"][:, 2:] - result["boxes"][:, :2] >= 1).all()
        # The second object of every scene is the difficult one.
        np.testing.assert_array_equal(
            result["difficult"], np.isin(result["classes"], [1, 5, 7])
        )


@every_step
def test_what_else_is_in_a_sample_stays(name):
    for result in changed(name):
        for key in UNTOUCHED:
            assert result[key] == scene()[key].numpy()


@every_step
def test_a_sample_is_a_function_of_the_seed_inside_a_graph_and_outside(name):
    outside = changed_one_by_one(name, scene())
    for result, again in zip(changed(name), outside, strict=False):
        np.testing.assert_allclose(again["image"], result["image"], atol=1.0)
        for key in OBJECT_KEYS:
            np.testing.assert_allclose(again[key], result[key], atol=1e-3)


@every_step
def test_seeds_differ_in_what_they_do(name):
    different = {
        (result["image"].tobytes(), float(result.get("resize_factor", 0)))
        for result in changed(name)
    }
    assert len(different) == 1 if name == "grey" else len(different) > 2


@every_step
def test_number_of_dimensions_is_known_in_a_graph(name):
    augmentation = single(name, prob=0.5)
    others = partners(augmentation.num_partners)
    sample = scene()
    dataset = tf.data.Dataset.range(1)
    spec = dataset.map(lambda _: augmentation(sample, [0, 0], others)).element_spec
    assert spec["image"].shape.rank == 3 and spec["image"].shape[2] == 3
    assert spec["boxes"].shape[1] == 4
    assert all(spec[key].shape.rank == 1 for key in OBJECT_KEYS if key != "boxes")


@every_step
def test_a_sample_without_objects_is_fine(name):
    for result in changed_one_by_one(name, scene(boxes=())):
        expected = {"mosaic", "mix_up", "copy_paste"}
        assert result["boxes"].shape[1] == 4
        assert (len(result["boxes"]) > 0) == (name in expected)


@every_step
def test_partners_without_objects_are_fine(name):
    others = [scene((40, 40), boxes=())] * 3
    for result in changed_one_by_one(name, scene(), others):
        assert {*result["classes"]} <= {0, 1, 2}


@every_step
@pytest.mark.parametrize("size", [(1, 1), (1, 30), (2, 3)])
def test_pictures_of_few_pixels_are_fine(name, size):
    sample, others = scene(size, [(0, 0, *size)]), [scene((1, 2), boxes=())] * 3
    for result in changed_one_by_one(name, sample, others):
        assert min(result["image"].shape) > 0


@every_step
def test_samples_may_have_boxes_and_nothing_else(name):
    sample, *others = (
        {key: each[key] for key in ("image", "boxes")}
        for each in (scene(), *partners(3))
    )
    for result in changed_one_by_one(name, sample, others):
        assert {*result} - {"resize_factor"} == {"image", "boxes"}


@pytest.mark.parametrize("name", PIXEL_STEPS)
def test_steps_that_change_only_pixels_leave_the_objects_alone(name):
    sample = scene()
    for result in changed(name):
        assert result["image"].shape == sample["image"].shape
        for key in OBJECT_KEYS:
            np.testing.assert_array_equal(result[key], sample[key])


@every_step
def test_half_of_the_samples_is_changed_by_default(name):
    settings = {"brightness": 0.1} if name == "colour" else None
    (step,) = Augmentation([{name: settings}]).steps
    assert step.prob == 0.5
