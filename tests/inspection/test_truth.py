"""The objects of a picture are found by its name."""

import numpy as np
import pytest
from PIL import Image

from luminet.errors import InputError
from luminet.inspection.truth import TruthSource
from tests.tiny_data import CLASS_NAMES
from tests.voc_folder import VOCFolder, encode, xml_annotation, xml_object


@pytest.fixture
def voc(tmp_path):
    folder = VOCFolder(tmp_path / "voc")
    folder.add("a")
    folder.add("b", xml_annotation(xml_object("cat"), xml_object()))
    return folder


@pytest.mark.parametrize("name", ["a", "a.png", "JPEGImages/a.png", "/else/a.jpg"])
def test_a_picture_is_found_by_its_id_and_by_its_file(voc, name):
    example, pixels = TruthSource(voc.root, ("dog",)).find(name)
    np.testing.assert_array_equal(example.boxes, [[5, 10, 20, 30]])
    assert pixels.shape == (40, 60, 3)


@pytest.mark.parametrize("name", ["1-0", "1-0.png"])
def test_tfrecords_know_their_pictures(tiny_store, name):
    source = TruthSource(tiny_store.folder, CLASS_NAMES)
    example, pixels = source.find(name)
    assert len(example.classes) == 2
    assert pixels.shape == (64, 64, 3)
    assert source.type == "tfrecord"


def test_classes_get_the_numbers_of_the_model(voc):
    example, _ = TruthSource(voc.root, ("dog", "bird", "cat")).find("b")
    assert example.classes.tolist() == [2, 0]


def test_objects_of_classes_that_the_model_does_not_know_are_left_out(voc):
    source = TruthSource(voc.root, ("dog",))
    assert source.left_out == ("cat",)
    assert len(source.find("b")[0].classes) == 1


def test_a_model_without_classes_takes_all_objects(voc):
    source = TruthSource(voc.root, ("object",))
    assert source.left_out == ()
    assert source.find("b")[0].classes.tolist() == [0, 0]


def test_a_turned_picture_comes_upright_like_its_boxes(voc):
    exif = Image.Exif()
    exif[0x0112] = 6
    noise = np.random.default_rng(0).integers(0, 256, (60, 40, 3), np.uint8)
    voc.add("t", image=encode(noise, "JPEG", exif=exif), extension=".jpg")
    example, pixels = TruthSource(voc.root, ("dog",)).find("t")
    assert pixels.shape == (example.height, example.width, 3) == (40, 60, 3)


@pytest.mark.parametrize(
    "name, message",
    [("aa", "no picture 'aa'; did you mean 'a'"), ("zz9", "there is 'a', for one")],
)
def test_an_unknown_picture_is_told(voc, name, message):
    with pytest.raises(InputError, match=message):
        TruthSource(voc.root, ("dog",)).find(name)


def test_a_name_in_two_splits_needs_one(voc):
    voc.add("a", split="val", extension=".png")
    source = TruthSource(voc.root, ("dog",))
    with pytest.raises(InputError, match="'a' in train and 'a' in val.*--split"):
        source.find("a")
    assert TruthSource(voc.root, ("dog",), splits=["val"]).find("a")


def test_a_data_set_of_other_classes_is_refused(voc):
    with pytest.raises(InputError, match=r"none of its classes \(cat, dog\).*\(bus\)"):
        TruthSource(voc.root, ("bus",))
