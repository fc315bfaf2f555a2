"""What is odd about Pascal VOC's XML, and must not be read as something else."""

import json

import numpy as np
import pytest
from PIL import Image

from luminet.datasets.readers import make_reader
from luminet.errors import InputError
from tests.datasets.readers.outcomes import faults, read, refusal
from tests.voc_folder import HEIGHT, WIDTH, encode, xml_annotation, xml_object

NAME, BOX = "<name>cat</name>", "<bndbox><xmin>1</xmin></bndbox>"


def reader(voc, **options):
    return make_reader("pascal", voc.root, "train", options)


@pytest.mark.parametrize(
    "text",
    ["1<!-- -->1", "<!-- -->11", "11<!-- 5 -->", "1<?x y?>1", "1<![CDATA[1]]>"],
)
def test_the_text_around_a_comment_is_one_text(voc, text):
    voc.add("a", xml_annotation(xml_object("d<!-- x -->og", (text, 6, 30, 20))))
    example, _ = read(reader(voc))
    np.testing.assert_array_equal(example.boxes, [[5, 10, 20, 30]])


def test_an_element_in_a_number_is_a_fault(voc):
    voc.add("a", xml_annotation(xml_object(box=("1<b/>1", 6, 30, 20))))
    assert faults(reader(voc)) == ["coord-invalid"]


@pytest.mark.parametrize(
    "annotation, codes",
    [
        pytest.param(xml_object(extra=NAME), ["xml-duplicate"], id="name"),
        pytest.param(
            xml_object(extra=BOX), ["xml-duplicate", *["coord-invalid"] * 3], id="box"
        ),
        pytest.param(
            xml_object(extra="<difficult>0</difficult><difficult>1</difficult>"),
            ["xml-duplicate"],
            id="difficult",
        ),
        pytest.param(
            xml_object(box=("1</xmin><xmin>2", 6, 30, 20)), ["xml-duplicate"], id="xmin"
        ),
        pytest.param(
            f"<size><width>{WIDTH}</width></size>", ["xml-duplicate"], id="size"
        ),
    ],
)
def test_what_an_object_says_twice_is_a_fault(voc, annotation, codes):
    voc.add("a", xml_annotation(annotation))
    assert faults(reader(voc)) == codes


def test_an_object_may_have_several_parts_and_actions(voc):
    part = "<part><name>head</name></part><actions><jumping>1</jumping></actions>"
    voc.add("a", xml_annotation(xml_object(extra=part * 2)))
    assert len(read(reader(voc))[0].boxes) == 1


@pytest.mark.parametrize("name", ["do\ng", "do\u2028g", "do\x85g", "do&#9;g"])
def test_a_class_on_two_lines_is_a_fault_and_no_class(voc, name):
    voc.add("a", xml_annotation(xml_object("dog"), xml_object(name)))
    assert faults(reader(voc)) == ["name-invalid"]
    assert reader(voc).names("a") == {"dog"}


@pytest.mark.parametrize("extension", [".tif", ".TIFF", ".heic"])
def test_a_picture_in_a_format_that_is_not_read_is_told_as_one(voc, extension):
    picture = encode(Image.new("RGB", (WIDTH, HEIGHT)), "TIFF")
    voc.add("a", image=picture, extension=extension)
    assert faults(reader(voc)) == ["format"]
    (finding,) = reader(voc).read("a").on_picture.found
    assert f"'a{extension}' is in none of the formats JPEG, PNG" in finding.message


def test_a_picture_in_another_format_beside_one_that_is_read_does_not_count(voc):
    voc.add("a")
    (voc.root / "JPEGImages" / "a.tif").write_bytes(b"")
    assert len(read(reader(voc))[0].boxes) == 1


# Pixels that count from 0.


def test_pixels_may_count_from_0_with_the_end_exclusive(voc):
    voc.add("a", xml_annotation(xml_object(box=(0, 0, WIDTH, HEIGHT))))
    example, findings = read(reader(voc, one_based="false"))
    np.testing.assert_array_equal(example.boxes, [[0, 0, HEIGHT, WIDTH]])
    assert findings == []


def test_a_table_and_xml_that_count_alike_are_read_alike(voc, tmp_path):
    voc.add("a", xml_annotation(xml_object(box=(10, 5, 30, 20))))
    (voc.root / "all.csv").write_text("a.png,10,5,30,20,dog\n")
    for one_based in ("true", "false"):
        options = {"one_based": one_based}
        table = make_reader("csv", voc.root, "all", options | {"images": "JPEGImages"})
        (expected,) = table.read("a.png").objects
        (item,) = reader(voc, **options).read("a").objects
        assert item.box == expected.box


def test_an_option_that_is_none_is_refused(voc):
    with pytest.raises(InputError, match="one_based must be true or false, not 'x'"):
        reader(voc, one_based="x")


# Names of classes in other notations.


def test_a_list_of_classes_with_a_name_on_two_lines_is_refused(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.png").write_bytes(
        encode(Image.new("RGB", (WIDTH, HEIGHT)), "PNG")
    )
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "a.txt").write_text("0 .5 .5 .1 .1\n")
    names = json.dumps(["do\ng"])
    (tmp_path / "data.yaml").write_text(f"names: {names}\ntrain: images\n")
    assert "'do\\ng' [name-invalid]" in refusal("yolo", tmp_path, "train")
