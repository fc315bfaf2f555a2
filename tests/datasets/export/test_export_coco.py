"""COCO notation, as pycocotools and others read it."""

import json

import pytest
from pycocotools.coco import COCO

from luminet.datasets.conversion.plan import plan_source
from luminet.datasets.export.export import export
from luminet.datasets.source.source import Source
from tests.datasets.export.scene import (
    POLYGON,
    RUNS,
    SceneReader,
    contents,
    export_scene,
    picture,
    thing,
)


def content(folder, split="train"):
    path = folder / "annotations" / f"instances_{split}.json"
    return json.loads(path.read_bytes())


def export_folder(data_dir, folder, **options):
    source = Source(data_dir, **options)
    return export(plan_source(source), folder, "coco", "a test", num_workers=1)


def test_ids_of_pictures_stay_and_others_count_from_1(tmp_path):
    folder, _ = export_scene(tmp_path, "coco")
    pictures = content(folder, "val")["images"]
    assert [item["file_name"] for item in pictures] == ["evil_.png", "図.jpeg"]
    assert [item["id"] for item in pictures] == [0, 1]
    assert [a["id"] for a in content(folder)["annotations"]] == [1, 2, 3, 4]
    assert [c["id"] for c in content(folder)["categories"]] == [1, 2, 3]


@pytest.mark.parametrize("ids", [("0", "a", "2"), ("0", "7", "007")])
def test_ids_that_are_no_whole_numbers_are_replaced(tmp_path, monkeypatch, ids):
    monkeypatch.setattr(SceneReader, "ids", ids)
    folder, _ = export_scene(tmp_path, "coco")
    assert [item["id"] for item in content(folder)["images"]] == [1, 2, 3]
    assert [a["image_id"] for a in content(folder)["annotations"]] == [1, 1, 1, 2]


def test_boxes_flags_areas_and_outlines_are_written(tmp_path):
    folder, _ = export_scene(tmp_path, "coco")
    first, second, third, _ = content(folder)["annotations"]
    assert first == {
        "id": 1,
        "image_id": 0,
        "category_id": 2,
        "bbox": [10.2, 5.1, 19.923, 15.6],
        "area": 150,
        "iscrowd": 0,
        "segmentation": json.loads(POLYGON),
    }
    assert (second["difficult"], second["ignore"], second["iscrowd"]) == (1, 1, 0)
    assert second["segmentation"] == []
    assert (third["iscrowd"], third["segmentation"]) == (1, json.loads(RUNS))
    assert "difficult" not in third and "ignore" not in third


def test_pycocotools_reads_it(tmp_path):
    folder, _ = export_scene(tmp_path, "coco")
    coco = COCO(folder / "annotations" / "instances_train.json")
    assert coco.getImgIds() == [0, 1, 2]
    assert [c["name"] for c in coco.loadCats(coco.getCatIds())] == [
        "ant",
        "dog",
        "wild cat",
    ]
    annotations = coco.loadAnns(coco.getAnnIds(imgIds=[0]))
    assert coco.annToMask(annotations[0])[10, 28] == 1
    assert coco.annToMask(annotations[2]).sum() == 200


def test_an_outline_that_is_none_is_told(tmp_path, monkeypatch):
    objects = [thing("dog", (1, 1, 9, 9), segmentation=text) for text in ("{}", "[7]")]
    scene = {"train": [("a.png", picture(0), objects)]}
    monkeypatch.setattr(SceneReader, "scene", scene)
    folder, summary = export_scene(tmp_path, "coco")
    assert summary.losses == {"outlines left out, COCO has none of their kind": 2}
    assert [a["segmentation"] for a in content(folder)["annotations"]] == [[], []]


def test_categories_keep_their_ids(tmp_path, monkeypatch):
    ids = {"ant": 17, "dog": 4, "wild cat": 90, "yak": 1}
    monkeypatch.setattr(SceneReader, "category_ids", ids, raising=False)
    folder, summary = export_scene(tmp_path, "coco")
    assert content(folder)["categories"] == [
        {"id": 17, "name": "ant", "supercategory": ""},
        {"id": 4, "name": "dog", "supercategory": ""},
        {"id": 90, "name": "wild cat", "supercategory": ""},
    ]
    order = "classes in another order than their COCO ids, by which they are read back"
    assert summary.losses[order] == 2


def test_categories_are_numbered_where_one_has_no_id(tmp_path, monkeypatch):
    monkeypatch.setattr(SceneReader, "category_ids", {"ant": 17}, raising=False)
    folder, _ = export_scene(tmp_path, "coco")
    assert [c["id"] for c in content(folder)["categories"]] == [1, 2, 3]


def test_a_split_that_would_not_be_found_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(SceneReader, "scene", {"fold1": SceneReader.scene["train"]})
    _, summary = export_scene(tmp_path, "coco")
    assert summary.losses[
        "splits that will be read back by another name, or not at all"
    ]


@pytest.mark.real_data
def test_coco_stays_as_it_was(real_data, tmp_path):
    summary = export_folder(real_data / "coco_free", tmp_path / "out")
    assert summary.losses == {}
    for split in ("train", "val"):
        before = COCO(
            real_data / "coco_free" / "annotations" / f"instances_{split}2017.json"
        )
        after = COCO(tmp_path / "out" / "annotations" / f"instances_{split}.json")
        assert sorted(before.getCatIds()) == sorted(after.getCatIds())
        assert len(before.anns) == len(after.anns)
        for image_id, item in after.imgs.items():
            assert item["file_name"] == before.imgs[image_id]["file_name"]
            assert rows(before, image_id) == rows(after, image_id)


def rows(coco, image_id):
    """The objects of a picture; areas are float32 inside."""
    keys = ("category_id", "bbox", "iscrowd", "segmentation")
    found = [
        (*(item[key] for key in keys), pytest.approx(item["area"], rel=1e-6))
        for item in coco.imgToAnns[image_id]
    ]
    return sorted(found, key=lambda row: row[:3])


@pytest.mark.real_data
def test_voc_becomes_coco_and_voc_again(real_data, tmp_path):
    truth = real_data / "voc12_100_formats" / "gts"
    folder = tmp_path / "voc"
    folder.mkdir()
    names = {"Annotations": "pascalvoc_format", "JPEGImages": "../images"}
    for name, target in names.items():
        (folder / name).symlink_to(truth / target)
    (folder / "ImageSets" / "Main").mkdir(parents=True)
    stems = sorted(path.stem for path in (folder / "JPEGImages").iterdir())
    (folder / "ImageSets" / "Main" / "val.txt").write_text("\n".join(stems))
    export_folder(folder, tmp_path / "coco")
    source = Source(tmp_path / "coco")
    export(plan_source(source), tmp_path / "again", "voc", "a test", num_workers=1)
    wanted = contents(Source(folder))
    assert sum(map(len, wanted.values())) == 273
    assert contents(Source(tmp_path / "again")) == wanted
    theirs = boxes_by_name(COCO(truth / "coco_format_v1" / "instances_default.json"))
    ours = COCO(tmp_path / "coco" / "annotations" / "instances_val.json")
    # Theirs has the numbers of VOC: from 1, and without the last pixel.
    shifted = [(*of, [x - 1, y - 1, w + 1, h + 1]) for *of, (x, y, w, h) in theirs]
    assert boxes_by_name(ours) == sorted(shifted)


def boxes_by_name(coco):
    return sorted(
        (
            coco.imgs[item["image_id"]]["file_name"],
            coco.cats[item["category_id"]]["name"],
            [round(number) for number in item["bbox"]],
        )
        for item in coco.anns.values()
    )
