"""What LabelMe writes, good and bad, one row for each way to be bad."""

import json
import math
import os
import time

import numpy as np
import pytest

from luminet.datasets.readers import reader_class
from luminet.errors import InputError
from tests.datasets.readers.labelme_folder import (
    DOG,
    GOOD,
    HEIGHT,
    WIDTH,
    LabelMeFolder,
)
from tests.datasets.readers.notations.labelme import content, rectangle
from tests.datasets.readers.outcomes import faults, mutations, read, warnings


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.fixture
def reader(folder):
    return LabelMeFolder(folder)


# What is read.


@pytest.mark.parametrize(
    "points",
    [
        [[10, 5], [30, 20]],
        [[30, 20], [10, 5]],
        [[30, 5], [10, 20]],
        [[10, 5], [30, 5], [30, 20], [10, 20]],
    ],
)
def test_a_rectangle_may_be_drawn_from_any_corner(reader, points):
    example, findings = read(reader([rectangle("dog", points)]))
    np.testing.assert_array_equal(example.boxes, [[5, 10, 20, 30]])
    assert example.classes.tolist() == [1]
    assert (example.image_id, example.filename) == ("a", "train/a.png")
    assert findings == []


@pytest.mark.parametrize(
    "shape_type", ["polygon", None, "oriented_rectangle", "rotation", "quadrilateral"]
)
def test_a_polygon_keeps_its_outline(reader, shape_type):
    points = [[10, 5], [30, 5.5], [30, 20], [10, 20]]
    example, findings = read(reader([rectangle("cat", points, shape_type)]))
    np.testing.assert_array_equal(example.boxes, [[5, 10, 20, 30]])
    assert json.loads(example.segmentations[0]) == [[10, 5, 30, 5.5, 30, 20, 10, 20]]
    assert example.area.tolist() == [295]
    assert findings == []


def test_an_early_file_knows_polygons_only(reader):
    early = {"label": "cat", "points": [[10, 5], [30, 5], [30, 20]]}
    example, _ = read(reader([early]))
    np.testing.assert_array_equal(example.boxes, [[5, 10, 20, 30]])


def test_a_circle_has_a_centre_and_a_point_on_its_edge(reader):
    example, findings = read(reader([rectangle("dog", [[30, 20], [33, 24]], "circle")]))
    np.testing.assert_array_equal(example.boxes, [[15, 25, 25, 35]])
    np.testing.assert_allclose(example.area, [math.pi * 25])
    assert findings == []


@pytest.mark.parametrize(
    "others, difficult",
    [
        ({}, False),
        ({"flags": {"difficult": True}}, True),
        ({"flags": {"difficult": False}}, False),
        ({"flags": {"blurred": True}}, False),
        ({"flags": None}, False),
        ({"difficult": True}, True),
        ({"difficult": False}, False),
        ({"group_id": 1}, False),
    ],
)
def test_difficult_is_a_flag(reader, others, difficult):
    example, findings = read(reader([DOG | others]))
    assert example.difficult.tolist() == [difficult]
    assert findings == []


def test_shapes_of_a_group_stay_apart(reader):
    shapes = [DOG | {"group_id": 1}, rectangle("dog", [[1, 1], [9, 9]], group_id=1)]
    assert len(read(reader(shapes))[0].boxes) == 2


def test_a_picture_without_shapes_has_no_objects(reader):
    example, findings = read(reader([]))
    assert example.boxes.shape == (0, 4)
    assert findings == []


def test_a_byte_order_mark_is_allowed(reader):
    text = json.dumps(content([DOG], "a.png", HEIGHT, WIDTH))
    assert warnings(reader([], file=f"\ufeff{text}")) == []


def test_many_shapes_are_read_fast(reader):
    made = reader([rectangle("dog", [[0, 0], [9 + i / 100, 9]]) for i in range(2000)])
    start = time.process_time()
    assert len(made.read("a").objects) == 2000
    assert time.process_time() - start < 1.0


# What makes a picture unusable.


def shape_row(code, shape, id):
    return pytest.param(
        json.dumps(content([shape], "a.png", HEIGHT, WIDTH)), code, id=id
    )


def box_row(code, corner, other, id):
    return shape_row(code, rectangle("dog", [corner, other]), id)


ROWS = [
    pytest.param("", "json-malformed", id="V10 empty"),
    pytest.param(GOOD[:-20], "json-malformed", id="C1 cut"),
    pytest.param("<annotation/>", "json-malformed", id="V10 XML"),
    pytest.param(f"{GOOD}{GOOD}", "json-malformed", id="V10 two roots"),
    pytest.param("[" * 100_000, "json-nested", id="C1 nested"),
    pytest.param(GOOD.replace("10", "1" * 5000), "json-nan", id="C1 5000 digits"),
    pytest.param(GOOD.replace("10", "NaN"), "json-nan", id="C3 NaN"),
    pytest.param(GOOD.replace("10", "1e400"), "json-nan", id="C3 1e400"),
    pytest.param('{"shapes": [], "shapes": []}', "json-duplicate-key", id="C4"),
    pytest.param(GOOD.encode() + b"\xe9", "encoding", id="V13 not UTF-8"),
    pytest.param(GOOD.encode("utf-16"), "encoding", id="V13 UTF-16"),
    pytest.param("[]", "json-structure", id="V16 a list"),
    pytest.param("{}", "json-structure", id="C2 no shapes"),
    pytest.param('{"shapes": {}}', "json-structure", id="C2 shapes no list"),
    shape_row("json-structure", [], "a shape is a list"),
    shape_row("name-missing", DOG | {"label": ""}, "V17 empty name"),
    shape_row("name-missing", DOG | {"label": " "}, "V17 blank name"),
    shape_row("name-missing", DOG | {"label": None}, "V17 no name"),
    shape_row("name-missing", DOG | {"label": 1}, "V17 name 1"),
    shape_row("unknown-class", DOG | {"label": "dgo"}, "V18"),
    shape_row("coord-invalid", DOG | {"points": None}, "V19 no points"),
    shape_row("coord-invalid", DOG | {"points": []}, "V19 empty points"),
    shape_row("coord-invalid", DOG | {"points": [[1], [2, 3]]}, "V19 half a point"),
    shape_row("coord-invalid", DOG | {"points": [[1, 2, 3], [4, 5, 6]]}, "V19 3D"),
    shape_row("coord-invalid", DOG | {"points": [1, 2, 3, 4]}, "V19 flat"),
    box_row("coord-invalid", ["1", 2], [3, 4], "S6 text"),
    box_row("coord-invalid", [True, 2], [3, 4], "S6 true"),
    box_row("coord-invalid", [10**12, 2], [3, 4], "C1 huge"),
    box_row("box-empty", [10, 5], [10, 20], "V22 no width"),
    box_row("box-outside", [10, 5], [WIDTH + 2, 20], "V24 right"),
    box_row("box-outside", [-2, 5], [30, 20], "V25 negative"),
    box_row("box-outside", [100, 100], [120, 120], "V25 elsewhere"),
    box_row("box-tiny", [10, 5], [10.5, 20], "V27"),
    shape_row("flag-invalid", DOG | {"flags": {"difficult": 2}}, "V28 difficult 2"),
    shape_row("flag-invalid", DOG | {"difficult": "yes"}, "V28 difficult yes"),
    shape_row(
        "segmentation-invalid",
        rectangle("dog", [[1, 2], [3, 4]], "polygon"),
        "C14 two points",
    ),
    shape_row(
        "box-empty",
        rectangle("dog", [[1, 2], [3, 2], [9, 2]], "polygon"),
        "V22 flat polygon",
    ),
    shape_row("box-empty", rectangle("dog", [[9, 9], [9, 9]], "circle"), "V22 circle"),
    shape_row("shape-unknown", rectangle("dog", [[1, 2]], "rectangle"), "one corner"),
    shape_row("shape-unknown", rectangle("dog", [[1, 2]] * 3, "circle"), "3 of circle"),
    shape_row("shape-unknown", rectangle("dog", [[1, 2]] * 3, "blob"), "unknown shape"),
    shape_row("shape-unknown", rectangle("dog", [[1, 2]] * 3, [1]), "shape a list"),
    pytest.param(GOOD.replace(str(WIDTH), "61"), "size-mismatch", id="V15"),
]


@pytest.mark.parametrize("file, code", ROWS)
def test_a_fault_is_found(reader, file, code):
    start = time.perf_counter()
    assert faults(reader([], file=file)) == [code]
    assert time.perf_counter() - start < 1.0


def test_all_faults_of_a_picture_are_told_with_their_places(reader):
    shapes = [rectangle("", [[1, 1], [1, 9]]), DOG | {"points": [[1, 2], [3, "x"]]}]
    found = reader(shapes).read("a").findings.found
    assert [str(finding) for finding in found] == [
        "train/a.json: object 1: label: the class has no name [name-missing]",
        "train/a.json: object 1: left and right are both 1: no area [box-empty]",
        "train/a.json: object 2: points[1]: not two numbers: [3, 'x'] [coord-invalid]",
    ]


@pytest.mark.parametrize("kind", ["pipe", "folder", "loop"])
def test_json_that_is_no_file(reader, folder, kind):
    made = reader([DOG])
    path = folder / "train" / "a.json"
    path.unlink()
    makers = {"pipe": os.mkfifo, "folder": os.mkdir, "loop": lambda p: os.symlink(p, p)}
    makers[kind](path)
    assert faults(made) == ["not-a-regular-file"]
    assert reader_class("labelme").recognise(folder) is None


# What is odd, but can be used.


@pytest.mark.parametrize(
    "shapes, codes, count",
    [
        pytest.param(
            [rectangle("dog", [[1, 2]], "point"), DOG],
            ["shape-ignored"],
            1,
            id="a point",
        ),
        pytest.param(
            [
                rectangle("dog", [[1, 2]] * 2, kind)
                for kind in ("points", "line", "linestrip")
            ],
            ["shape-ignored"] * 3,
            0,
            id="lines",
        ),
        pytest.param(
            [rectangle("dog", [[10, 5], [29, 19]], "mask", mask="iVBO")],
            ["mask-dropped"],
            1,
            id="a mask",
        ),
        pytest.param(
            [rectangle("dog", [[10, 5], [WIDTH + 1, HEIGHT + 0.5]])],
            ["box-clipped"],
            1,
            id="V23",
        ),
        pytest.param([DOG, DOG], ["duplicate-box"], 2, id="V33"),
    ],
)
def test_oddities_are_warnings(reader, shapes, codes, count):
    assert warnings(reader(shapes)) == codes
    assert len(read(reader(shapes))[0].boxes) == count


def test_the_last_row_and_column_of_a_mask_belong_to_it(reader):
    example, _ = read(reader([rectangle("dog", [[10, 5], [29, 19]], "mask")]))
    np.testing.assert_array_equal(example.boxes, [[5, 10, 20, 30]])


@pytest.mark.parametrize("size", [None, 0, "x", [], True], ids=str)
def test_a_missing_size_is_a_warning(reader, size):
    text = json.dumps(content([DOG], "a.png", size, WIDTH))
    assert warnings(reader([], file=text)) == ["size-missing"]


# Hostile files.


def test_mutated_json_never_breaks_it(reader):
    polygon = rectangle("cat", [[1, 2], [3, 9], [5, 2]], "polygon")
    good = json.dumps(content([DOG, polygon], "a.png", HEIGHT, WIDTH)).encode()
    outcomes = set()
    for data in mutations(good):
        try:
            outcomes.add(len(read(reader([], file=data))[0].boxes))
        except InputError as error:
            outcomes.update(finding.code for finding in error.findings)
    assert {2, "json-malformed", "encoding"} <= outcomes
