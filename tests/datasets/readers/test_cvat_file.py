"""The XML file of CVAT as a whole, good and bad, and where it lies."""

import os
import re
import socket
import time

import numpy as np
import pytest

from luminet.datasets.readers import find_splits, make_reader, reader_class
from luminet.datasets.readers.annotation_xml import XMLError
from luminet.datasets.readers.cvat.file import CVATFile
from tests.datasets.readers.notations.cvat import box, document, element
from tests.datasets.readers.notations.truth import Truth
from tests.datasets.readers.outcomes import faults, read, refusal, warnings

HEIGHT, WIDTH = 40, 60
PNG = Truth("a", HEIGHT, WIDTH, ()).png()
DOG = box("dog", 10, 5, 30, 20)


def image(name, shapes=DOG, subset=""):
    return element(name, HEIGHT, WIDTH, shapes, subset)


GOOD = document(image("a.png"))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "images").mkdir()
    for name in "abc":
        (tmp_path / "images" / f"{name}.png").write_bytes(PNG)
    return tmp_path


def write(folder, text, name="annotations.xml"):
    data = text if isinstance(text, bytes) else text.encode()
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)


# Splits.


def test_subsets_are_splits(folder):
    images = [image("a.png", subset="Train"), image("b.png", subset="Val")]
    write(folder, document(*images, image("c.png"), image("a.png", subset="Val")))
    assert find_splits("cvat", folder) == ("Train", "Val", "default")
    keys = [make_reader("cvat", folder, split).keys() for split in ("Train", "Val")]
    assert keys == [["a.png"], ["b.png", "a.png"]]
    assert make_reader("cvat", folder, "default").keys() == ["c.png"]
    message = refusal("cvat", folder, "train")
    assert "there are Train, Val, default; did you mean 'Train'?" in message


def test_without_subsets_it_is_not_divided(folder):
    write(folder, document(image("b.png"), image("a.png")))
    assert find_splits("cvat", folder) == ()
    assert make_reader("cvat", folder, "any").keys() == ["b.png", "a.png"]


def test_pictures_may_lie_in_a_folder_for_each_subset(folder):
    for split, name in (("train", "a.png"), ("val", "b.png")):
        (folder / "images" / split).mkdir()
        (folder / "images" / name).rename(folder / "images" / split / name)
    images = [image("a.png", subset="train"), image("b.png", subset="val")]
    write(folder, document(*images))
    for split, key in (("train", "a.png"), ("val", "b.png")):
        made = make_reader("cvat", folder, split)
        assert made.read(key).picture_name == f"images/{split}/{key}"
        assert warnings(made, key) == []


@pytest.mark.parametrize("place", ["{}/annotations.xml", "{}.xml"])
def test_there_may_be_a_file_for_each_split(folder, place):
    write(folder, document(image("a.png", subset="x")), place.format("train"))
    write(folder, document(image("b.png", subset="x")), place.format("val"))
    assert find_splits("cvat", folder) == ("train", "val")
    assert make_reader("cvat", folder, "val").keys() == ["b.png"]
    assert "there are train, val" in refusal("cvat", folder, "test")
    assert reader_class("cvat").recognise(folder)


def test_files_and_folders_can_be_named(folder):
    write(folder, GOOD)
    write(folder, document(image("b.png"), labels=("x",)), "other.xml")
    (folder / "images").rename(folder / "deep")
    options = {"annotations": "other.xml", "images": "deep"}
    made = make_reader("cvat", folder, "any", options)
    assert (made.keys(), made.class_names) == (["b.png"], ("x",))
    assert made.read("b.png").picture_name == "deep/b.png"
    for option in options:
        assert "gone: " in refusal("cvat", folder, "any", {option: "gone"})


def test_the_only_xml_file_may_have_any_name(folder):
    write(folder, GOOD, "task_1.xml")
    write(folder, "<annotation/>", "voc.xml")
    assert make_reader("cvat", folder, "any").keys() == ["a.png"]
    assert "task_1.xml" in reader_class("cvat").recognise(folder)


def test_classes_are_those_of_the_file_in_its_order(folder):
    write(folder, document(image("a.png"), labels=("dog", " cat ", "ant", "dog")))
    assert make_reader("cvat", folder, "any").class_names == ("dog", "cat", "ant")
    write(folder, document(image("a.png"), labels=()))
    assert make_reader("cvat", folder, "any").class_names is None


# How the file is written.


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1"]
)
def test_declared_encodings(folder, encoding):
    images = [image(f"{name}.png", box("é", 10, 5, 30, 20)) for name in "ébc"]
    (folder / "images" / "é.png").write_bytes(PNG)
    name = re.sub("-(sig|le|be)", "", encoding)
    text = document(*images, labels=("é",)).replace("utf-8", name)
    write(folder, text.encode(encoding))
    made = make_reader("cvat", folder, "any")
    assert made.class_names == ("é",)
    assert made.keys() == ["é.png", "b.png", "c.png"]
    for key in ("é.png", "b.png", "c.png"):
        example, findings = read(made, key, ("é",))
        np.testing.assert_array_equal(example.boxes, [[5, 10, 20, 30]])
        assert findings == []


def test_line_ends_comments_and_what_else_there_is_do_not_matter(folder):
    other = "<!-- <image name='x'/> --><task/><a><image name='deep.png'/></a>\n"
    text = document(image("a.png"), other, image("b.png"), other).replace("\n", "\r\n")
    write(folder, text)
    made = make_reader("cvat", folder, "any")
    assert made.keys() == ["a.png", "b.png"]
    assert warnings(made, "a.png") == warnings(made, "b.png") == []


def test_a_picture_may_be_an_empty_element(folder):
    write(folder, document(f'<image name="a.png" width="{WIDTH}" height="{HEIGHT}"/>'))
    assert warnings(make_reader("cvat", folder, "any"), "a.png") == []


# What makes the file unusable.


BOMB = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
BOMB = f'<!DOCTYPE a [<!ENTITY a0 "lol">{BOMB}]><annotations>&a9;</annotations>'
QUADRATIC = f'<!DOCTYPE a [<!ENTITY a "{"a" * 50_000}">]>'
QUADRATIC += f"<annotations>{'&a;' * 50_000}</annotations>"
EXTERNAL = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
EXTERNAL += '<annotations><image name="&x;"/></annotations>'
MANY_NAMES = "".join(f"<b{i}/>" for i in range(2_000))
MANY_ATTRIBUTES = "".join(f'<b a{i}="1"/>' for i in range(2_000))
LONG = "x" * (5 * 2**20)

ROWS = [
    pytest.param("", "xml-malformed", id="V10 empty"),
    pytest.param("{}", "xml-malformed", id="V10 JSON"),
    pytest.param(GOOD[:-20], "xml-malformed", id="V10 cut"),
    pytest.param(GOOD + "<a/>", "xml-malformed", id="V10 two roots"),
    pytest.param(GOOD + "\0", "xml-malformed", id="NUL"),
    pytest.param("<annotations>&x;</annotations>", "xml-malformed", id="V11 entity"),
    pytest.param(BOMB, "xml-doctype", id="V11 billion laughs"),
    pytest.param(QUADRATIC, "xml-doctype", id="V11 quadratic"),
    pytest.param(EXTERNAL, "xml-doctype", id="V11 external entity"),
    pytest.param(f"<!DOCTYPE a>{GOOD[38:]}", "xml-doctype", id="V11 doctype"),
    pytest.param(BOMB.encode("utf-16"), "xml-doctype", id="V11 UTF-16 doctype"),
    pytest.param("<annotations>" + "<a>" * 10**6, "xml-malformed", id="V12 nested"),
    pytest.param(f"<annotations>{MANY_NAMES}", "xml-malformed", id="many names"),
    pytest.param(f"<annotations>{MANY_ATTRIBUTES}", "xml-malformed", id="attributes"),
    pytest.param(f"<annotations>{LONG}", "xml-too-large", id="V12 long text"),
    pytest.param(f"<annotations><!--{LONG}", "xml-too-large", id="long comment"),
    pytest.param(f"<annotations a='{LONG}", "xml-too-large", id="long attribute"),
    pytest.param(GOOD.encode() + b"<!-- \xe9 -->", "xml-encoding", id="V13 not UTF-8"),
    pytest.param(GOOD.replace("utf-8", "utf-16"), "xml-encoding", id="V13 no UTF-16"),
    pytest.param(GOOD.replace("utf-8", "klingon"), "xml-encoding", id="V13 unknown"),
    pytest.param(GOOD.replace("utf-8", "shift-jis"), "xml-encoding", id="V13 Japanese"),
    pytest.param("<annotation/>", "xml-root", id="V16"),
    pytest.param(document(image("")), "xml-structure", id="no name"),
    pytest.param(document("<image/>"), "xml-structure", id="no attributes"),
    pytest.param(document("<track id='0'/>"), "xml-structure", id="CVAT for video"),
    pytest.param(document(), "split-empty", id="V2 no pictures"),
]


@pytest.mark.parametrize("text, code", ROWS)
def test_a_bad_file_is_refused(folder, text, code):
    write(folder, text)
    start = time.perf_counter()
    message = refusal("cvat", folder, "any")
    assert message.startswith("annotations.xml: ")
    assert message.endswith(f"[{code}]")
    assert time.perf_counter() - start < 2.0


def test_a_fault_has_its_line(folder):
    write(folder, "<annotations>\n\n  <image>\n</annotations>")
    message = refusal("cvat", folder, "any")
    assert message.startswith("annotations.xml: line 3: <image> has no name")
    write(folder, "<annotations>\n</annotation>")
    assert "annotations.xml: line 2:3: mismatched tag" in refusal("cvat", folder, "any")


def test_an_external_dtd_is_not_fetched(folder):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd"
        write(folder, f'<!DOCTYPE annotations SYSTEM "{url}"><annotations/>')
        assert "[xml-doctype]" in refusal("cvat", folder, "any")
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("kind", ["pipe", "folder", "loop"])
def test_a_file_that_is_none(folder, kind):
    path = folder / "annotations.xml"
    makers = {"pipe": os.mkfifo, "folder": os.mkdir, "loop": lambda p: os.symlink(p, p)}
    makers[kind](path)
    assert "[not-a-regular-file]" in refusal("cvat", folder, "any")
    assert reader_class("cvat").recognise(folder) is None


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    with open(tmp_path / "annotations.xml", "wb") as file:
        file.truncate(1024**3 + 1)
    with pytest.raises(XMLError) as caught:
        CVATFile(tmp_path / "annotations.xml")
    assert caught.value.code == "xml-too-large"


def test_a_picture_with_too_much_on_it_is_a_fault_of_its_own(folder, monkeypatch):
    monkeypatch.setattr("luminet.datasets.readers.cvat.file._MAX_ELEMENT_BYTES", 1000)
    write(folder, document(image("a.png", DOG * 20), image("b.png")))
    made = make_reader("cvat", folder, "any")
    assert faults(made, "a.png") == ["xml-too-large"]
    assert warnings(made, "b.png") == []


def test_a_picture_that_comes_twice_is_read_once_and_told(folder):
    write(folder, document(image("a.png"), image("b.png"), image("a.png", "")))
    made = make_reader("cvat", folder, "any")
    assert made.keys() == ["a.png", "b.png"]
    assert len(made.read("a.png").objects) == 1
    assert [str(finding) for finding in made.findings] == [
        "annotations.xml: a.png: this picture comes twice [duplicate-id]"
    ]


def test_a_file_that_changes_meanwhile_is_noticed(folder):
    write(folder, GOOD)
    made = make_reader("cvat", folder, "any")
    write(folder, GOOD.replace("dog", "doggy"))
    assert faults(made, "a.png") == ["file-changed"]


def test_no_picture_at_all_asks_for_their_folder(folder):
    write(folder, document(image("x/y.png")))
    assert "-o images=FOLDER" in refusal("cvat", folder, "any")


@pytest.mark.parametrize("name", ["a\nb.png", "a\x7fb.png"])
def test_names_cannot_break_a_line(folder, name):
    (folder / "images" / name).write_bytes(PNG)
    shown = name.replace("\n", "&#10;")
    write(folder, document(image("a.png"), image(shown, box("", 1, 2, 3, 4))))
    found = make_reader("cvat", folder, "any").read(name).findings.found
    assert str(found[0]).isprintable()


@pytest.mark.parametrize(
    "text, known",
    [
        (GOOD, True),
        ("<annotations/>", True),
        ("<annotation/>", False),
        ("{}", False),
        (GOOD.encode("utf-16"), True),
    ],
)
def test_it_is_recognised_by_its_beginning(folder, text, known):
    write(folder, text)
    assert bool(reader_class("cvat").recognise(folder)) == known
