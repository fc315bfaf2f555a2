"""YOLO notation, as others read it."""

import pytest
import yaml

from luminet.datasets.readers import find_splits
from luminet.datasets.source.source import Source
from tests.datasets.export.scene import SceneReader, export_scene, picture, thing


@pytest.fixture
def lines_of(tmp_path, monkeypatch):
    """Export one picture of 40x60 with some objects; the lines of its labels."""

    def export_objects(*objects):
        scene = {"train": [("a.png", picture(0), objects)]}
        monkeypatch.setattr(SceneReader, "scene", scene)
        folder, _ = export_scene(tmp_path, "yolo", overwrite=True)
        return (folder / "labels" / "train" / "a.txt").read_text().splitlines()

    return export_objects


def data_file(folder):
    return yaml.safe_load((folder / "data.yaml").read_text())


def test_a_line_is_a_class_and_the_centre_and_size_of_a_box(lines_of):
    # Of 60 pixels 15 are a quarter; of 40 pixels 10.
    assert lines_of(thing("dog", (10, 15, 20, 45)), thing("ant", (0, 0, 40, 60))) == [
        "1 0.500000 0.375000 0.500000 0.250000",
        "0 0.500000 0.500000 1.000000 1.000000",
    ]


def test_more_digits_are_written_where_they_are_needed(lines_of):
    [line] = lines_of(thing("dog", (10, 10, 20, 31)))
    _, x, _, width, _ = map(float, line.split())
    assert (x - width / 2) * 60 == pytest.approx(10, abs=4e-7)
    assert (x + width / 2) * 60 == pytest.approx(31, abs=1e-6)
    assert len(line) < 60


def test_crowds_are_left_out_and_difficult_objects_are_not(lines_of):
    lines = lines_of(
        thing("dog", (1, 1, 9, 9), difficult=True),
        thing("ant", (1, 1, 9, 9), crowd=True),
    )
    assert [line.split()[0] for line in lines] == ["1"]


def test_a_picture_without_objects_has_an_empty_file(tmp_path):
    folder, _ = export_scene(tmp_path, "yolo")
    assert (folder / "labels" / "train" / "empty.txt").read_text() == ""
    assert (folder / "images" / "train" / "empty.JPG").is_file()


def test_what_is_lost_is_counted(tmp_path):
    _, summary = export_scene(tmp_path, "yolo")
    assert summary.losses == {
        "pictures under another name, to be safe and unique": 3,
        "crowds left out, as a box stands for one object": 1,
        "difficult objects written like others": 1,
        "outlines left out, as there are only boxes": 2,
        "areas left out, so that they become those of the boxes": 2,
    }


def test_the_data_file_names_folders_and_classes(tmp_path):
    folder, _ = export_scene(tmp_path, "yolo")
    assert data_file(folder) == {
        "train": "images/train",
        "val": "images/val",
        "names": ["ant", "dog", "wild cat"],
    }


def test_names_that_yaml_takes_for_something_else_come_back(tmp_path, monkeypatch):
    names = ("no", "1.5", "a: b", "#", "'", "null", "größe", "x " * 60 + "x")
    listed = (*SceneReader.listed, *names)
    monkeypatch.setattr(SceneReader, "listed", listed)
    folder, _ = export_scene(tmp_path, "yolo")
    assert Source(folder).class_names == listed


@pytest.mark.parametrize(
    "splits, paths, found",
    [
        (["all"], {"train": "images/all"}, ("train",)),
        (["a", "b"], {"train": ["images/a", "images/b"]}, ("train",)),
        (["train", "b"], {"train": "images/train", "b": "images/b"}, ("train",)),
        (
            ["train", "valid"],
            {"train": "images/train", "val": "images/valid"},
            ("train", "val"),
        ),
    ],
)
def test_splits_get_the_names_that_programs_look_for(
    tmp_path, monkeypatch, splits, paths, found
):
    monkeypatch.setattr(
        SceneReader, "scene", dict.fromkeys(splits, SceneReader.scene["train"])
    )
    folder, summary = export_scene(tmp_path, "yolo")
    content = data_file(folder)
    assert content.pop("names") == ["ant", "dog", "wild cat"]
    assert content == paths
    assert find_splits("yolo", folder) == found
    lost = "splits that will be read back by another name, or not at all"
    assert summary.losses[lost] == len(set(splits) - set(found))
