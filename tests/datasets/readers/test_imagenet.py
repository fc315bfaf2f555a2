"""ImageNet's notation: its pixels from 0, its names of classes, and what is wrong."""

import contextlib

import numpy as np
import pytest

from luminet.datasets.findings import NEVER_SKIPPED, InvalidExample
from luminet.datasets.readers import make_reader
from tests.datasets.readers.notations import imagenet
from tests.datasets.readers.notations.truth import Truth
from tests.datasets.readers.outcomes import faults, mutations, read, refusal, warnings
from tests.voc_folder import xml_annotation, xml_object

HEIGHT, WIDTH = 40, 60
DOG = "n02084071"


@pytest.fixture
def folder(tmp_path):
    """A data set whose only picture is `a`."""
    imagenet.write(tmp_path, [Truth("a", HEIGHT, WIDTH, (("dog", (10, 5, 30, 20)),))])
    return tmp_path


@pytest.fixture
def listed(folder):
    """Writes the list of the split."""

    def write(text, name="train"):
        data = text if isinstance(text, bytes) else text.encode()
        (folder / "ImageSets" / "DET" / f"{name}.txt").write_bytes(data)

    return write


@pytest.fixture
def reader(folder):
    """Makes a reader of a data set whose only picture has this XML."""

    def make(xml, **options):
        data = xml if isinstance(xml, bytes) else xml.encode()
        (folder / "Annotations" / "DET" / "train" / "a.xml").write_bytes(data)
        return make_reader("imagenet", folder, "train", options)

    return make


def boxed(*box, **options):
    return xml_annotation(xml_object(DOG, box, **options))


# Boxes and classes.


@pytest.mark.parametrize(
    "box, expected",
    [
        pytest.param((10, 5, 29, 19), (5, 10, 20, 30), id="from 0, the end inclusive"),
        pytest.param((0, 0, 59, 39), (0, 0, 40, 60), id="the whole picture"),
    ],
)
def test_pixels_count_from_0(reader, box, expected):
    example, findings = read(reader(boxed(*box)))
    np.testing.assert_array_equal(example.boxes, [expected])
    assert findings == []


def test_a_box_that_ends_at_the_width_is_clipped(reader):
    result = reader(boxed(0, 0, WIDTH, HEIGHT))
    assert warnings(result) == ["box-clipped"]
    np.testing.assert_array_equal(read(result)[0].boxes, [[0, 0, HEIGHT, WIDTH]])


@pytest.mark.parametrize(
    "file, text, name",
    [
        pytest.param("map_det.txt", f"{DOG} 58 dog", "dog", id="map_det"),
        pytest.param("devkit/data/map_det.txt", f"{DOG} 1 dog", "dog", id="devkit"),
        pytest.param(
            "LOC_synset_mapping.txt", f"{DOG} sea dog, old salt", "sea dog", id="Kaggle"
        ),
        pytest.param(
            "LOC_synset_mapping.txt",
            f"n02012849 crane\n{DOG} crane",
            f"crane ({DOG})",
            id="two of one name",
        ),
        pytest.param("other.txt", f"{DOG} 1 dog", DOG, id="no names: the WordNet id"),
    ],
)
def test_classes_have_names_that_people_understand(folder, reader, file, text, name):
    (folder / "map_det.txt").unlink()
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text)
    [item] = reader(boxed(1, 1, 9, 9)).read("a").objects
    assert item.class_name == name


def test_the_list_of_classes_keeps_its_order(folder, reader):
    (folder / "map_det.txt").write_text(f"{DOG} 1 dog\nn02691156 2 airplane\n")
    assert reader(boxed(1, 1, 9, 9)).class_names == ("dog", "airplane")


@pytest.mark.parametrize("text", ["dog", f"{DOG}", f"{DOG} dog\n{DOG} hound"])
def test_a_list_of_classes_that_is_none_is_refused(folder, text):
    (folder / "map_det.txt").write_text(text)
    message = refusal("imagenet", folder, "train")
    assert "[class-list-malformed]" in message
    assert "map_det.txt: line" in message


# One picture.


@pytest.mark.parametrize(
    "xml, code",
    [
        pytest.param(b"", "xml-malformed", id="V10 empty"),
        pytest.param("{}", "xml-malformed", id="V10 JSON"),
        pytest.param("<!DOCTYPE a><annotation/>", "xml-doctype", id="V11 DOCTYPE"),
        pytest.param("<annotation>" * 100_000, "xml-malformed", id="V12 nested"),
        pytest.param(b"<annotation>\xe9</annotation>", "xml-encoding", id="V13"),
        pytest.param(xml_annotation(size=(40, 60)), "size-mismatch", id="V15 swapped"),
        pytest.param("<object/>", "xml-root", id="V16 root"),
        pytest.param(xml_annotation(xml_object(" ")), "name-missing", id="V17 name"),
        pytest.param(xml_annotation(xml_object("n01")), "unknown-class", id="V18"),
        pytest.param(boxed("", 1, 9, 9), "coord-invalid", id="V19 empty"),
        pytest.param(boxed("nan", 1, 9, 9), "coord-invalid", id="V19 nan"),
        pytest.param(boxed("1,5", 1, 9, 9), "coord-invalid", id="V19 comma"),
        pytest.param(boxed(9, 1, 1, 9), "box-inverted", id="V21 inverted"),
        pytest.param(boxed(9, 1, 9, 9), "box-empty", id="V22 empty"),
        pytest.param(boxed(1, 1, WIDTH + 1, 9), "box-outside", id="V24 outside"),
        pytest.param(boxed(-2, 1, 9, 9), "box-outside", id="V25 negative"),
        pytest.param(
            boxed(1, 1, 9, 9, extra="<difficult>yes</difficult>"),
            "flag-invalid",
            id="V28 difficult",
        ),
    ],
)
def test_a_fault_is_found(reader, xml, code):
    assert faults(reader(xml)) == [code]


@pytest.mark.parametrize(
    "xml, codes",
    [
        pytest.param(
            "<annotation><filename>../../etc/passwd</filename></annotation>",
            ["size-missing", "filename-differs"],
            id="V7 filename",
        ),
        pytest.param("<annotation/>", ["size-missing"], id="V14 no size"),
        pytest.param(
            xml_annotation(*[xml_object(DOG, (1, 1, 9, 9))] * 2),
            ["duplicate-box"],
            id="V33 duplicate box",
        ),
        pytest.param(xml_annotation(), [], id="V31 no objects"),
    ],
)
def test_an_oddity_is_told(reader, xml, codes):
    assert warnings(reader(xml)) == codes


def test_a_picture_without_xml_has_no_objects_which_is_told(folder):
    (folder / "Annotations" / "DET" / "train" / "a.xml").unlink()
    reader = make_reader("imagenet", folder, "train")
    assert warnings(reader) == ["annotation-missing"]
    assert len(read(reader)[0].boxes) == 0


@pytest.mark.parametrize("key", ["b", "n1/b"])
def test_a_missing_picture_is_told(folder, listed, key):
    listed(f"{key} 1")
    assert faults(make_reader("imagenet", folder, "train"), key) == ["image-missing"]


def test_two_pictures_of_one_name_are_refused_for_good(folder):
    (folder / "Data" / "DET" / "train" / "a.JPEG").write_bytes(b"")
    codes = faults(make_reader("imagenet", folder, "train"))
    assert codes == ["ambiguous-image"]
    assert NEVER_SKIPPED.issuperset(codes)


def test_difficult_objects_are_marked(reader):
    result = reader(boxed(1, 1, 9, 9, extra="<difficult>1</difficult>"))
    assert read(result)[0].difficult.tolist() == [True]


def test_boxes_are_rescaled_if_asked_for(reader):
    xml = xml_annotation(xml_object(DOG, (20, 5, 59, 19)), size=(120, 20))
    assert faults(reader(xml)) == ["size-mismatch"]
    example, findings = read(reader(xml, rescale="true"))
    np.testing.assert_allclose(example.boxes, [[10, 10, 40, 30]], atol=1e-5)
    assert findings == []


def test_boxes_that_are_left_out_are_rescaled_too(reader):
    xml = xml_annotation(xml_object(DOG, (60, 5, 30, 15)), size=(120, 20))
    annotation = reader(xml, rescale="true").read("a")
    (finding,) = annotation.findings.found
    np.testing.assert_allclose(finding.box, [0.25, 0.5, 0.75, 0.25])


@pytest.mark.parametrize("option", ["extra", "rescale"])
def test_a_switch_that_is_neither_on_nor_off_is_refused(folder, option):
    message = refusal("imagenet", folder, "train", {option: "maybe"})
    assert f"the option {option} must be true or false, not 'maybe'" in message


def test_no_damage_makes_it_fall_over(folder, reader):
    xml = (folder / "Annotations" / "DET" / "train" / "a.xml").read_bytes()
    for mutated in mutations(xml):
        with contextlib.suppress(InvalidExample):
            assert len(read(reader(mutated))[0].boxes) < 2
