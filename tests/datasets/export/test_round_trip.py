"""What is exported is read again, and is the same, but for what a notation lacks."""

import numpy as np
import pytest

from luminet.datasets.export.export import NOTATIONS
from luminet.datasets.readers import recognise
from luminet.datasets.source.source import Source
from tests.datasets.export import scene
from tests.datasets.export.scene import TYPE, SceneReader, contents, export_scene


@pytest.fixture(params=sorted(NOTATIONS))
def notation(request):
    return request.param


def box_area(box):
    y1, x1, y2, x2 = np.float32(box)
    return float((y2 - y1) * (x2 - x1))


def as_read_back(objects, notation):
    """What a notation keeps of objects."""
    if notation == "coco":
        return objects
    if notation == "voc":
        return [
            (name, box, difficult or crowd, False, box_area(box), "")
            for name, box, difficult, crowd, _, _ in objects
        ]
    return [
        (name, box, False, False, box_area(box), "")
        for name, box, _, crowd, _, _ in objects
        if not crowd
    ]


def test_all_comes_back_that_the_notation_has(notation, tmp_path):
    folder, _ = export_scene(tmp_path, notation)
    expected = {
        place: as_read_back(objects, notation)
        for place, objects in contents(Source(tmp_path / "scene", TYPE)).items()
    }
    assert len(expected) == 5
    assert contents(Source(folder)) == expected


def test_classes_keep_their_numbers_where_they_are_sorted(notation, tmp_path):
    folder, _ = export_scene(tmp_path, notation)
    assert Source(folder).class_names == ("ant", "dog", "wild cat")


def test_the_folder_is_recognised_and_as_nothing_else(notation, tmp_path):
    folder, _ = export_scene(tmp_path, notation)
    name, reason = recognise(folder)
    assert name == NOTATIONS[notation].type
    assert "could also be" not in reason


def test_nothing_is_odd_about_it(notation, tmp_path):
    folder, _ = export_scene(tmp_path, notation)
    source = Source(folder)
    for split, keys in source.keys.items():
        reader = source.example_reader(split)
        assert [*source.readers[split].findings] == []
        codes = {f.code for key in keys for f in reader.read(key)[1]}
        # The area of the object in the scene is not that of its outline.
        assert codes <= {"area-doubtful"}


def test_random_boxes_come_back_to_the_last_bit(notation, tmp_path, monkeypatch, rng):
    size = np.float32([3001, 4001, 3001, 4001])
    corners = np.sort(rng.random((1000, 2, 2)), axis=1).reshape(-1, 4)
    boxes = np.float32(corners) * size
    boxes = boxes[(boxes[:, 2:] - boxes[:, :2]).min(axis=1) > 1]
    objects = [scene.thing("dog", tuple(box)) for box in boxes.tolist()]
    data = scene.picture(0, size=(3001, 4001))
    monkeypatch.setattr(SceneReader, "scene", {"train": [("a.png", data, objects)]})
    folder, _ = export_scene(tmp_path, notation)
    [example] = scene.examples(Source(folder))["train"]
    np.testing.assert_array_equal(example.boxes, boxes)


def test_a_second_export_is_the_same_as_the_first(notation, tmp_path):
    folder, _ = export_scene(tmp_path, notation)
    again = scene.export(
        scene.plan_source(Source(folder)), tmp_path / "again", notation, "a test"
    )
    assert again.losses == {}
    paths = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    assert len(paths) > 5
    for path in paths:
        if path.name != "export.json":
            assert (folder / path).read_bytes() == (
                tmp_path / "again" / path
            ).read_bytes()


def test_names_are_kept_as_far_as_they_are_safe_and_unique(notation, tmp_path):
    folder, summary = export_scene(tmp_path, notation)
    blank = "_" if notation == "voc" else " "
    names = {path.name for path in folder.rglob("*.*") if path.suffix in PICTURES}
    assert names == {
        f"one_schön{blank}1.png",
        f"two_schön{blank}1.png",
        "empty.JPG",
        "evil_.png",
        "図.jpeg",
    }
    assert summary.losses["pictures under another name, to be safe and unique"] == 3


PICTURES = {".png", ".JPG", ".jpeg"}
