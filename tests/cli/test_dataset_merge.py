"""`lumi dataset merge`, from the outside."""

import json

import pytest

from luminet.cli import main
from tests.datasets.readers.csv_folder import write
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


@pytest.mark.parametrize(
    "options, expected",
    [
        pytest.param(["--only-classes", "cat"], {"train": 2, "val": 1}, id="classes"),
        pytest.param(
            ["--only-classes", "cat", "--drop-empty"], {"train": 1}, id="drop"
        ),
        pytest.param(["--splits", "x=.5,y=.5"], {"x": 1, "y": 2}, id="splits"),
        pytest.param(
            ["--clip-boxes", "--workers", 1], {"train": 2, "val": 1}, id="clip"
        ),
    ],
)
def test_what_is_taken_of_all_of_them(merge, tmp_path, options, expected):
    split = ["--split", "train"] if len(expected) == 1 else []
    status, _, said = merge(*options, *split)
    assert status == 0, said
    splits = manifest(tmp_path)["splits"]
    assert {name: of["num_examples"] for name, of in splits.items()} == expected


def test_a_class_that_none_of_them_has_is_refused(merge):
    status, _, said = merge("--only-classes", "cow")
    assert (status, said[-1]) == (
        2,
        "error: --only-classes: no class 'cow', only dog, Dog, cat",
    )


def test_boxes_that_leave_their_pictures_may_be_clipped(lumi, folders, tmp_path):
    outside = VOCFolder(tmp_path / "outside")
    outside.add("x", xml_annotation(xml_object("cat", (50, 1, 99, 9))))
    command = ("merge", folders[0], outside.root, "--output-dir", tmp_path / "out")
    assert lumi(*command)[0] == 2
    assert lumi(*command, "--clip-boxes")[0] == 0


def test_an_option_is_for_those_whose_reader_has_it(merge, folders):
    status, _, said = merge("-o", "one_based=false")
    assert status == 0
    lacking = "read without it: the reader 'tfrecord' has no option 'one_based'"
    assert said[2] == f"{folders[0]}: {lacking}"
    status, _, said = merge("-o", "colour=red")
    assert (status, said[-1]) == (
        2,
        "error: -o colour: none of the readers tfrecord, pascal has it",
    )


def test_a_table_is_read_beside_another_notation(lumi, folders, tmp_path):
    write(tmp_path / "boxes", {"t.csv": "dog,9,a.png,1,2,3,4", "a.png": ""})
    columns = ("--columns", "class,_,filename,xmin,ymin,xmax,ymax")
    output = ("--output-dir", tmp_path / "out")
    status, _, said = lumi("merge", folders[0], tmp_path / "boxes", *columns, *output)
    assert status == 0
    assert manifest(tmp_path)["splits"]["all"]["class_counts"]["dog"] == 1
    assert "has no option 'columns'" in said[2]
