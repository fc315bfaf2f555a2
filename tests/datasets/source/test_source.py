"""A data set as a whole: its splits, classes and pictures."""

import json

import numpy as np
import pytest
from PIL import Image

from luminet.datasets.example_reader import Rules
from luminet.datasets.source.selection import Selection
from luminet.datasets.source.source import Source
from luminet.errors import InputError
from tests.conversion import convert
from tests.datasets.readers.csv_folder import DOG, rows, write
from tests.voc_folder import VOCFolder, encode, xml_annotation, xml_object


@pytest.fixture
def folder(voc):
    voc.add("a", xml_annotation(xml_object("dog"), xml_object("cat", (1, 1, 9, 9))))
    voc.add("b", xml_annotation())
    voc.add("c", xml_annotation(xml_object("ant")), split="val")
    return voc.root


def test_all_splits_are_read_unless_some_are_named(folder):
    assert list(Source(folder, "pascal").readers) == ["train", "val"]
    assert list(Source(folder, "pascal", ["val"]).readers) == ["val"]


def test_the_notation_is_recognised_and_the_reason_told(folder):
    source = Source(folder)
    assert source.type == "pascal"
    assert "JPEGImages" in source.reason
    assert Source(folder, "pascal").reason == ""


def test_classes_of_splits_that_are_not_read_count(folder):
    assert Source(folder, "pascal", ["train"]).class_names == ("ant", "cat", "dog")


def test_a_broken_split_that_nobody_asked_for_does_not_hinder(folder):
    (folder / "ImageSets" / "Main" / "val.txt").write_text("")
    assert Source(folder, "pascal", ["train"]).class_names == ("cat", "dog")


def test_the_selection_reaches_the_examples(folder):
    selection = Selection(rename={"cat": "pet", "dog": "pet"}, only_classes=("pet",))
    source = Source(folder, "pascal", selection=selection)
    assert source.class_names == ("pet",)
    example, findings = source.example_reader("train").read("a")
    assert (example.classes.tolist(), findings) == ([0, 0], [])
    example, findings = source.example_reader("val").read("c")
    assert (len(example.classes), findings) == (0, [])


def test_many_annotations_are_counted_in_several_processes(voc):
    for index in range(600):
        voc.add(f"{index:03}", xml_annotation(*[xml_object()] * (index % 3)), b"-")
    one, two = (
        Source(voc.root, "pascal", num_workers=number).objects["train"]
        for number in (1, 2)
    )
    assert one == two
    assert one["001"] == (("dog", 1),) and one["002"] == (("dog", 2),)
    assert one["000"] == ()


@pytest.mark.parametrize("splits", [[""], ["../a"], ["a/b"], ["train", "train"]])
def test_senseless_names_of_splits_are_refused(folder, splits):
    with pytest.raises(InputError, match="split"):
        Source(folder, "pascal", splits)


def test_an_undivided_set_is_one_split_called_all(tmp_path):
    write(tmp_path, {"a.png": "", "boxes.csv": rows(DOG)})
    assert list(Source(tmp_path, "csv").readers) == ["all"]
    assert list(Source(tmp_path, "csv", ["all"]).readers) == ["all"]


@pytest.mark.parametrize("splits", [["val"], ["val", "train"], ["all", "val"]])
def test_an_undivided_set_has_no_split_of_another_name(tmp_path, splits):
    write(tmp_path, {"a.png": "", "boxes.csv": rows(DOG)})
    with pytest.raises(InputError, match="has no split 'val'.*it is read as a whole"):
        Source(tmp_path, "csv", splits)


def test_a_missing_folder_is_named(tmp_path):
    for type in ("auto", "pascal"):
        with pytest.raises(InputError, match="nowhere: no such folder"):
            Source(tmp_path / "nowhere", type)


def test_a_folder_of_nothing_is_not_recognised(tmp_path):
    with pytest.raises(InputError, match="not recognised as any of"):
        Source(tmp_path)


def write_categories(folder, splits):
    """Ids of classes as COCO files have them, of a picture in each split."""
    (folder / "annotations").mkdir(parents=True)
    (folder / "images").mkdir()
    for split, ids in splits.items():
        name = f"{split}.png"
        (folder / "images" / name).write_bytes(
            encode(np.zeros([4, 6, 3], np.uint8), "PNG")
        )
        content = {
            "images": [{"id": 1, "file_name": name}],
            "annotations": [],
            "categories": [{"id": ids[name], "name": name} for name in ids],
        }
        path = folder / "annotations" / f"instances_{split}.json"
        path.write_text(json.dumps(content))
    return folder


def test_renamed_classes_keep_their_coco_ids(tmp_path):
    ids = {"ant": 4, "dog": 17, "wolf": 90}
    folder = write_categories(tmp_path / "coco", {"train": ids})
    assert Source(folder).category_ids == ids
    selection = Selection(rename={"ant": "insect", "wolf": "dog"})
    renamed = Source(folder, selection=selection)
    assert renamed.category_ids == {"insect": 4, "dog": 17}
    only = Source(folder, selection=Selection(only_classes=("wolf",)))
    assert only.category_ids == {"wolf": 90}


@pytest.mark.parametrize("ids", [{"ant": 5}, {"dog": 4}])
def test_coco_ids_that_contradict_each_other_are_none(tmp_path, ids):
    splits = {"train": {"ant": 4}, "val": ids}
    assert Source(write_categories(tmp_path / "coco", splits)).category_ids is None


def test_there_are_no_coco_ids_in_another_notation(folder):
    assert Source(folder).category_ids is None


def test_records_are_never_turned(tmp_path):
    """TensorFlow pays no attention to EXIF, and boxes were drawn for TensorFlow."""
    exif = Image.Exif()
    exif[0x0112] = 6
    pixels = Image.fromarray(np.zeros([40, 60, 3], np.uint8))
    data = encode(pixels, "JPEG", exif=exif)
    voc = VOCFolder(tmp_path / "voc")
    voc.add("a", image=data, extension=".jpg")
    rules = {"rules": Rules(ignore_exif=True)}
    convert("pascal", voc.root, tmp_path / "store", ["train"], rules)
    reader = Source(tmp_path / "store").example_reader("train")
    example, _ = reader.read("a")
    assert (example.height, example.width) == (40, 60)
    assert example.image == data
