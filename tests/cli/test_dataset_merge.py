"""`lumi dataset merge`, from the outside."""

import json

import pytest

from luminet.cli import main
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
def folders(lumi, tmp_path):
    """TFRecords of dogs, and annotated pictures of a dog and a cat."""
    dogs = VOCFolder(tmp_path / "pictures")
    dogs.add("a", xml_annotation(xml_object("dog")))
    dogs.add("b", xml_annotation(xml_object("dog")), split="val")
    lumi("transform", dogs.root, "--output-dir", tmp_path / "dogs")
    mixed = VOCFolder(tmp_path / "mixed")
    mixed.add("c", xml_annotation(xml_object("Dog"), xml_object("cat", (1, 1, 9, 9))))
    return tmp_path / "dogs", mixed.root


@pytest.fixture
def merge(lumi, folders, tmp_path):
    def run(*args):
        return lumi("merge", *folders, "--output-dir", tmp_path / "out", *args)

    return run


def manifest(tmp_path):
    return json.loads((tmp_path / "out" / "dataset.json").read_text())


def test_what_became_of_the_data_sets_is_told(merge, tmp_path):
    status, told, said = merge("--rename", "Dog=dog")
    assert status == 0
    assert [line.split() for line in told[:-1]] == [
        ["train", "val"],
        ["images", "2", "1"],
        ["boxes", "3", "1"],
        ["dog", "2", "1"],
        ["cat", "1", "0"],
    ]
    assert told[-1] == f"wrote 3 of 3 images, in {tmp_path / 'out'}"
    assert [line.split(": ")[1] for line in said] == [
        "read as tfrecord",
        "read as pascal",
    ]


def test_the_manifest_has_the_command_and_the_names(merge, tmp_path):
    merge("--rename", "Dog=dog", "--split", "train")
    found = manifest(tmp_path)
    assert found["command"] == "lumi dataset merge --split train --rename Dog=dog"
    assert found["sources"] == ["dogs", "mixed"]
    assert str(tmp_path) not in json.dumps(found)


def test_classes_that_may_be_one_are_told(merge):
    status, _, said = merge()
    assert status == 0
    [line] = [line for line in said if "class-similar" in line]
    assert line == (
        "warning: dogs, mixed: 'dog' and 'Dog' may be one class: --rename Dog=dog "
        "[class-similar]"
    )


def test_types_may_be_given_for_each(merge):
    status, _, said = merge("--type", "tfrecord", "--type", "pascal")
    assert status == 0
    assert not any("read as" in line for line in said)


def test_files_of_splits_are_as_large_as_asked(merge, tmp_path):
    merge("--shards", 2)
    files = manifest(tmp_path)["splits"]["train"]["files"]
    assert [file["num_records"] for file in files] == [1, 1]


def test_faults_are_told_and_nothing_is_written(merge, folders, tmp_path):
    (folders[1] / "Annotations" / "c.xml").write_text("junk")
    status, told, said = merge()
    assert (status, told) == (2, [])
    assert said[-2].startswith("mixed/Annotations/c.xml: line 1:1: ")
    assert said[-1].startswith("error: dogs, mixed: not usable as it is")
    assert not (tmp_path / "out").exists()
    status, told, _ = merge("--on-invalid", "skip", "--split", "val")
    assert status == 2  # the other data set has no such split


def test_one_data_set_is_not_enough(lumi, folders, tmp_path):
    status, _, said = lumi("merge", folders[0], "--output-dir", tmp_path / "out")
    assert (status, said) == (2, ["error: name two data sets or more"])


def test_the_output_is_none_of_the_data_sets(lumi, folders):
    command = ("merge", *folders, "--output-dir", folders[0], "--overwrite")
    status, _, said = lumi(*command)
    assert status == 2
    assert "lies in the data set that is read" in said[-1]
