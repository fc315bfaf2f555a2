import json

import numpy as np
import pytest
from made_columns import columns, example

from luminet.datasets.statistics.anchor_cover import NetworkView
from luminet.datasets.statistics.cover_numbers import cover_numbers
from luminet.datasets.statistics.resized import ResizedSize
from luminet.models.anchor_grid import AnchorGrid

# Pictures keep their size; anchors of 64 pixels around 8, 24, 40 ...
VIEW = NetworkView(ResizedSize(320, 320), AnchorGrid([16], [[64.0]], [1.0]))
EXACT = [8, 8, 72, 72]  # around 40, 40: overlaps an anchor wholly
HALF = [8, 8, 72, 40]  # half as wide, off by 8: 56 of 64 pixels' worth


def test_shares_and_means_of_classes_and_sizes():
    boxes = [EXACT, [8, 8, 72, 72 - 32], [8, 8, 24, 24]]
    table = columns(example((320, 320), boxes, [0, 0, 2]))
    numbers = cover_numbers(table, ["cat", "dog", "cow"], VIEW)
    # 64x32 within 64x64 is a half; 16x16 within it is a sixteenth.
    assert numbers["classes"]["cat"] == {
        "num_objects": 2,
        "num_uncovered": 0,
        "mean_iou": 0.75,
        "half": 1.0,
        "positive": 0.5,
    }
    assert numbers["classes"]["cow"]["mean_iou"] == 0.0625
    assert numbers["total"]["num_uncovered"] == 1
    assert "dog" not in numbers["classes"]
    assert numbers["size_bands"].keys() == {"small", "medium"}
    assert numbers["total"]["mean_iou"] == pytest.approx(
        (1 + 0.5 + 1 / 16) / 3, abs=1e-4
    )
    assert numbers["class_mean"]["mean_iou"] == pytest.approx(
        (0.75 + 0.0625) / 2, abs=1e-4
    )


def test_objects_that_do_not_count_are_left_out():
    table = columns(example((320, 320), [EXACT, EXACT], [0, 0], difficult=[1, 0]))
    assert cover_numbers(table, ["cat"], VIEW)["total"]["num_objects"] == 1


def test_nothing_to_cover_has_no_numbers():
    numbers = cover_numbers(columns(example((320, 320))), ["cat"], VIEW)
    assert numbers["total"] == {
        "num_objects": 0,
        "num_uncovered": 0,
        "mean_iou": None,
        "half": None,
        "positive": None,
    }
    assert numbers["class_mean"]["mean_iou"] is None
    assert json.loads(json.dumps(numbers)) == numbers


def test_the_threshold_is_the_one_of_the_config():
    table = columns(example((320, 320), [[8, 8, 72, 40]]))
    shares = [
        cover_numbers(table, ["cat"], view)["total"]["positive"]
        for view in (VIEW, NetworkView(VIEW.resize, VIEW.grid, positive_iou=0.5))
    ]
    np.testing.assert_array_equal(shares, [0, 1])
