"""Pictures are found by an id, the name of a file, or the end of its path."""

import json
import shutil

import pytest

from luminet.datasets.source.selection import Selection
from luminet.datasets.source.source import Source
from luminet.errors import InputError
from tests.datasets.readers.csv_folder import HEADER, pictures, rows, write
from tests.datasets.readers.notations import coco
from tests.datasets.readers.notations.truth import Truth
from tests.voc_folder import xml_annotation


def taken(folder, *names, **options):
    selection = Selection(only_images=names)
    return Source(folder, selection=selection, num_workers=1, **options).keys


@pytest.fixture
def nested(tmp_path):
    """Pictures of one name in two folders, and one that has the id of neither."""
    names = ["x/a.png", "y/a.png", "y/b.png", "a/c.png"]
    table = rows(*(f"{name},dog,1,2,3,4" for name in names))
    write(tmp_path, {"all.csv": table} | pictures(*names))
    return tmp_path


def test_pictures_keep_their_order(voc):
    for name in "abc":
        voc.add(name)
    assert taken(voc.root, "c", "a.png") == {"train": ["a", "c"]}


def test_a_name_counts_in_each_split(voc):
    voc.add("a")
    voc.add("a", split="val")
    voc.add("b", split="val")
    assert taken(voc.root, "a.png") == {"train": ["a"], "val": ["a"]}
    assert taken(voc.root, "b") == {"train": [], "val": ["b"]}


@pytest.mark.parametrize("name", ["7.png", "./7.png"])
def test_a_name_counts_in_a_split_where_the_id_looks_otherwise(tmp_path, name):
    truth = [Truth(name, 40, 60, ()) for name in ("7", "8")]
    coco.write(tmp_path, truth)
    shutil.copytree(tmp_path / "train2017", tmp_path / "val2017")
    content = coco.content(truth)
    for image in content["images"]:
        image["id"] += 10
    path = tmp_path / "annotations" / "instances_val2017.json"
    path.write_text(json.dumps(content))
    assert taken(tmp_path, name) == {"train": ["7"], "val": ["17"]}


@pytest.mark.parametrize("name", ["y/b.png", "y/b", "b.png", "b"])
def test_the_end_of_a_path_is_enough(nested, name):
    assert taken(nested, name) == {"all": ["y/b.png"]}


def test_a_name_of_several_pictures_is_refused_and_they_are_told(nested):
    message = (
        "--only-images: 'a' is 2 pictures of 'all': x/a.png (id x/a.png), y/a.png (id "
        "y/a.png); write more of the path, or the id"
    )
    with pytest.raises(InputError) as caught:
        taken(nested, "a")
    assert str(caught.value) == message
    assert taken(nested, "x/a", "y/a.png") == {"all": ["x/a.png", "y/a.png"]}


def test_a_whole_path_goes_before_the_end_of_another(tmp_path):
    names = ["a.png", "x/a.png"]
    write(tmp_path, {"all.csv": f"{HEADER}\n"} | pictures(*names))
    (tmp_path / "all.csv").write_text(rows(*(f"{n},dog,1,2,3,4" for n in names)))
    assert taken(tmp_path, "a") == {"all": ["a.png"]}


def test_a_picture_that_is_missing_has_its_name(voc):
    voc.add("a", xml_annotation())
    (voc.root / "JPEGImages" / "a.png").unlink()
    assert taken(voc.root, "a.jpg") == {"train": ["a"]}


def test_a_picture_that_there_is_not_is_refused(voc):
    voc.add("img_3")
    with pytest.raises(InputError, match="no picture 'img_2'.*did you mean 'img_3'"):
        taken(voc.root, "img_3", "img_2")
    with pytest.raises(InputError, match=r"no picture 'img_3\.jpg'.*'img_3\.png'"):
        taken(voc.root, "img_3.jpg")
