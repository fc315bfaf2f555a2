"""`lumi dataset export`, from the outside."""

import json
from pathlib import Path

import pytest
from pycocotools.coco import COCO

from luminet.cli import main
from luminet.datasets.source.source import Source
from tests.voc_folder import VOCFolder, xml_annotation, xml_object


@pytest.fixture
def lumi(capsys):
    """Run `lumi dataset`; its status, and the lines of its output and messages."""

    def run(*args):
        status = main(["dataset", *map(str, args)])
        output = capsys.readouterr()
        return status, output.out.splitlines(), output.err.splitlines()

    return run


@pytest.fixture
def voc(tmp_path):
    folder = VOCFolder(tmp_path / "voc")
    flag = "<difficult>1</difficult>"
    folder.add("a", xml_annotation(xml_object("dog"), xml_object("cat", extra=flag)))
    folder.add("b", xml_annotation(), split="val")
    return folder


def test_annotated_pictures_become_another_notation(lumi, voc, tmp_path):
    output = tmp_path / "out"
    status, told, said = lumi(
        "export", voc.root, "--format", "coco", "--output-dir", output
    )
    assert status == 0
    assert told == [
        f"wrote 2 of 2 images (train 1, val 1) in COCO notation, in {output}"
    ]
    assert said == [
        f"{voc.root}: read as pascal: voc/JPEGImages, as in the VOC challenges"
    ]
    coco = COCO(output / "annotations" / "instances_train.json")
    assert [item["bbox"] for item in coco.anns.values()] == [[10, 5, 20, 15]] * 2


def test_records_become_what_they_were(lumi, voc, tmp_path):
    lumi("transform", voc.root, "--output-dir", tmp_path / "store")
    for notation in ("voc", "coco", "yolo"):
        folder = tmp_path / f"{notation}-again"
        status, _, _ = lumi(
            *("export", tmp_path / "store", "--format", notation),
            *("--output-dir", folder),
        )
        assert status == 0
        source = Source(folder)
        assert source.class_names == ("cat", "dog")
        [key] = source.keys["train"]
        example, _ = source.example_reader("train").read(key)
        assert example.boxes.tolist() == [[5, 10, 20, 30]] * 2
        assert example.image == (voc.root / "JPEGImages" / "a.png").read_bytes()


def test_a_table_of_boxes_becomes_yolo(lumi, voc, tmp_path):
    rows = ["filename,xmin,ymin,xmax,ymax,class", "a.png,0,0,30,40,dog"]
    (tmp_path / "table").mkdir()
    (tmp_path / "table" / "boxes.csv").write_text("\n".join(rows))
    (voc.root / "JPEGImages").rename(tmp_path / "table" / "images")
    status, _, said = lumi(
        *("export", tmp_path / "table", "--type", "csv", "--format", "yolo"),
        *("--output-dir", tmp_path / "out"),
    )
    assert status == 0
    label = tmp_path / "out" / "labels" / "all" / "a.txt"
    assert label.read_text() == "0 0.250000 0.500000 0.500000 1.000000\n"
    assert said[-1] == (
        "warning: splits that will be read back by another name, or not at all: 1"
    )


def test_what_is_lost_is_told_with_how_much_of_it(lumi, voc, tmp_path):
    status, _, said = lumi(
        "export", voc.root, "--format", "yolo", "--output-dir", tmp_path / "out"
    )
    assert status == 0
    assert said[1:] == ["warning: difficult objects written like others: 1"]


def test_classes_and_pictures_are_chosen_as_elsewhere(lumi, voc, tmp_path):
    status, _, _ = lumi(
        *("export", voc.root, "--format", "voc", "--output-dir", tmp_path / "out"),
        *("--split", "train", "--only-classes", "hound", "--rename", "dog=hound"),
    )
    assert status == 0
    source = Source(tmp_path / "out")
    assert source.class_names == ("hound",)
    assert source.keys == {"train": ["a"]}
    receipt = json.loads((tmp_path / "out" / "export.json").read_text())
    assert receipt["command"] == (
        "lumi dataset export --split train --only-classes hound --rename dog=hound "
        "--format voc"
    )


def test_faults_are_told_and_nothing_is_written(lumi, voc, tmp_path):
    voc.add("c", "junk")
    command = ("export", voc.root, "--format", "coco", "--output-dir", tmp_path / "out")
    status, told, said = lumi(*command)
    assert (status, told) == (2, [])
    assert "Annotations/c.xml" in said[1] and "[xml-malformed]" in said[1]
    assert said[-1].startswith("error: ") and "1 xml-malformed" in said[-1]
    assert not (tmp_path / "out").exists()
    status, told, _ = lumi(*command, "--on-invalid", "skip")
    assert status == 0
    assert told[0].endswith(f"(listed in skipped.jsonl), in {tmp_path / 'out'}")


def test_an_unknown_notation_is_refused(lumi, voc):
    status, _, said = lumi("export", voc.root, "--format", "voc2", "--output-dir", "x")
    assert status == 2
    assert "'voc2' is not one of 'voc', 'coco', 'yolo'" in said[0]
    assert not Path("x").exists()


def test_an_export_may_lie_elsewhere(lumi, voc):
    import tensorflow as tf

    if tf.io.gfile.exists("ram://export"):
        tf.io.gfile.rmtree("ram://export")
    command = ("export", voc.root, "--format", "yolo", "--output-dir", "ram://export/a")
    assert lumi(*command)[0] == 0
    assert tf.io.gfile.exists("ram://export/a/labels/train/a.txt")
    assert tf.io.gfile.exists("ram://export/a/export.json")
    assert lumi(*command)[0] == 2
    assert lumi(*command, "--overwrite")[0] == 0


def test_pictures_may_be_divided_anew(lumi, voc, tmp_path):
    command = ("export", voc.root, "--format", "voc", "--output-dir", tmp_path / "out")
    status, told, _ = lumi(*command, "--splits", "x=.5,y=.5")
    assert status == 0
    assert "(x 1, y 1)" in told[0]
