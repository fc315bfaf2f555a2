"""Where a data set in ImageNet's notation lies, and what its lists name."""

import numpy as np
import pytest

from luminet.datasets.readers import find_splits, make_reader, reader_class
from luminet.errors import InputError
from tests.datasets.readers.notations import imagenet
from tests.datasets.readers.notations.truth import PICTURES, Truth
from tests.datasets.readers.outcomes import faults, mutations, read, refusal, warnings
from tests.voc_folder import encode, xml_annotation, xml_object

HEIGHT, WIDTH = 40, 60


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


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a 1\nn1/b 2", id="V4 numbered"),
        pytest.param("train/a 1\ntrain/n1/b 2", id="with the folder"),
        pytest.param("a\nn1/b", id="one column"),
        pytest.param("\ufeffa 1\r\n\r\n n1/b  2 \r\n", id="V5 BOM, CRLF, blanks"),
        pytest.param("a 1\nILSVRC2013_DET_train_extra0/c 2\nn1/b 3", id="extra"),
    ],
)
def test_lists_name_paths(folder, listed, text):
    listed(text)
    assert make_reader("imagenet", folder, "train").keys() == ("a", "n1/b")


def test_counterexamples_are_read_if_asked_for(folder, listed):
    listed("a 1\nDET_train_extra0/c 2")
    extra = folder / "Data" / "DET" / "train" / "DET_train_extra0"
    extra.mkdir()
    (extra / "c.png").write_bytes(PICTURES[0].png())
    reader = make_reader("imagenet", folder, "train", {"extra": "true"})
    assert reader.keys() == ("a", "DET_train_extra0/c")
    assert warnings(reader, "DET_train_extra0/c") == []


def test_lists_of_one_class_are_those_pictures_that_show_it(folder, listed):
    listed("a 1\nb 0\nc -1", "train_7")
    listed("a 1", "train1")
    assert make_reader("imagenet", folder, "train_7").keys() == ("a", "b")
    assert make_reader("imagenet", folder, "train1").keys() == ("a",)
    assert find_splits("imagenet", folder) == ("train",)


def test_a_split_without_annotations_is_none(folder, listed):
    (folder / "Data" / "DET" / "test").mkdir()
    listed("b 1", "test")
    assert find_splits("imagenet", folder) == ("train",)
    assert "Annotations/DET/test: no such folder" in refusal("imagenet", folder, "test")


def test_a_folder_around_the_data_set_will_do(folder, tmp_path_factory):
    outer = tmp_path_factory.mktemp("outer")
    folder.rename(outer / "ILSVRC")
    reader = make_reader("imagenet", outer, "train")
    assert read(reader)[0].filename == "ILSVRC/Data/DET/train/a.png"
    assert reader_class("imagenet").recognise(outer)


@pytest.mark.parametrize(
    "text, part",
    [
        pytest.param("", "[split-empty]", id="V2 empty"),
        pytest.param("x_extra0/a 1", "[split-empty]", id="V2 only counterexamples"),
        pytest.param("a 1\n../b 2", "line 2: '../b'", id="V6 .."),
        pytest.param("/etc/passwd 1", "[unsafe-path]", id="V6 absolute"),
        pytest.param("a\0b 1", "[unsafe-path]", id="V6 NUL"),
        pytest.param("a b c", "line 1: not the path", id="three columns"),
        pytest.param(b"\xe9 1", "[encoding]", id="not UTF-8"),
    ],
)
def test_a_broken_list_is_refused(folder, listed, text, part):
    listed(text)
    assert part in refusal("imagenet", folder, "train")


def test_a_repeated_picture_is_read_once_and_told(folder, listed):
    listed("a 1\nb 2\na 3")
    reader = make_reader("imagenet", folder, "train")
    assert reader.keys() == ("a", "b")
    assert [str(finding) for finding in reader.findings] == [
        "ImageSets/DET/train.txt: line 3: 'a' is already in line 1 [duplicate-id]"
    ]


@pytest.mark.parametrize("name", ["Data/DET", "Annotations/DET"])
def test_a_missing_folder_is_named(folder, name):
    (folder / name).rename(folder / "elsewhere")
    message = refusal("imagenet", folder, "train")
    assert str(folder / name) in message
    assert "no such folder" in message


def test_no_damage_to_a_list_makes_it_fall_over(folder, listed):
    for mutated in mutations(b"a 1\ntrain/n1/b 2\nextra0/c 3\n"):
        listed(mutated)
        try:
            reader = make_reader("imagenet", folder, "train")
        except InputError:
            continue
        assert all(map(reader.read, reader.keys()))


# As labelling programs write it: VOC's XML and lists, but no `JPEGImages`.


@pytest.fixture
def plain(tmp_path):
    (tmp_path / "ImageSets" / "Main").mkdir(parents=True)
    (tmp_path / "Annotations").mkdir()
    (tmp_path / "images").mkdir()
    (tmp_path / "ImageSets" / "Main" / "default.txt").write_text("a\n")
    (tmp_path / "labelmap.txt").write_text(
        "# label:color_rgb\nbackground:0,0,0::\ndog:1::\n"
    )
    xml = xml_annotation(xml_object("dog", (1, 1, WIDTH, HEIGHT)))
    (tmp_path / "Annotations" / "a.xml").write_text(xml)
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    (tmp_path / "images" / "a.png").write_bytes(encode(pixels, "PNG"))
    return tmp_path


def test_there_pixels_count_from_1(plain):
    reader = make_reader("imagenet", plain, "default")
    assert reader.class_names == ("dog",)
    example, findings = read(reader, class_names=("dog",))
    np.testing.assert_array_equal(example.boxes, [[0, 0, HEIGHT, WIDTH]])
    assert findings == []


def test_there_a_picture_without_xml_is_a_fault(plain):
    (plain / "Annotations" / "a.xml").unlink()
    assert faults(make_reader("imagenet", plain, "default")) == ["annotation-missing"]


def test_pictures_may_lie_anywhere(plain, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (plain / "images" / "a.png").rename(elsewhere / "a.png")
    reader = make_reader("imagenet", plain, "default", {"images": str(elsewhere)})
    assert len(read(reader, class_names=("dog",))[0].boxes) == 1
    message = refusal("imagenet", plain, "default", {"images": "nowhere"})
    assert "nowhere: no such folder" in message


def test_it_is_told_apart_from_voc(plain):
    imagenet_reader, pascal = reader_class("imagenet"), reader_class("pascal")
    assert imagenet_reader.recognise(plain) and not pascal.recognise(plain)
    (plain / "images").rename(plain / "JPEGImages")
    assert pascal.recognise(plain) and not imagenet_reader.recognise(plain)


@pytest.mark.real_data
def test_voc_pictures_in_this_notation(real_data, tmp_path):
    """The numbers in both sets of XML are equal; this one left the flags out."""
    source = real_data / "voc12_100_formats"
    for name, target in {"Annotations": "pascalvoc_format", "JPEGImages": ""}.items():
        target = source / "gts" / target if target else source / "images"
        (tmp_path / name).symlink_to(target)
    lists = tmp_path / "ImageSets" / "Main"
    lists.mkdir(parents=True)
    folder = source / "gts" / "imagenet_format"
    keys = (folder / "ImageSets" / "Main" / "default.txt").read_text()
    (lists / "default.txt").write_text(keys)
    options = {"images": str(source / "images")}
    reader = make_reader("imagenet", folder, "default", options)
    pascal = make_reader("pascal", tmp_path, "default")
    assert set(reader.class_names) == set((source / "voc.names").read_text().split())
    assert reader.keys() == tuple(keys.split())
    assert len(reader.keys()) == 100
    for key in keys.split():
        found, expected = reader.read(key), pascal.read(key)
        assert boxes_by_class(found) == boxes_by_class(expected)
        assert found.size == expected.size
        assert not found.findings.found
    assert len(read(reader, key, reader.class_names)[0].boxes) == len(found.objects)


def boxes_by_class(annotation):
    return sorted((item.class_name, item.box) for item in annotation.objects)
