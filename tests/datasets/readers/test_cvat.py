"""What CVAT writes of a picture, good and bad, one row for each way to be bad."""

import json
import math
import time

import numpy as np
import pytest

from luminet.datasets.findings import NEVER_SKIPPED
from luminet.datasets.readers import make_reader
from luminet.errors import InputError
from tests.datasets.readers.notations.cvat import box, document, element
from tests.datasets.readers.notations.truth import Truth
from tests.datasets.readers.outcomes import (
    faults,
    mutations,
    objects_of,
    read,
    warnings,
)

HEIGHT, WIDTH = 40, 60
PNG = Truth("a", HEIGHT, WIDTH, ()).png()
DOG = box("dog", 10, 5, 30, 20)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.png").write_bytes(PNG)
    return tmp_path


@pytest.fixture
def reader(folder):
    """Makes a reader of one picture with these shapes."""

    def make(shapes, height=HEIGHT, width=WIDTH):
        text = document(element("a.png", height, width, shapes))
        (folder / "annotations.xml").write_text(text, "utf-8")
        return make_reader("cvat", folder, "any")

    return make


def read_one(reader):
    return read(reader, "a.png")


def shape(tag, inside="", **attributes):
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<{tag} label="dog" occluded="0"{given}>{inside}</{tag}>\n'


def polygon(points):
    return shape("polygon", points=points)


def attribute(name, value):
    return f'<attribute name="{name}">{value}</attribute>\n'


# What is read.


def test_a_box_is_in_pixels_from_0_its_end_excluded(reader):
    example, findings = read_one(reader(DOG + box("cat", 0.5, 0, 60, "40.00")))
    np.testing.assert_array_equal(example.boxes, [[5, 10, 20, 30], [0, 0.5, 40, 60]])
    assert example.classes.tolist() == [1, 0]
    assert (example.image_id, example.filename) == ("a.png", "images/a.png")
    assert findings == []


def test_a_polygon_keeps_its_outline(reader):
    example, findings = read_one(reader(polygon("10.00,5.00; 30,5.5;30,20;10,20")))
    np.testing.assert_array_equal(example.boxes, [[5, 10, 20, 30]])
    assert json.loads(example.segmentations[0]) == [[10, 5, 30, 5.5, 30, 20, 10, 20]]
    assert example.area.tolist() == [295]
    assert findings == []


def test_a_turned_box_becomes_the_one_around_it(reader):
    turned = box("dog", 10, 10, 30, 20, others=' rotation="90.0"')
    example, findings = read_one(reader(turned))
    np.testing.assert_allclose(example.boxes, [[5, 15, 25, 25]], atol=1e-5)
    np.testing.assert_allclose(example.area, [200], rtol=1e-5)
    slanted = box("dog", 10, 10, 30, 20, others=' rotation="30"')
    half_width = 10 * math.cos(math.pi / 6) + 5 * math.sin(math.pi / 6)
    half_height = 10 * math.sin(math.pi / 6) + 5 * math.cos(math.pi / 6)
    expected = [15 - half_height, 20 - half_width, 15 + half_height, 20 + half_width]
    np.testing.assert_allclose(
        read_one(reader(slanted))[0].boxes, [expected], rtol=1e-5
    )
    # Clockwise: the top left corner goes up and to the right.
    x, y, *_ = json.loads(read_one(reader(slanted))[0].segmentations[0])[0]
    assert x > 10 and y < 10
    assert findings == []


def test_an_ellipse_has_a_box(reader):
    ellipse = shape("ellipse", cx=30, cy=20, rx=10, ry=5)
    example, findings = read_one(reader(ellipse))
    np.testing.assert_allclose(example.boxes, [[15, 20, 25, 40]])
    np.testing.assert_allclose(example.area, [math.pi * 50])
    upright = shape("ellipse", cx=30, cy=20, rx=10, ry=5, rotation=90)
    np.testing.assert_allclose(
        read_one(reader(upright))[0].boxes, [[10, 25, 30, 35]], atol=1e-5
    )
    assert findings == []


@pytest.mark.parametrize(
    "name, value, flags",
    [
        ("difficult", "true", (True, False)),
        ("difficult", " True\n", (True, False)),
        ("difficult", "1", (True, False)),
        ("difficult", "false", (False, False)),
        ("difficult", "", (False, False)),
        ("is_crowd", "true", (False, True)),
        ("colour", "red", (False, False)),
    ],
)
def test_attributes_are_flags(reader, name, value, flags):
    shapes = box("dog", 10, 5, 30, 20, inside=attribute(name, value))
    example, findings = read_one(reader(shapes))
    assert (example.difficult[0], example.crowd[0]) == flags
    assert findings == []


@pytest.mark.parametrize("shapes", ["", "\n<!-- none -->\n"])
def test_a_picture_without_shapes_has_no_objects(reader, shapes):
    example, findings = read_one(reader(shapes))
    assert example.boxes.shape == (0, 4)
    assert findings == []


def test_many_boxes_are_read_fast(reader):
    made = reader("".join(box("dog", i / 100, 5, 30, 20) for i in range(2000)))
    start = time.process_time()
    assert len(made.read("a.png").objects) == 2000
    assert time.process_time() - start < 0.3


# What makes a picture unusable.


def box_row(code, *corners, id, **others):
    return pytest.param(box("dog", *corners, **others), code, id=id)


NOT_NUMBERS = ["", "abc", "1,5", "nan", "inf", "1e3", "1_0", "１０", "0x1", "9" * 400]
ROWS = [
    pytest.param(box(" ", 1, 2, 3, 4), "name-missing", id="V17 blank name"),
    pytest.param(
        "<box xtl='1' ytl='2' xbr='9' ybr='9'/>", "name-missing", id="V17 none"
    ),
    pytest.param(box("dgo", 1, 2, 30, 20), "unknown-class", id="V18"),
    *(
        box_row("coord-invalid", value, 6, 30, 20, id=f"V19 S6 {value[:5]!r}")
        for value in NOT_NUMBERS
    ),
    pytest.param(shape("box", xtl=1, ytl=2, xbr=3), "coord-invalid", id="V19 missing"),
    box_row("coord-invalid", 1, 2, 9, 9, id="V19 rotation", others=' rotation="x"'),
    box_row("box-inverted", 30, 6, 11, 20, id="V21"),
    box_row("box-inverted", 11, 20, 30, 6, id="V21 upside down"),
    box_row("box-empty", 11, 6, 11, 20, id="V22"),
    box_row("box-outside", 11, 6, WIDTH + 2, 20, id="V24"),
    box_row("box-outside", -2, 6, 30, 20, id="V25 negative"),
    box_row("box-outside", 100, 100, 120, 120, id="V25 elsewhere"),
    box_row("box-tiny", 11, 6, 11.5, 20, id="V27"),
    pytest.param(
        box("dog", 1, 2, 30, 20, inside=attribute("difficult", "2")),
        "flag-invalid",
        id="V28 difficult 2",
    ),
    pytest.param(
        box("dog", 1, 2, 30, 20, inside=attribute("is_crowd", "maybe")),
        "flag-invalid",
        id="V28 crowd maybe",
    ),
    pytest.param(polygon("1,2;3,4"), "segmentation-invalid", id="C14 two points"),
    pytest.param(polygon("1,2;3,4;5,6;7"), "segmentation-invalid", id="C14 odd"),
    pytest.param(polygon("1,2;3,x;5,6"), "coord-invalid", id="V19 polygon"),
    pytest.param(polygon(""), "coord-invalid", id="V19 no points"),
    pytest.param(polygon("1,2;3,2;9,2"), "box-empty", id="V22 flat polygon"),
    pytest.param(
        shape("ellipse", cx=9, cy=9, rx=0, ry=2), "box-empty", id="V22 ellipse"
    ),
    pytest.param(shape("ellipse", cx=9, cy=9, rx=3), "coord-invalid", id="V19 ellipse"),
    pytest.param(shape("blob"), "shape-unknown", id="unknown shape"),
    pytest.param("<a:b/>", "xml-malformed", id="V10 a prefix"),
]


@pytest.mark.parametrize("shapes, code", ROWS)
def test_a_fault_is_found(reader, shapes, code):
    start = time.perf_counter()
    assert faults(reader(shapes), "a.png") == [code]
    assert time.perf_counter() - start < 1.0


@pytest.mark.parametrize(
    "height, width", [(41, 60), (60, 40)], ids=["V15", "V15 swapped"]
)
def test_another_size_is_a_fault(reader, height, width):
    assert faults(reader(DOG, height, width), "a.png") == ["size-mismatch"]


def test_all_faults_of_a_picture_are_told_with_their_places(reader):
    shapes = box("", 1, "x", 3, 4) + DOG + box("dog", 9, 2, 3, 4)
    found = reader(shapes).read("a.png").findings.found
    assert [str(finding) for finding in found] == [
        "annotations.xml: a.png: object 1: label: the class has no name [name-missing]",
        "annotations.xml: a.png: object 1: ytl: not a number: 'x' [coord-invalid]",
        "annotations.xml: a.png: object 3: xtl 9 is larger than xbr 3 [box-inverted]",
    ]


def test_a_broken_picture_does_not_hide_a_broken_shape(reader, folder):
    (folder / "images" / "a.png").write_bytes(b"<html>")
    assert faults(reader(box("dog", 9, 2, 3, 4)), "a.png") == [
        "not-an-image",
        "box-inverted",
    ]


# What is odd, but can be used.


@pytest.mark.parametrize(
    "shapes, codes, count",
    [
        *(
            pytest.param(shape(tag, points="1,2;3,4"), ["shape-ignored"], 0, id=tag)
            for tag in ("points", "polyline", "cuboid", "skeleton", "tag")
        ),
        pytest.param(
            shape("mask", rle="3, 5", left=10, top=5, width=20, height=15),
            ["mask-dropped"],
            1,
            id="a mask",
        ),
        pytest.param(box("dog", 10, 5, 61, 40.5), ["box-clipped"], 1, id="V23"),
        pytest.param(DOG + DOG, ["duplicate-box"], 2, id="V33"),
    ],
)
def test_oddities_are_warnings(reader, shapes, codes, count):
    made = reader(shapes)
    assert warnings(made, "a.png") == codes
    assert len(read_one(made)[0].boxes) == count


def test_the_box_of_a_mask_is_kept(reader):
    mask = shape("mask", rle="3, 5", left=10, top=5, width=20, height=15)
    example, _ = read_one(reader(mask))
    np.testing.assert_array_equal(example.boxes, [[5, 10, 20, 30]])


@pytest.mark.parametrize("width", ["", "x", "0"], ids=["V14 empty", "V14 x", "V14 0"])
def test_a_missing_size_is_a_warning(reader, width):
    assert warnings(reader(DOG, width=width), "a.png") == ["size-missing"]


# Names of pictures.


def test_names_may_have_folders_and_lack_the_extension(folder):
    (folder / "images" / "x").mkdir()
    (folder / "images" / "a.png").rename(folder / "images" / "x" / "b.png")
    names = ("x/b.png", "x/b")
    images = [element(name, HEIGHT, WIDTH, DOG) for name in names]
    (folder / "annotations.xml").write_text(document(*images))
    made = make_reader("cvat", folder, "any")
    for name in names:
        example, findings = read(made, name)
        assert (example.filename, findings) == ("images/x/b.png", [])


UNSAFE = ["../a.png", "/etc/passwd", "x/../../a.png", "x\\b.png", "http://x/a.png"]


@pytest.mark.parametrize("name", UNSAFE, ids=[f"V6 C18 {name!r}" for name in UNSAFE])
def test_a_name_that_leaves_the_folder_is_refused(folder, name):
    (folder / "a.png").write_bytes(PNG)
    images = [element(key, HEIGHT, WIDTH, DOG) for key in ("a.png", name)]
    (folder / "annotations.xml").write_text(document(*images))
    assert faults(make_reader("cvat", folder, "any"), name) == ["unsafe-path"]
    assert "unsafe-path" in NEVER_SKIPPED


@pytest.mark.parametrize("name", ["b.png", "x/a.png", "a" * 5000 + ".png"])
def test_a_missing_picture_is_a_fault(folder, name):
    images = [element(key, HEIGHT, WIDTH, DOG) for key in ("a.png", name)]
    (folder / "annotations.xml").write_text(document(*images))
    assert faults(make_reader("cvat", folder, "any"), name) == ["image-missing"]


# Hostile files.


def test_mutated_xml_never_breaks_it(folder):
    shapes = DOG + polygon("1,2;9,2;9,9") + box("cat", 1, 2, 9, 9)
    good = document(element("a.png", HEIGHT, WIDTH, shapes)).encode()
    outcomes = set()
    for data in mutations(good):
        (folder / "annotations.xml").write_bytes(data)
        try:
            made = make_reader("cvat", folder, "any")
            outcomes.add(len(read(made, made.keys()[0])[0].boxes))
        except InputError as error:
            outcomes.update(finding.code for finding in error.findings)
    assert {3, "xml-malformed", "coord-invalid"} <= outcomes


# Real data.


@pytest.mark.real_data
def test_it_agrees_with_the_same_pictures_in_voc_notation(real_data, voc_truth):
    """CVAT took the first corner, which VOC counts from 1, as it is: here it is just
    one pixel further right and down. It was not told what is difficult.
    """
    folder = real_data / "voc12_100_formats" / "gts" / "cvat_format"
    reader = make_reader("cvat", folder, "any", {"images": "../../images"})
    keys = [f"{name}.jpg" for name in voc_truth]
    assert sorted(reader.keys()) == keys
    for key in keys:
        example, findings = read(reader, key, reader.class_names)
        assert findings == []
        assert not example.difficult.any()
        expected = [
            (name, y1 + 1, x1 + 1, y2, x2)
            for name, y1, x1, y2, x2 in voc_truth[key.removesuffix(".jpg")]
        ]
        assert objects_of(example, reader.class_names) == sorted(expected)
