"""`lumi dataset transform` and `sample`, from the outside."""

import json
import os
import subprocess
import sys

import pytest

from luminet.datasets.findings import InvalidDataset
from luminet.datasets.store import open_store
from luminet.errors import InputError
from tests.voc_folder import VOCFolder, xml_annotation, xml_object

LUMI = [
    sys.executable,
    "-c",
    "import sys; from luminet.cli import main; sys.exit(main())",
]


def run(*args, **options):
    command = [*LUMI, "dataset", *(str(arg) for arg in args)]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.run(command, text=True, timeout=60, **options)


@pytest.fixture
def voc(tmp_path):
    """Two cats and three dogs to train on, a dog to check with."""
    folder = VOCFolder(tmp_path / "voc")
    for index, name in enumerate(("cat", "dog", "dog", "cat", "dog")):
        folder.add(f"t{index}", xml_annotation(xml_object(name)))
    folder.add("v0", xml_annotation(xml_object("dog")), split="val")
    return folder


@pytest.fixture
def transform(voc, tmp_path):
    """Run `transform` on these pictures."""

    def run_transform(*args, **options):
        output = ("--output-dir", tmp_path / "store")
        return run("transform", voc.root, *output, *args, **options)

    return run_transform


def the_error(result, status=2):
    """The only line on stderr that is no warning and no remark."""
    assert result.returncode == status, result.stderr
    assert result.stdout == ""
    (line,) = [x for x in result.stderr.splitlines() if x.startswith("error: ")]
    assert "Traceback" not in result.stderr
    return line


def manifest(tmp_path):
    return json.loads((tmp_path / "store" / "dataset.json").read_text())


def test_sample_says_what_it_drew(tmp_path):
    counts = ("--num-train", 2, "--num-val", 1)
    result = run("sample", "--output-dir", tmp_path / "a", *counts)
    assert result.returncode == 0
    assert result.stdout == (
        "drew 2 images to train on and 1 to check with, of circle, cross, square, "
        f"star, triangle, in {tmp_path / 'a'}\n"
    )


def test_it_says_what_it_recognised_and_prints_a_table(transform, tmp_path, voc):
    result = transform()
    assert result.returncode == 0
    assert result.stdout.splitlines() == [
        "        train  val",
        "images      5    1",
        "boxes       5    1",
        "  cat       2    0",
        "  dog       3    1",
        f"wrote 6 of 6 images, in {tmp_path / 'store'}",
    ]
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"{voc.root}: read as pascal: voc/JPEGImages, as in the")


def test_the_folder_may_be_given_as_an_option(voc, tmp_path):
    places = ("--data-dir", voc.root, "--output-dir", tmp_path / "store")
    assert run("transform", *places, "--type", "pascal").returncode == 0
    assert "once, as DATA_DIR" in the_error(run("transform", voc.root, *places))


def test_the_manifest_has_the_command_without_folders(transform, tmp_path):
    transform("--type", "pascal", "--split", "train", "--drop-empty", "--shards", 2)
    assert manifest(tmp_path)["command"] == (
        "lumi dataset transform --type pascal --split train --drop-empty --shards 2"
    )


def test_faults_go_to_stderr_and_end_in_an_error(voc, transform, tmp_path):
    for path in (voc.root / "Annotations").glob("t*.xml"):
        path.write_text("junk")
    result = transform("--type", "pascal", "--split", "train")
    assert "5 xml-malformed; mend that, or leave" in the_error(result)
    lines = result.stderr.splitlines()
    assert len(lines) == 6
    assert lines[0].startswith("Annotations/t0.xml: line 1:1: Start tag expected")
    assert not (tmp_path / "store").exists()


def test_of_many_faults_the_first_are_shown(voc, transform):
    for index in range(40):
        voc.add(f"x{index:02}", xml_annotation(xml_object(box=(9, 9, 9, 20))))
    result = transform("--type", "pascal")
    assert "40 box-empty" in the_error(result)
    assert result.stderr.count("[box-empty]") == 20
    assert "`lumi dataset validate` lists all of them" in result.stderr


def test_skip_leaves_them_out(voc, transform, tmp_path):
    (voc.root / "Annotations" / "t1.xml").unlink()
    result = transform("--on-invalid", "skip")
    assert result.returncode == 0
    assert "wrote 5 of 6 images; skipped 1: 1 annotation-missing" in result.stdout
    (line,) = (tmp_path / "store" / "skipped.jsonl").read_text().splitlines()
    assert json.loads(line)["code"] == "annotation-missing"


def test_a_kind_of_warning_is_one_line(voc, transform):
    for name in ("t0", "t1"):
        path = voc.root / "Annotations" / f"{name}.xml"
        path.write_text(
            path.read_text().replace("<size>", "<filename>x</filename><size>")
        )
    result = transform("--type", "pascal")
    assert result.stderr == (
        "warning: Annotations/t0.xml: filename: 'x' is not 't0' [filename-differs] "
        "(and 1 more)\n"
    )


@pytest.mark.parametrize(
    "options, expected",
    [
        pytest.param(["--only-classes", "dog"], {"dog": 4}, id="only classes"),
        pytest.param(["--rename", "cat=dog"], {"dog": 6}, id="rename"),
        pytest.param(
            ["--only-images", "t0,v0"], {"cat": 1, "dog": 1}, id="only images"
        ),
        pytest.param(["--limit-examples", 1], {"cat": 1, "dog": 1}, id="limit"),
        pytest.param(
            ["--class-examples", 1], {"cat": 1, "dog": 2}, id="class examples"
        ),
        pytest.param(["--split", "train"], {"cat": 2, "dog": 3}, id="split"),
        pytest.param(["--splits", "a=.5,b=.5"], {"cat": 2, "dog": 4}, id="splits"),
        pytest.param(["--trust-images"], {"cat": 2, "dog": 4}, id="trust"),
        pytest.param(["--workers", 2], {"cat": 2, "dog": 4}, id="workers"),
    ],
)
def test_what_is_taken(transform, tmp_path, options, expected):
    result = transform(*options)
    assert result.returncode == 0, result.stderr
    totals = dict.fromkeys(expected, 0)
    for split in open_store(tmp_path / "store").splits.values():
        for name, count in split.class_counts.items():
            totals[name] = totals.get(name, 0) + count
    assert totals == expected


def test_pictures_without_objects(voc, transform, tmp_path):
    voc.add("empty", xml_annotation())
    transform("--only-classes", "cat", "--drop-empty", "--split", "train")
    split = open_store(tmp_path / "store").split("train")
    assert (split.num_examples, split.num_objects) == (2, 2)


@pytest.mark.parametrize(
    "options, message",
    [
        pytest.param(
            ["--limit-examples", 0], "--limit-examples must be", id="X9 limit"
        ),
        pytest.param(["--split", ""], "'' cannot be the name of", id="X9 split"),
        pytest.param(["--split", "tain"], "did you mean 'train'", id="no such split"),
        pytest.param(["--type", "vco"], "no reader for the type 'vco'", id="X9 type"),
        pytest.param(["--only-classes", "dgo"], "did you mean 'dog'", id="X10 class"),
        pytest.param(
            ["--only-classes", "dog,"], "between two commas", id="empty class"
        ),
        pytest.param(["--rename", "cat"], "two names with = between", id="rename"),
        pytest.param(["--rename", "cta=x"], "did you mean 'cat'", id="rename typo"),
        pytest.param(["--only-images", "t9"], "no picture 't9'", id="picture"),
        pytest.param(["--splits", "a=.5"], "add up to 0.5, not to 1", id="shares"),
        pytest.param(["--splits", "../a=1"], "'../a' cannot be the name", id="shares'"),
        pytest.param(["--rename", "a=b,c=d"], "one pair only", id="two pairs"),
        pytest.param(["--rename", "dog=a", "--rename", "dog=b"], "twice", id="again"),
        pytest.param(["-o", "colour=red"], "no option 'colour'", id="reader option"),
        pytest.param(["--on-invalid", "ignore"], "is not one of", id="choice"),
        pytest.param(["--shards", 0], "--shards", id="shards"),
        pytest.param(
            ["--shards", 3, "--shard-size", 1], "exclude each other", id="both"
        ),
        pytest.param(["--workers", 0], "--workers", id="workers"),
    ],
)
def test_wrong_options_are_one_line(transform, tmp_path, options, message):
    assert message in the_error(transform(*options))
    assert not (tmp_path / "store").exists()


def test_faults_are_not_hidden_by_leaving_empty_pictures_out(voc, transform):
    voc.add("broken", xml_annotation(xml_object(box=(30, 6, 11, 20))))
    voc.add("cut", "<annotation>")
    for option in (["--drop-empty"], ["--class-examples", 1]):
        message = the_error(transform(*option))
        assert "1 box-inverted, 1 xml-malformed" in message


def test_pictures_by_name_of_some_splits(transform, tmp_path):
    assert transform("--only-images", "t0,t1").returncode == 0
    assert list(open_store(tmp_path / "store").splits) == ["train"]


def test_faults_that_belong_to_no_picture_are_told(voc, transform, tmp_path):
    with open(voc.list_file("train"), "a") as file:
        file.write("t0\n")
    result = transform("--on-invalid", "skip")
    told = "wrote 6 of 6 images; left out: 1 duplicate-id (listed in skipped.jsonl), in"
    assert told in result.stdout
    assert manifest(tmp_path)["faults"] == {"duplicate-id": 1}


def test_an_empty_name_of_a_folder_is_refused(tmp_path):
    result = run("transform", "", "--output-dir", tmp_path / "store")
    assert "the name of a folder is empty" in the_error(result)


@pytest.mark.parametrize("scheme", ["s3", "http", "https"])
def test_a_place_that_cannot_be_read_is_told(tmp_path, scheme):
    result = run("transform", f"{scheme}://a/b", "--output-dir", tmp_path / "store")
    assert f"{scheme}:// is not supported, only gs://" in the_error(result)


def test_x1_an_existing_folder_stays_unless_asked(transform, tmp_path):
    assert transform().returncode == 0
    before = (tmp_path / "store" / "train.tfrecords").read_bytes()
    assert "exists; name another folder, or use --overwrite" in the_error(transform())
    assert (tmp_path / "store" / "train.tfrecords").read_bytes() == before
    assert transform("--overwrite", "--limit-examples", 1).returncode == 0
    assert open_store(tmp_path / "store").split("train").num_examples == 1


def test_x2_the_input_is_not_written_into(voc):
    result = run("transform", voc.root, "--output-dir", voc.root / "out")
    assert "lies in the data set that is read" in the_error(result)


def test_x3_a_folder_that_cannot_be_written_is_named(voc):
    result = run("transform", voc.root, "--output-dir", "/proc/nowhere/out")
    assert "/proc/nowhere" in the_error(result, status=1)
    (voc.root.parent / "file").write_text("")
    for name in ("file/out", "file/deep/out"):
        output = voc.root.parent / name
        result = run("transform", voc.root, "--output-dir", output)
        assert f"{output}: cannot be written" in the_error(result, status=1)


def test_x4_a_full_disk_is_one_line_and_the_old_data_set_stays(transform, tmp_path):
    """A limit on the size of files stands for the disk: writing fails as it fails."""

    def limit():
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    assert transform("--limit-examples", 1).returncode == 0
    for workers in (1, 2):
        result = transform("--overwrite", "--workers", workers, preexec_fn=limit)
        assert "cannot be written (File too large)" in the_error(result, status=1)
    open_store(tmp_path / "store").verify()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store", "voc"]


def test_x11_a_record_that_is_too_large_is_a_fault(voc, tmp_path, monkeypatch):
    from luminet.datasets.conversion import chunk
    from tests.conversion import convert

    monkeypatch.setattr(chunk, "MAX_RECORD_BYTES", 1000)
    with pytest.raises(InvalidDataset, match="5 record-too-large"):
        convert("pascal", voc.root, tmp_path / "store", ["train"])
    with pytest.raises(InputError, match="no usable image"):
        convert("pascal", voc.root, tmp_path / "store", ["train"], on_invalid="skip")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_x13_output_that_cannot_be_written(transform):
    with open("/dev/full", "w") as full:
        result = transform(stdout=full)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr


def test_help_has_an_example():
    for command in ("transform", "sample", "validate"):
        assert f"lumi dataset {command} " in run(command, "--help").stdout
    # Its lines are not joined.
    assert " \\\n        --splits" in run("transform", "--help").stdout


def test_transform_does_not_import_tensorflow(voc, tmp_path):
    code = (
        "import sys; from luminet.cli import main;"
        "status = main(sys.argv[1:]);"
        "sys.exit(status or 7 * ('tensorflow' in sys.modules))"
    )
    command = [sys.executable, "-c", code, "dataset", "transform", voc.root]
    command += ["--output-dir", tmp_path / "store"]
    assert subprocess.run(command, capture_output=True).returncode == 0


def test_help_does_not_import_anything_heavy():
    code = "import sys, luminet.cli.dataset; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0
    assert not {"tensorflow", "keras", "numpy", "PIL"} & set(done.stdout.split())
