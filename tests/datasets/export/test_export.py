"""An export is complete or not there, and the same for the same input."""

import io
import json
import os

import numpy as np
import pytest
from PIL import Image

from luminet.datasets import image
from luminet.datasets.conversion.plan import plan_source
from luminet.datasets.example_reader import Rules
from luminet.datasets.export import export as export_module
from luminet.datasets.export.export import NOTATIONS, export
from luminet.datasets.findings import InvalidDataset
from luminet.datasets.source.source import Source
from luminet.errors import InputError, LuminetError
from tests.conversion import convert
from tests.datasets.export.scene import (
    SCENE,
    TYPE,
    SceneReader,
    export_scene,
    picture,
    thing,
)

BAD = ("bad.png", b"junk", [thing("dog", (1, 1, 9, 9))])


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def faulty(monkeypatch):
    """The scene, with a picture in it that is none."""
    scene = SCENE | {"val": [BAD, *SCENE["val"]]}
    monkeypatch.setattr(SceneReader, "scene", scene)


@pytest.mark.parametrize("notation", NOTATIONS)
def test_any_number_of_processes_writes_the_same(tmp_path, monkeypatch, notation):
    many = [(f"{n}.png", picture(n), [thing("dog", (1, 2, 9, 9))]) for n in range(70)]
    monkeypatch.setattr(SceneReader, "scene", {"train": many})
    monkeypatch.setattr(SceneReader, "ids", [f"{n}" for n in range(70)])
    folder, _ = export_scene(tmp_path, notation)
    written = files(folder)
    folder, summary = export_scene(tmp_path, notation, num_workers=2, overwrite=True)
    assert summary.num_examples == {"train": 70}
    assert files(folder) == written


def test_records_of_voc_come_back_byte_for_byte(voc, tmp_path):
    for name in ("b", "a"):
        voc.add(name)
    voc.add("c", split="val")
    convert("pascal", voc.root, tmp_path / "store", ["train", "val"])
    plan = plan_source(Source(tmp_path / "store"))
    export(plan, tmp_path / "voc2", "voc", "a test")
    convert("pascal", tmp_path / "voc2", tmp_path / "again", ["train", "val"])
    assert files(tmp_path / "again") == files(tmp_path / "store")


def test_a_fault_leaves_nothing(tmp_path, faulty):
    with pytest.raises(InvalidDataset, match="1 not-an-image") as caught:
        export_scene(tmp_path, "voc")
    assert [finding.file for finding in caught.value.findings] == ["bad.png"]
    assert [path.name for path in tmp_path.iterdir()] == ["scene"]


def test_skip_leaves_the_picture_out_and_lists_it(tmp_path, faulty):
    folder, summary = export_scene(tmp_path, "coco", on_invalid="skip")
    assert str(summary) == (
        "wrote 5 of 6 images (train 3, val 2) in COCO notation; skipped 1: "
        "1 not-an-image"
    )
    assert "bad.png" in (folder / "skipped.jsonl").read_text()
    assert not [path for path in files(folder) if "bad" in path]


def test_skip_with_nothing_left_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(SceneReader, "scene", {"train": [BAD]})
    with pytest.raises(InputError, match="no usable image in the split 'train'"):
        export_scene(tmp_path, "voc", on_invalid="skip")


def test_a_data_set_without_classes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(SceneReader, "listed", ())
    monkeypatch.setattr(SceneReader, "scene", {"train": [SCENE["train"][2]]})
    with pytest.raises(InputError, match="there are no classes"):
        export_scene(tmp_path, "yolo")


def test_the_receipt_says_what_was_done(tmp_path):
    folder, summary = export_scene(tmp_path, "yolo")
    receipt = json.loads((folder / "export.json").read_text())
    assert receipt["command"] == "a test"
    assert receipt["notation"] == "yolo"
    assert receipt["num_examples"] == {"train": 3, "val": 2}
    assert receipt["losses"] == summary.losses


def test_no_path_of_this_machine_is_written(tmp_path):
    for notation in NOTATIONS:
        folder, _ = export_scene(tmp_path, notation, overwrite=True)
        for content in files(folder).values():
            assert str(tmp_path).encode() not in content


def test_an_export_is_replaced_only_if_asked(tmp_path):
    export_scene(tmp_path, "voc")
    with pytest.raises(InputError, match="exists"):
        export_scene(tmp_path, "yolo")
    folder, _ = export_scene(tmp_path, "yolo", overwrite=True)
    assert "Annotations" not in {path.name for path in folder.iterdir()}


def test_a_data_set_that_was_not_exported_is_never_replaced(voc, tmp_path):
    voc.root.rename(tmp_path / "out")
    with pytest.raises(InputError, match="not overwritten, as it has no export.json"):
        export_scene(tmp_path, "voc", overwrite=True)
    assert (tmp_path / "out" / "ImageSets").is_dir()


def test_the_input_is_not_written_into(tmp_path):
    with pytest.raises(InputError, match="holds the data set that is read"):
        export_scene(tmp_path, "voc", sources=[tmp_path / "out" / "data"])


@pytest.mark.parametrize("options", [{"on_invalid": "ignore"}, {"notation": "vco"}])
def test_senseless_arguments_are_refused(tmp_path, options):
    options = {"notation": "voc"} | options
    with pytest.raises(InputError, match="ignore|vco"):
        export_scene(tmp_path, options.pop("notation"), **options)


def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(export_module, "_write_receipt", full)
    with pytest.raises(LuminetError, match="out: no space left on the device"):
        export_scene(tmp_path, "voc")
    assert [path.name for path in tmp_path.iterdir()] == ["scene"]


def test_progress_is_told(tmp_path):
    calls = []
    export_scene(tmp_path, "coco", progress=lambda *call: calls.append(call))
    assert calls == [("train", 3, 3), ("val", 2, 2)]


def test_a_wrong_extension_is_corrected_and_a_right_one_kept(tmp_path, monkeypatch):
    names = {"a.JPG": "PNG", "b.jpeg": "JPEG", "c.bmp": "BMP", "d": "PNG"}
    scene = [
        (name, picture(seed, file_format), [thing("dog", (1, 2, 9, 9))])
        for seed, (name, file_format) in enumerate(names.items())
    ]
    monkeypatch.setattr(SceneReader, "scene", {"train": scene})
    monkeypatch.setattr(SceneReader, "ids", [*"abcd"])
    folder, _ = export_scene(tmp_path, "coco")
    found = {path.name for path in (folder / "train").iterdir()}
    assert found == {"a.png", "b.jpeg", "c.png", "d.png"}


@pytest.mark.parametrize("notation", NOTATIONS)
def test_boxes_stay_on_pictures_that_were_not_turned(tmp_path, monkeypatch, notation):
    upright = np.arange(40 * 60 * 3, dtype=np.uint8).reshape(40, 60, 3)
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.fromarray(upright).save(file, "JPEG", exif=exif)
    data = file.getvalue()
    objects = [thing("dog", (1, 2, 9, 58))]
    monkeypatch.setattr(SceneReader, "scene", {"train": [("a.jpg", data, objects)]})
    (tmp_path / "scene").mkdir()
    plan = plan_source(Source(tmp_path / "scene", TYPE, rules=Rules(ignore_exif=True)))
    summary = export(plan, tmp_path / "out", notation, "a test")
    [loss] = [loss for loss in summary.losses if "EXIF" in loss]
    assert summary.losses[loss] == 1
    source = Source(tmp_path / "out")
    example, _ = source.example_reader("train").read(source.keys["train"][0])
    assert example.boxes.tolist() == [[1, 2, 9, 58]]
    np.testing.assert_array_equal(
        image.decode(example.image), image.decode(data, ignore_exif=True)
    )
