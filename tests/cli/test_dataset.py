"""`lumi dataset`, from the outside."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from luminet.cli import cli
from luminet.errors import InputError


def run(*args):
    return CliRunner().invoke(cli, ["dataset", *(str(arg) for arg in args)])


@pytest.fixture
def shapes(tmp_path):
    run("sample", "--output-dir", tmp_path / "shapes", "--num-train", 4, "--num-val", 2)
    return tmp_path / "shapes"


@pytest.fixture
def transform(shapes, tmp_path):
    """Run `transform` on the drawn shapes."""

    def run_transform(*args):
        folders = ("--data-dir", shapes, "--output-dir", tmp_path / "store")
        return run("transform", *folders, *args)

    return run_transform


def test_sample_says_what_it_drew(tmp_path):
    result = run(
        "sample", "--output-dir", tmp_path / "a", "--num-train", 2, "--num-val", 1
    )
    assert result.exit_code == 0
    assert result.stdout == (
        "drew 2 images to train on and 1 to check with, of circle, cross, square, "
        f"star, triangle, in {tmp_path / 'a'}\n"
    )


def test_transform_prints_a_table(transform, tmp_path):
    result = transform("--split", "train", "--split", "val")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["train", "val"]
    assert lines[1].split() == ["images", "4", "2"]
    assert lines[2].split()[0] == "boxes"
    assert lines[-2].split()[0] == "triangle"
    assert lines[-1] == f"wrote 6 of 6 images, in {tmp_path / 'store'}"
    assert result.stderr == ""


def test_faults_go_to_stderr_and_end_in_an_error(shapes, transform):
    for path in (shapes / "Annotations").glob("train_*.xml"):
        path.write_text("junk")
    result = transform("--split", "train")
    assert isinstance(result.exception, InputError)
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith(
        "Annotations/train_00000.xml: line 1:1: Start tag expected"
    )


def test_all_faults_are_shown_however_many(tmp_path):
    shapes = tmp_path / "many"
    run("sample", "--output-dir", shapes, "--num-train", 23, "--num-val", 1)
    for path in (shapes / "Annotations").glob("train_*.xml"):
        path.unlink()
    args = (
        "--data-dir",
        shapes,
        "--output-dir",
        tmp_path / "store",
        "--split",
        "train",
    )
    lines = run("transform", *args).stderr.splitlines()
    assert len(lines) == 23


def test_skip_leaves_them_out(shapes, transform, tmp_path):
    (shapes / "Annotations" / "train_00001.xml").unlink()
    result = transform("--split", "train", "--on-invalid", "skip")
    assert result.exit_code == 0
    assert "wrote 3 of 4 images; skipped 1: 1 annotation-missing" in result.stdout
    assert (tmp_path / "store" / "skipped.jsonl").exists()


def test_a_kind_of_warning_is_one_line(shapes, transform):
    for name in ("train_00000", "train_00001"):
        path = shapes / "Annotations" / f"{name}.xml"
        path.write_text(path.read_text().replace("<filename>", "<filename>x"))
    result = transform("--split", "train")
    assert result.stderr == (
        "warning: Annotations/train_00000.xml: filename: 'xtrain_00000.jpg' is not "
        "'train_00000' [filename-differs] (and 1 more)\n"
    )


@pytest.mark.parametrize(
    "args", [(), ("--split", "train", "--on-invalid", "ignore")], ids=["none", "choice"]
)
def test_wrong_options_exit_with_2(transform, args):
    assert transform(*args).exit_code == 2


@pytest.mark.parametrize("command", ["transform", "sample"])
def test_help_has_an_example(command):
    result = run(command, "--help")
    assert f"lumi dataset {command} " in result.stdout
    assert " \\\n        --" in result.stdout  # its lines are not joined


def test_help_does_not_import_tensorflow():
    code = "import sys, luminet.cli.dataset; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0
    assert not {"tensorflow", "keras", "numpy", "PIL"} & set(done.stdout.split())
