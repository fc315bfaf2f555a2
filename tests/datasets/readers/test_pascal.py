"""Pascal VOC annotations, good and bad, one row for each way to be bad."""

import re
import socket
import time

import numpy as np
import pytest
from PIL import Image

from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.findings import InvalidExample
from luminet.datasets.readers import find_splits, make_reader
from luminet.datasets.source.source import Source
from luminet.errors import InputError
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


def refusal(data_dir, split="train"):
    with pytest.raises(InputError) as caught:
        make_reader("pascal", data_dir, split)
    return str(caught.value)


# What is read.


def test_a_box_counts_from_0_and_excludes_its_end(voc):
    voc.add("a", xml_annotation(xml_object("dog", (11, 6, 30, 20))))
    example, findings = read(voc)
    np.testing.assert_array_equal(example.boxes, [[5, 10, 20, 30]])
    assert example.classes.tolist() == [1]
    assert (example.height, example.width) == (HEIGHT, WIDTH)
    assert (example.image_id, example.filename) == ("a", "JPEGImages/a.png")
    assert findings == []


def test_the_whole_image_is_a_box(voc):
    voc.add("a", xml_annotation(xml_object(box=(1, 1, WIDTH, HEIGHT))))
    np.testing.assert_array_equal(read(voc)[0].boxes, [[0, 0, HEIGHT, WIDTH]])


def test_fractions_of_pixels_stay(voc):
    box = (11.5, 6, 30, "20.70000076293945")
    voc.add("a", xml_annotation(xml_object(box=box)))
    np.testing.assert_array_equal(read(voc)[0].boxes, np.float32([[5, 10.5, 20.7, 30]]))


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


def test_a_part_of_an_object_is_no_object(voc):
    part = "<part><name>head</name><bndbox><xmin>x</xmin></bndbox></part>"
    voc.add("a", xml_annotation(xml_object(extra=part)))
    assert len(read(voc)[0].boxes) == 1


@pytest.mark.parametrize("extra", ["<truncated>0.0597</truncated>", "<pose>?</pose>"])
def test_what_is_not_needed_may_say_anything(voc, extra):
    voc.add("a", xml_annotation(xml_object(extra=extra)))
    assert warnings(voc) == []


def test_blanks_around_text_do_not_matter(voc):
    voc.add("a", xml_annotation(xml_object(" dog\n", (" 11", "6 ", "\t30", "20\n"))))
    np.testing.assert_array_equal(read(voc)[0].boxes, [[5, 10, 20, 30]])


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


BOMB = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
BOMB = f'<!DOCTYPE a [<!ENTITY a0 "lol">{BOMB}]><annotation>&a9;</annotation>'
QUADRATIC = f'<!DOCTYPE a [<!ENTITY a "{"a" * 50_000}">]>'
QUADRATIC += f"<annotation>{'&a;' * 50_000}</annotation>"
EXTERNAL = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
EXTERNAL += "<annotation><filename>&x;</filename></annotation>"


@pytest.mark.parametrize(
    "annotation, code",
    [
        pytest.param(b"", "xml-malformed", id="empty"),
        pytest.param("{}", "xml-malformed", id="JSON"),
        pytest.param("<annotation>", "xml-malformed", id="cut"),
        pytest.param("<annotation/><annotation/>", "xml-malformed", id="two roots"),
        pytest.param("<annotation>&x;</annotation>", "xml-malformed", id="entity"),
        pytest.param("<a>" * 100_000, "xml-malformed", id="nested"),
        pytest.param(b"x" * (16 * 2**20 + 1), "xml-too-large", id="large"),
        pytest.param("<object/>", "xml-root", id="root"),
        pytest.param(b"<annotation>\xe9</annotation>", "xml-encoding", id="latin1"),
        pytest.param(BOMB, "xml-doctype", id="billion laughs"),
        pytest.param(QUADRATIC, "xml-doctype", id="quadratic"),
        pytest.param(EXTERNAL, "xml-doctype", id="external entity"),
        pytest.param("<!DOCTYPE annotation><annotation/>", "xml-doctype", id="doctype"),
        pytest.param(BOMB.encode("utf-16"), "xml-doctype", id="UTF-16 doctype"),
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
    start = time.perf_counter()
    assert faults(voc) == [code]
    assert time.perf_counter() - start < 1.0


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


def test_an_external_dtd_is_not_fetched(voc):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd"
        voc.add("a", f'<!DOCTYPE annotation SYSTEM "{url}"><annotation/>')
        assert faults(voc) == ["xml-doctype"]
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_missing_annotation(voc):
    voc.add("a")
    (voc.root / "Annotations" / "a.xml").unlink()
    assert faults(voc) == ["annotation-missing"]


def test_a_missing_image(voc):
    voc.add("a")
    (voc.root / "JPEGImages" / "a.png").unlink()
    assert faults(voc) == ["image-missing"]


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


def test_a_corner_at_0_is_clipped_and_suspected(voc):
    voc.add("a", xml_annotation(xml_object(box=(0, 6, 30, 20))))
    assert warnings(voc) == ["zero-based-suspected", "box-clipped"]
    np.testing.assert_array_equal(read(voc)[0].boxes, [[5, 0, 20, 30]])


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


# The lists of names.


@pytest.mark.parametrize(
    "text", ["a\r\nb\r\n", "\ufeffa\nb", "a \n\n  b\n\n"], ids=["CRLF", "BOM", "blanks"]
)
def test_how_a_list_is_written_does_not_matter(voc, text):
    voc.list_file("train").write_bytes(text.encode())
    assert make_reader("pascal", voc.root, "train").keys() == ["a", "b"]


def test_the_order_of_a_list_stays(voc):
    voc.list_file("train").write_text("b\nc\na\n")
    assert make_reader("pascal", voc.root, "train").keys() == ["b", "c", "a"]


def test_a_repeated_name_is_read_once_and_told(voc):
    voc.list_file("train").write_text("a\nb\na\n")
    reader = make_reader("pascal", voc.root, "train")
    assert reader.keys() == ["a", "b"]
    assert [str(finding) for finding in reader.findings] == [
        "ImageSets/Main/train.txt: line 3: 'a' is already in line 1 [duplicate-id]"
    ]


def test_an_empty_list_is_refused(voc):
    voc.list_file("train").write_text("\n")
    assert "train.txt: the list is empty" in refusal(voc.root)


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "b/a", "a\\b", "..", "a\0b"])
def test_a_path_in_a_list_is_refused(voc, name):
    voc.list_file("train").write_text(f"a\n{name}\n")
    assert re.search(r"train\.txt: line 2: .*unsafe-path", refusal(voc.root))


def test_a_list_that_is_not_utf8_is_refused(voc):
    voc.list_file("train").write_bytes(b"\xe9\n")
    assert "train.txt: not UTF-8" in refusal(voc.root)


def test_a_missing_split_names_those_that_there_are(voc):
    voc.add("a", split="trainval")
    voc.add("b", split="test")
    message = refusal(voc.root, "train")
    assert "ImageSets/Main/train.txt: missing" in message
    assert "test, trainval; did you mean 'trainval'?" in message


@pytest.mark.parametrize("name", ["Annotations", "ImageSets/Main"])
def test_a_missing_folder_is_named(voc, name):
    (voc.root / name).rmdir()
    assert f"{voc.root / name}: missing" in refusal(voc.root)


def test_a_missing_data_set_is_named(tmp_path):
    assert "nowhere: no such folder" in refusal(tmp_path / "nowhere")
    assert "not a data set in Pascal VOC notation" in refusal(tmp_path)


@pytest.fixture
def class_lists(voc):
    """Lists of the classes `big_dog` and `cat`, of the splits train and val."""
    for name in ("a", "b", "c"):
        voc.add(name, xml_annotation())
    voc.list_file("val").write_text("d\n")
    voc.list_file("big_dog_train").write_text("a  1\nb -1\nc  0\n")
    voc.list_file("cat_val").write_text("d -1\n")
    return voc


def test_lists_of_one_class_name_the_classes(class_lists):
    reader = make_reader("pascal", class_lists.root, "train")
    assert reader.class_names == ("big_dog", "cat")


def test_a_list_of_one_class_is_a_split_of_what_shows_it(class_lists):
    reader = make_reader("pascal", class_lists.root, "big_dog_train")
    assert reader.keys() == ["a", "c"]


def test_two_columns_in_the_list_of_a_split_are_refused(voc):
    voc.list_file("train").write_text("a 1\nb -1\n")
    assert "one name a line: remove the second column" in refusal(voc.root)


def test_without_lists_the_classes_are_not_known(voc):
    voc.add("a")
    assert make_reader("pascal", voc.root, "train").class_names is None


def test_trainval_is_no_split_beside_its_parts(voc):
    for split in ("train", "val", "trainval", "test"):
        voc.add(split, split=split)
    assert find_splits("pascal", voc.root) == ("test", "train", "val")


# Where the files lie.


@pytest.mark.parametrize("depth", [1, 2])
def test_the_only_data_set_inside_a_folder_is_found(voc, depth):
    voc.add("a")
    parents = list(voc.root.parents)
    if depth == 2:
        (parents[0] / "VOCdevkit").mkdir()
        voc.root.rename(parents[0] / "VOCdevkit" / "VOC2007")
    assert make_reader("pascal", parents[0], "train").keys() == ["a"]


def test_several_data_sets_inside_a_folder_are_refused(voc):
    (voc.root.parent / "other" / "ImageSets" / "Main").mkdir(parents=True)
    assert "holds several data sets" in refusal(voc.root.parent)


@pytest.fixture
def plain(voc, tmp_path):
    """XML beside images in the folders `train` and `test`."""
    voc.add("a", xml_annotation(xml_object("dog")))
    voc.add("b", xml_annotation(xml_object("cat")))
    for split, name in (("train", "a"), ("test", "b")):
        folder = tmp_path / "plain" / split
        folder.mkdir(parents=True)
        for part, file in (
            ("Annotations", f"{name}.xml"),
            ("JPEGImages", f"{name}.png"),
        ):
            (voc.root / part / file).rename(folder / file)
    return tmp_path / "plain"


def test_xml_beside_images(plain):
    reader = make_reader("pascal", plain, "train")
    assert reader.keys() == ["a"]
    assert reader.read("a").picture_name == "train/a.png"
    assert find_splits("pascal", plain) == ("test", "train")


def test_xml_beside_images_in_the_folder_itself(plain):
    reader = make_reader("pascal", plain / "test", "any name")
    assert reader.keys() == ["b"]
    assert find_splits("pascal", plain / "test") == ()


def test_a_missing_folder_of_a_split_names_those_that_there_are(plain):
    message = refusal(plain, "tran")
    assert "no such split; there are test, train; did you mean 'train'?" in message


def test_an_image_without_xml_is_told(plain):
    (plain / "train" / "a.xml").rename(plain / "train" / "z.xml")
    reader = make_reader("pascal", plain, "train")
    assert reader.keys() == ["a", "z"]
    for key, code in (("a", "annotation-missing"), ("z", "image-missing")):
        with pytest.raises(InvalidExample, match=rf"\[{code}\]"):
            ExampleReader(reader, CLASSES).read(key)


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
