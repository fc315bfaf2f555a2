"""Outlines of objects as COCO has them, compared with COCO's own program."""

import json

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from luminet.datasets.readers.coco import outline as coco_outline
from luminet.datasets.readers.coco.outline import OutlineError


def masks(count, seed=0):
    """Small masks: empty, full, of one pixel, and whatever lies between."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        size = rng.integers(1, 9, 2)
        yield (rng.random(size) < rng.random()).astype(np.uint8)


def runs_of(mask):
    """The lengths of the runs in a mask, column by column."""
    pixels = mask.flatten(order="F")
    changes = np.flatnonzero(np.diff(pixels, prepend=0))
    return np.diff(changes, prepend=0, append=len(pixels)).tolist()


def packed(mask):
    encoded = coco_mask.encode(np.asfortranarray(mask))
    return {"size": encoded["size"], "counts": encoded["counts"].decode()}


def test_runs_are_unpacked():
    for mask in masks(500):
        assert coco_outline.unpack(packed(mask)["counts"]) == runs_of(mask)


def test_long_runs_are_unpacked():
    mask = np.zeros([1000, 2000], np.uint8)
    mask[10:900, 300:1900:7] = 1
    assert coco_outline.unpack(packed(mask)["counts"]) == runs_of(mask)


@pytest.mark.parametrize("pack", [True, False], ids=["packed", "plain"])
def test_boxes_and_areas_of_masks(pack):
    for mask in masks(500):
        value = packed(mask)
        x, y, width, height = coco_mask.toBbox(value).tolist()
        if not pack:
            value = {"size": [*mask.shape], "counts": runs_of(mask)}
        runs = coco_outline.parse(value)
        assert runs.area() == mask.sum()
        if mask.any():
            assert runs.box() == (y, x, y + height, x + width)
        else:
            with pytest.raises(OutlineError):
                runs.box()


def test_boxes_and_areas_of_polygons():
    triangle, square = [10, 5, 30.5, 5, 30.5, 25], [0, 9, 4, 9, 4, 13, 0, 13]
    polygons = coco_outline.parse([triangle, [], square])
    assert polygons.box() == (5, 0, 25, 30.5)
    assert polygons.area() == 20.5 * 20 / 2 + 16
    assert json.loads(polygons.text()) == [triangle, square]


@pytest.mark.parametrize("value", [None, [], [[]], [[], []]])
def test_nothing_is_no_outline(value):
    assert coco_outline.parse(value) is None
