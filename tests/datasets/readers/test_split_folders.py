"""Annotations beside pictures: in a folder for each split, or all in one."""

import importlib
import json

import pytest

from luminet.datasets.findings import InvalidDataset
from luminet.datasets.readers import find_splits, make_reader, recognise
from tests.datasets.readers.notations import pascal
from tests.datasets.readers.notations.truth import PICTURES

NOTATIONS = ("pascal", "labelme", "flat", "taggerine")


def write_in_one(notation, folder):
    """The truth in one folder, not divided."""
    folder.mkdir(parents=True)
    if notation == "pascal":
        for picture in PICTURES:
            (folder / f"{picture.name}.png").write_bytes(picture.png())
            (folder / f"{picture.name}.xml").write_text(pascal.annotation(picture))
        return
    module = importlib.import_module(f"tests.datasets.readers.notations.{notation}")
    module.write(folder, PICTURES)
    for path in [*(folder / "train").iterdir()]:
        path.rename(folder / path.name)
    (folder / "train").rmdir()


@pytest.fixture(params=NOTATIONS)
def notation(request):
    return request.param


@pytest.fixture
def root(notation, tmp_path):
    """A folder that is not divided."""
    write_in_one(notation, tmp_path / "root")
    return tmp_path / "root"


def test_all_may_lie_in_the_folder_itself(notation, root):
    assert recognise(root)[0] == notation
    assert find_splits(notation, root) == ()
    assert len(make_reader(notation, root, "all").keys()) == len(PICTURES)


def test_all_may_lie_in_a_folder_for_each_split(notation, tmp_path):
    for split in ("train", "val"):
        write_in_one(notation, tmp_path / "root" / split)
    assert recognise(tmp_path / "root")[0] == notation
    assert find_splits(notation, tmp_path / "root") == ("train", "val")


def test_a_folder_in_one_with_annotations_of_its_own_is_refused(notation, root):
    write_in_one(notation, root / "more")
    assert recognise(root)[0] == notation
    for find in (find_splits, lambda *place: make_reader(*place, "more")):
        with pytest.raises(InvalidDataset) as caught:
            find(notation, root)
        (finding,) = caught.value.findings
        assert finding.code == "ambiguous-layout"
        assert str(caught.value).startswith(f"{root}: annotations lie in this folder")
        assert "and in folders in it (more): move the former" in finding.message


def test_a_message_names_a_few_of_many_folders(root, notation):
    for number in range(7):
        write_in_one(notation, root / str(number))
    with pytest.raises(InvalidDataset, match=r"in it \(0, 1, 2, 3, 4 \.\.\.\)"):
        find_splits(notation, root)


def test_what_is_no_annotation_does_not_count(notation, tmp_path):
    root = tmp_path / "root"
    write_in_one(notation, root / "train")
    (root / "classes.json").write_text(json.dumps(["cat", "dog"]))
    (root / "settings.xml").write_text("<settings/>")
    assert find_splits(notation, root) == ("train",)


def test_of_flat_notation_with_a_key_of_its_own(tmp_path):
    root = tmp_path / "root"
    write_in_one("flat", root)
    for path in root.glob("*.json"):
        path.write_text(path.read_text().replace("rects", "items"))
    write_in_one("flat", root / "more")
    with pytest.raises(InvalidDataset, match="ambiguous-layout"):
        find_splits("flat", root, {"objects_key": "items"})


@pytest.mark.parametrize("beginning", ["<annotation>", '<annotation verified="yes">'])
def test_xml_is_recognised_by_its_outermost_element(tmp_path, beginning):
    (tmp_path / "a.xml").write_text(f"{beginning}</annotation>")
    name, reason = recognise(tmp_path)
    assert (name, reason) == (
        "pascal",
        "files like a.xml with <annotation> outermost",
    )
