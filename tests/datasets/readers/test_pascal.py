"""Pascal VOC annotations, good and bad, one row for each way to be bad."""

import numpy as np
import pytest
from PIL import Image

from luminet.cli import main
from luminet.datasets.example_reader import ExampleReader, Rules
from luminet.datasets.findings import InvalidExample
from luminet.datasets.readers import make_reader
from luminet.datasets.source.source import Source
from tests.voc_folder import HEIGHT, WIDTH, encode, xml_annotation, xml_object

CLASSES = ("cat", "dog")


def read(voc, key="a", class_names=CLASSES):
    reader = make_reader("pascal", voc.root, "train")
    return ExampleReader(reader, class_names).read(key)


def faults(voc, key="a"):
    """The codes of what makes an image unusable."""
    with pytest.raises(InvalidExample) as caught:
        read(voc, key)
    return [finding.code for finding in caught.value.findings if finding.fatal]


def warnings(voc, key="a"):
    example, findings = read(voc, key)
    assert not any(finding.fatal for finding in findings)
    return [finding.code for finding in findings]


# What is read.


def test_an_image_and_its_object_are_read(voc):
    voc.add("a", xml_annotation(xml_object("dog")))
    example, findings = read(voc)
    assert example.classes.tolist() == [1]
    assert (example.height, example.width) == (HEIGHT, WIDTH)
    assert (example.image_id, example.filename) == ("a", "JPEGImages/a.png")
    assert findings == []


@pytest.mark.parametrize(
    "box, expected",
    [
        pytest.param((11, 6, 30, 20), (5, 10, 20, 30), id="from 0, end exclusive"),
        pytest.param((1, 1, WIDTH, HEIGHT), (0, 0, HEIGHT, WIDTH), id="whole image"),
        pytest.param(
            (11.5, 6, 30, "20.70000076293945"), (5, 10.5, 20.7, 30), id="V20 fractions"
        ),
        pytest.param((" 11", "6 ", "\t30", "20\n"), (5, 10, 20, 30), id="blanks"),
    ],
)
def test_a_box_is_read(voc, box, expected):
    voc.add("a", xml_annotation(xml_object(" dog\n", box)))
    example, findings = read(voc)
    np.testing.assert_array_equal(example.boxes, np.float32([expected]))
    assert findings == []


def test_an_image_without_objects_is_kept(voc):
    voc.add("a", xml_annotation())
    example, findings = read(voc)
    assert example.boxes.shape == (0, 4)
    assert findings == []


@pytest.mark.parametrize("extra, difficult", [("", False), ("0", False), ("1", True)])
def test_difficult(voc, extra, difficult):
    extra = f"<difficult>{extra}</difficult>" if extra else ""
    voc.add("a", xml_annotation(xml_object(extra=extra)))
    assert read(voc)[0].difficult.tolist() == [difficult]


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param("<truncated>0.0597</truncated>", id="V29 truncated by a part"),
        pytest.param("<pose>?</pose>", id="a pose"),
        pytest.param(
            "<part><name>head</name><bndbox><xmin>x</xmin></bndbox></part>",
            id="V30 a part with a box",
        ),
        pytest.param("<part><name>hand</name></part>" * 2, id="V30 two parts"),
    ],
)
def test_what_is_not_needed_may_say_anything(voc, extra):
    voc.add("a", xml_annotation(xml_object(extra=extra)))
    assert warnings(voc) == []
    assert len(read(voc)[0].boxes) == 1


def test_many_objects(voc):
    voc.add(
        "a",
        xml_annotation(
            *[xml_object(box=(1 + i / 100, 1, 40, 30)) for i in range(2000)]
        ),
    )
    assert len(read(voc)[0].boxes) == 2000


@pytest.mark.parametrize("extension", [".jpg", ".jpeg", ".JPG", ".png", ".PNG", ".Bmp"])
def test_extensions(voc, extension):
    names = {".png": "PNG", ".bmp": "BMP"}
    image = Image.new("RGB", (WIDTH, HEIGHT))
    data = encode(image, names.get(extension.lower(), "JPEG"))
    voc.add("a", image=data, extension=extension)
    assert warnings(voc) == []


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16", "utf-8-sig"])
def test_declared_encodings(voc, encoding):
    name = encoding.removesuffix("-sig")
    xml = f'<?xml version="1.0" encoding="{name}"?>{xml_annotation(xml_object("é"))}'
    voc.add("a", xml.encode(encoding))
    assert len(read(voc, class_names=("é",))[0].boxes) == 1


# What makes an image unusable.


def box_row(code, *box, id=None):
    return pytest.param(xml_annotation(xml_object(box=box)), code, id=id or code)


def coordinate_row(value):
    return box_row("coord-invalid", value, 6, 30, 20, id=f"coordinate {value[:9]!r}")


@pytest.mark.parametrize(
    "annotation, code",
    [
        pytest.param(b"", "xml-malformed", id="empty"),
        pytest.param("{}", "xml-malformed", id="JSON"),
        pytest.param("<annotation>", "xml-malformed", id="cut"),
        pytest.param("<annotation/><annotation/>", "xml-malformed", id="two roots"),
        pytest.param("<annotation>&x;</annotation>", "xml-malformed", id="entity"),
        pytest.param("<object/>", "xml-root", id="root"),
        pytest.param(b"<annotation>\xe9</annotation>", "xml-encoding", id="latin1"),
        pytest.param(xml_annotation(xml_object("")), "name-missing", id="name empty"),
        pytest.param(xml_annotation(xml_object("  ")), "name-missing", id="name blank"),
        pytest.param(xml_annotation(xml_object("dgo")), "unknown-class", id="class"),
        pytest.param(
            xml_annotation(xml_object(extra="<difficult>2</difficult>")),
            "flag-invalid",
            id="difficult 2",
        ),
        pytest.param(
            xml_annotation(xml_object(extra="<difficult>yes</difficult>")),
            "flag-invalid",
            id="difficult yes",
        ),
        *map(coordinate_row, ["", "abc", "1,5", "nan", "inf"]),
        *map(coordinate_row, ["1e3", "1_0", "１０", "0x1", "9" * 400]),
        box_row("box-inverted", 30, 6, 11, 20),
        box_row("box-inverted", 11, 20, 30, 6, id="upside down"),
        box_row("box-empty", 11, 6, 11, 20),
        box_row("box-outside", 11, 6, WIDTH + 2, 20),
        box_row("box-outside", 11, 6, 30, HEIGHT + 1.5, id="outside below"),
        box_row("box-outside", -1, 6, 30, 20, id="negative"),
        box_row("box-outside", 100, 100, 120, 120, id="elsewhere"),
        box_row("box-tiny", WIDTH + 0.5, 6, WIDTH + 1, 20),
        pytest.param(xml_annotation(size=(WIDTH, 41)), "size-mismatch", id="size"),
    ],
)
def test_a_fault_is_found(voc, annotation, code):
    voc.add("a", annotation)
    assert faults(voc) == [code]


def test_no_box_lacks_all_four_coordinates(voc):
    voc.add("a", xml_annotation("<object><name>dog</name></object>"))
    assert faults(voc) == ["coord-invalid"] * 4


def test_all_faults_of_an_image_are_told(voc):
    objects = [xml_object("", (30, 6, 11, 20)), xml_object(box=("x", 6, 11, 90))]
    voc.add("a", xml_annotation(*objects, size=(1, 1)))
    expected = ["name-missing", "box-inverted", "coord-invalid", "size-mismatch"]
    assert faults(voc) == expected


def test_a_broken_image_does_not_hide_a_broken_annotation(voc):
    voc.add("a", xml_annotation(xml_object(box=(30, 6, 11, 20))), image=b"<html>")
    assert faults(voc) == ["not-an-image", "box-inverted"]


def test_a_fault_names_its_place(voc):
    voc.add("a", xml_annotation(xml_object(), xml_object(box=("1,5", 6, 30, 20))))
    with pytest.raises(InvalidExample) as caught:
        read(voc)
    assert str(caught.value) == (
        "Annotations/a.xml: object 2: xmin: not a number: '1,5' [coord-invalid]"
    )


def test_a_swapped_size_gets_a_hint(voc):
    voc.add("a", xml_annotation(size=(HEIGHT, WIDTH)))
    with pytest.raises(
        InvalidExample, match="40x60, but the picture is 60x40; swapped"
    ):
        read(voc)


def test_an_unknown_class_gets_a_hint(voc):
    voc.add("a", xml_annotation(xml_object("dgo")))
    with pytest.raises(InvalidExample, match="did you mean 'dog'"):
        read(voc)


@pytest.mark.parametrize(
    "file, code",
    [
        pytest.param("Annotations/a.xml", "annotation-missing", id="V8 annotation"),
        pytest.param("JPEGImages/a.png", "image-missing", id="V9 image"),
    ],
)
def test_a_missing_file_is_a_fault(voc, file, code):
    voc.add("a")
    (voc.root / file).unlink()
    assert faults(voc) == [code]


def test_two_images_of_one_name(voc):
    voc.add("a")
    (voc.root / "JPEGImages" / "a.jpg").write_bytes(b"")
    with pytest.raises(InvalidExample, match=r"a\.jpg, a\.png.*\[ambiguous-image\]"):
        read(voc)


@pytest.mark.parametrize("other", ["A.png", "a\N{COMBINING ACUTE ACCENT}.png"])
def test_a_name_in_another_form_gets_a_hint(voc, other):
    key = "a" if other == "A.png" else "á"
    voc.add(key)
    (voc.root / "JPEGImages" / f"{key}.png").rename(voc.root / "JPEGImages" / other)
    with pytest.raises(InvalidExample, match=f"but '{other}', written with another"):
        read(voc, key)


# What is odd, but can be used.


@pytest.mark.parametrize("size", ["", "<size/>", "<size><width>x</width></size>"])
def test_a_missing_size_is_a_warning(voc, size):
    voc.add("a", f"<annotation>{size}</annotation>")
    assert warnings(voc) == ["size-missing"]
    assert read(voc)[0].height == HEIGHT


def test_a_box_that_leaves_the_image_by_a_pixel_is_clipped(voc):
    voc.add("a", xml_annotation(xml_object(box=(11, 6, WIDTH + 1, HEIGHT + 0.5))))
    assert warnings(voc) == ["box-clipped"]
    np.testing.assert_array_equal(read(voc)[0].boxes, [[5, 10, HEIGHT, WIDTH]])


@pytest.mark.parametrize(
    "box, expected",
    [
        pytest.param((0, 6, 30, 20), (5, 0, 20, 30), id="V26 left"),
        pytest.param((11, 0, 30, 20), (0, 10, 20, 30), id="V26 top"),
    ],
)
def test_a_corner_at_0_is_clipped_and_suspected(voc, box, expected):
    voc.add("a", xml_annotation(xml_object(box=box)))
    assert warnings(voc) == ["zero-based-suspected", "box-clipped"]
    np.testing.assert_array_equal(read(voc)[0].boxes, [expected])


FAR_OUT = [
    pytest.param((11, 6, 90, 70), (5, 10, HEIGHT, WIDTH), id="V24 right, below"),
    pytest.param((-9, -9, 30, 20), (0, 0, 20, 30), id="V24 left, above"),
]


@pytest.mark.parametrize("box, expected", FAR_OUT)
def test_with_clip_boxes_a_box_may_leave_the_image_by_more(voc, box, expected):
    voc.add("a", xml_annotation(xml_object(box=box)))
    assert faults(voc) == ["box-outside"]
    reader = make_reader("pascal", voc.root, "train")
    rules = Rules(clip_boxes=True)
    example, findings = ExampleReader(reader, CLASSES, rules=rules).read("a")
    assert [finding.code for finding in findings] == ["box-clipped"]
    np.testing.assert_array_equal(example.boxes, [expected])


def test_the_option_clip_boxes_makes_a_fault_a_warning(voc):
    voc.add("a", xml_annotation(xml_object(box=(11, 6, 90, 70))))
    command = ["dataset", "validate", str(voc.root), "--workers", "1"]
    assert main(command) == 2
    assert main([*command, "--clip-boxes"]) == 0


def test_with_clip_boxes_some_of_a_box_must_be_inside(voc):
    voc.add("a", xml_annotation(xml_object(box=(100, 100, 120, 120))))
    reader = make_reader("pascal", voc.root, "train")
    with pytest.raises(InvalidExample, match="box-tiny"):
        ExampleReader(reader, CLASSES, rules=Rules(clip_boxes=True)).read("a")


def test_two_equal_boxes_of_a_class_are_a_warning(voc):
    voc.add("a", xml_annotation(xml_object(), xml_object(), xml_object("cat")))
    assert warnings(voc) == ["duplicate-box"]
    assert len(read(voc)[0].boxes) == 3


@pytest.mark.parametrize(
    "filename, codes",
    [
        ("a.jpg", []),
        ("a", []),
        (r"C:\images\a.jpg", []),
        ("b.jpg", ["filename-differs"]),
        ("../../etc/passwd", ["filename-differs"]),
    ],
)
def test_the_file_name_inside_is_never_used(voc, filename, codes):
    voc.add("a", f"<annotation><filename>{filename}</filename></annotation>")
    assert warnings(voc) == ["size-missing", *codes]


def test_a_wrong_extension_is_a_warning(voc):
    voc.add("a", extension=".jpg")
    assert warnings(voc) == ["extension"]


def test_oddities_of_the_image_are_warnings(voc):
    frames = [Image.new("L", (WIDTH, HEIGHT), value) for value in (0, 200)]
    data = encode(frames[0], "GIF", save_all=True, append_images=frames[1:])
    voc.add("a", image=data, extension=".gif")
    assert warnings(voc) == ["animated"]


# Real data.


def read_all(data_dir, split):
    source = Source(data_dir, "pascal", [split])
    examples = source.example_reader(split)
    return [examples.read(key) for key in source.keys[split]]


@pytest.mark.real_data
@pytest.mark.parametrize(
    "folder, split, num_images, num_boxes",
    [
        ("bccd", "test", 72, 945),
        ("nuts/data/images", "train", 16, 152),
        ("nuts/data/images", "test", 2, 12),
        ("microcontrollers/images", "train", 142, 170),
        ("microcontrollers/images", "test", 7, 7),
    ],
)
def test_real_data_sets(real_data, folder, split, num_images, num_boxes):
    examples = read_all(real_data / folder, split)
    assert len(examples) == num_images
    assert sum(len(example.boxes) for example, _ in examples) == num_boxes
    assert not [finding for _, findings in examples for finding in findings]


@pytest.mark.real_data
def test_voc_2012(real_data, voc):
    source = real_data / "voc12_100_formats"
    folders = {"Annotations": "gts/pascalvoc_format", "JPEGImages": "images"}
    for name, target in folders.items():
        (voc.root / name).rmdir()
        (voc.root / name).symlink_to(source / target)
    names = sorted(path.stem for path in (voc.root / "JPEGImages").glob("*.jpg"))
    voc.list_file("all").write_text("\n".join(names))
    examples = [example for example, _ in read_all(voc.root, "all")]
    assert len(examples) == 100
    assert sum(len(example.boxes) for example in examples) == 273
    assert sum(example.difficult.sum() for example in examples) == 38
