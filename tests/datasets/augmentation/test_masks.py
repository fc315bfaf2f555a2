"""Boxes of every geometric step are where the objects are."""

import numpy as np
import pytest

from tests.datasets.augmentation.scene import (
    SIZE,
    assert_boxes_are_on_their_objects,
    partners,
    run,
    scene,
    single,
    visible_pixels,
)

EXACT = [
    ("flip", {"vertical": True}),
    ("turn", {}),
    ("patch", {"min_height": 10, "min_width": 10, "min_visible": 0.0}),
    ("patch", {"min_height": 10, "min_width": 10, "min_visible": 1.0}),
    ("iou_crop", {"min_visible": 0.0}),
    ("iou_crop", {}),
    ("expand", {}),
    ("cut_out", {"max_scale": 0.6, "min_visible": 0.0}),
]
UP_TO_A_PIXEL = [
    ("affine", {"shape": "rectangle"}),
    ("affine", {"shape": "rectangle", "rotation": 30.0, "translation": 0.2}),
    ("affine", {"shape": "rectangle", "rotation": 0.0, "shear": 20.0}),
    ("large_scale_jitter", {"min_scale": 0.3}),
    ("large_scale_jitter", {"min_scale": 1.0, "max_scale": 4.0, "min_visible": 0.05}),
    ("mosaic", {}),
    ("mosaic", {"margin": 0.1, "min_visible": 0.1}),
    ("copy_paste", {"feather": 0}),
    ("copy_paste", {"feather": 0, "share": 1.0, "min_visible": 0.1}),
]


@pytest.mark.parametrize("name, settings", EXACT)
def test_boxes_are_exactly_on_their_objects(name, settings):
    results = run(single(name, **settings), scene(), 40)
    assert sum(len(result["boxes"]) for result in results) >= 40
    for result in results:
        assert_boxes_are_on_their_objects(result)
        # Objects fill their boxes here: what is seen is what the area says.
        counts = visible_pixels(result)[result["classes"]]
        np.testing.assert_allclose(result["area"], counts, rtol=1e-4)


@pytest.mark.parametrize("name, settings", UP_TO_A_PIXEL)
def test_boxes_are_on_their_objects_up_to_a_pixel(name, settings):
    augmentation = single(name, **settings)
    others = partners(augmentation.num_partners)
    results = run(augmentation, scene(), 40, others)
    assert sum(len(result["boxes"]) for result in results) >= 40
    for result in results:
        assert result["image"].shape == (*SIZE, 3)
        assert_boxes_are_on_their_objects(result, tolerance=1.0)


@pytest.mark.parametrize("min_visible", [0.0, 0.3, 0.6, 1.0])
@pytest.mark.parametrize(
    "name, settings",
    [
        ("patch", {"min_height": 10, "min_width": 10}),
        ("iou_crop", {}),
        ("cut_out", {"max_scale": 0.6}),
    ],
)
def test_an_object_stays_exactly_if_enough_of_it_is_seen(name, settings, min_visible):
    augmentation = single(name, **settings, min_visible=min_visible)
    areas = scene()["area"].numpy()
    cut = 0
    for result in run(augmentation, scene(), 60):
        shares = visible_pixels(result)[:3] / areas
        stays = (shares >= min_visible) & (shares > 0)
        assert result["classes"].tolist() == np.flatnonzero(stays).tolist()
        cut += ((shares > 0) & (shares < 1)).sum()
    assert cut > 20


def test_objects_of_the_untouched_scene_are_found():
    assert_boxes_are_on_their_objects(
        {key: np.asarray(value) for key, value in scene().items()}
    )
    np.testing.assert_array_equal(visible_pixels(scene())[:3], scene()["area"])
