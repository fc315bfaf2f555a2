"""`lumi`, from the outside: what it prints, where, and how it ends."""

import contextlib
import io
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import pytest
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from luminet import __version__, picture_files, train
from luminet.cli import cli, main, options
from luminet.errors import InputError
from tests.tiny_data import CLASS_NAMES, draw_examples, write_store

START = "import sys; from luminet.cli import main; sys.exit(main())"
LUMI = [sys.executable, "-c", START]
HEAVY = {"tensorflow", "keras", "numpy", "matplotlib", "PIL", "rich", "yaml"}


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def lumi(capfd):
    """Run `lumi` in this process, which has TensorFlow already."""

    def run(*arguments):
        capfd.readouterr()
        status = main([str(argument) for argument in arguments])
        return Result(status, *capfd.readouterr())

    return run


def lumi_process(*arguments, **kwargs):
    """Run `lumi` in a process of its own, as people do."""
    command = [*LUMI, *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    with subprocess.Popen(command, **pipes | kwargs, env=environment) as process:
        out, err = process.communicate()
    return Result(process.returncode, out, err)


def commands(group=cli, names=()):
    """The names of all commands and groups, outermost first."""
    yield names
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*names, name))


EVERY_COMMAND = pytest.mark.parametrize(
    "names", [*commands()], ids=lambda names: " ".join(["lumi", *names])
)


def draw(path, size=(64, 80), seed=0):
    """Save noise as a picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


# Help


def test_commands():
    names = {" ".join(names) for names in commands()}
    actions = ("export", "info", "merge", "sample", "show", "transform", "validate")
    of_data_sets = {f"dataset {action}" for action in actions}
    of_checkpoints = {f"checkpoint {action}" for action in ("import", "info", "list")}
    others = {"train", "eval", "predict", "inspect", "checkpoint"}
    assert names == {"", "dataset", *of_data_sets, *of_checkpoints, *others}


@EVERY_COMMAND
def test_help(lumi, names):
    for option in ("--help", "-h"):
        result = lumi(*names, option)
        assert result.status == 0
        assert result.out.startswith(f"Usage: {' '.join(['lumi', *names])} ")
        assert result.err == ""


@EVERY_COMMAND
def test_every_option_says_what_it_does(names):
    command = cli
    for name in names:
        command = command.commands[name]
    assert command.help
    options_ = [p for p in command.params if isinstance(p, click.Option)]
    assert [option.name for option in options_ if not option.help] == []


@EVERY_COMMAND
def test_help_imports_nothing_heavy(names):
    command = [sys.executable, "-X", "importtime", "-c", START, *names, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    table = [line.split("|") for line in done.stderr.splitlines()]
    imported = {columns[-1].strip().split(".")[0] for columns in table}
    assert "click" in imported
    assert not HEAVY & imported


@EVERY_COMMAND
def test_help_takes_less_than_300_milliseconds(names):
    """Of the processor's time: that is the same on a busy machine."""
    seconds = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*LUMI, *names, "--help"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        seconds.append(used)
    assert statistics.median(seconds) < 0.3


def test_version(lumi):
    assert lumi("--version") == Result(0, f"lumi, version {__version__}\n", "")


# Errors


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["zork"], "No such command 'zork'; see `lumi --help`"),
        (["predict"], "Missing argument 'PATHS...'; see `lumi predict --help`"),
        (["predict", "--zork", "a"], "No such option '--zork'; see `lumi predict"),
        (["predict", "a", "--min-prob", "2"], "Invalid value for '--min-prob': 2.0 is"),
        (["predict", "a", "--max-detections", "0"], "Invalid value for '--max-detect"),
        (["predict", "a", "-k", "x", "-K", "y"], "-k/--only-class and -K/--ignore"),
        (["predict", "none.jpg"], "none.jpg: no such file or folder"),
        (["predict", "a\nb.jpg"], r"a\nb.jpg: no such file or folder"),
        (["predict", "."], ".: no pictures in this folder. Allowed endings: .jpg, "),
        (["eval"], "--checkpoint: must be given: no trained model in /"),
        (["eval", "--checkpoint", "none"], "none: no checkpoint there"),
        (["train"], "Missing option '-c' / '--config'; see `lumi train --help`"),
        (["train", "-c", "none.yml"], "none.yml: no such file"),
        (["dataset", "transform"], "Missing option '--output-dir'; see `lumi dataset"),
        (["dataset", "info"], "name the folder of the data set once, as DATA_DIR"),
        (["dataset", "show", "none", "--output-dir", "a"], "none: no such folder"),
        (["dataset", "validate", "."], ".: not recognised as any of tfrecord, coco"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_input_is_one_line_and_status_2(
    lumi, tmp_path, monkeypatch, arguments, message
):
    monkeypatch.chdir(tmp_path)
    result = lumi(*arguments)
    assert result.status == 2
    assert result.out == ""
    assert result.err.startswith(f"error: {message}")
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    "text, override, message",
    [
        ("train: {zork: 1}", "train.seed=1", "{file}:1: train.zork: unknown setting"),
        (
            "train: {seed: 1}",
            "train.sed=1",
            "-o train.sed=1: train.sed: unknown setting",
        ),
        ("train: {seed: 1}", "train.seed", "-o train.seed: must be KEY=VALUE"),
        ("train: {seed: one}", "train.seed=one", "-o train.seed=one: train.seed: must"),
        ("train: [", "train.seed=1", "{file}:1: not YAML: "),
        ("train: {seed: 1}", "dataset.dir=none", "{cwd}/none: no such folder"),
    ],
    ids=["file", "override", "no override", "type", "YAML", "data set"],
)
def test_wrong_setting_is_one_line_and_status_2(
    lumi, tmp_path, monkeypatch, text, override, message
):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "config.yml"
    file.write_text(text)
    result = lumi("train", "-c", file, "-o", override)
    message = message.format(file=file, cwd=tmp_path.resolve())
    assert result.err.startswith(f"error: {message}")
    assert (result.status, result.out, result.err.count("\n")) == (2, "", 1)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_folder_that_cannot_be_made_is_status_1(lumi, tiny_store, tmp_path):
    file = tmp_path / "config.yml"
    file.write_text(f"dataset: {{dir: {tiny_store.folder}}}")
    result = lumi("train", "-c", file, "--job-dir", "/proc/none")
    assert result.err == "error: /proc/none: No such file or directory\n"
    assert (result.status, result.out) == (1, "")


@pytest.mark.parametrize("name", ["2024", "a: b", "no", "ü 'x\" \\y", "~x"])
def test_job_dir_is_taken_literally(lumi, tmp_path, monkeypatch, name):
    configs = []

    def run(config):
        configs.append(config)
        raise InputError("enough")

    monkeypatch.setattr(train, "run", run)
    monkeypatch.chdir(tmp_path)
    Path("config.yml").write_text("train: {seed: 1}")
    lumi("train", "-c", "config.yml", "--job-dir", f"./{name}")
    assert configs[0]["train"]["job_dir"] == str(tmp_path.resolve() / name)


class ResourceExhaustedError(Exception):
    """TensorFlow's, for memory and disk alike."""


@pytest.fixture
def broken(monkeypatch):
    """Let `lumi predict` fail with an exception."""

    def let_fail(exception):
        def fail(_):
            raise exception

        monkeypatch.setattr(picture_files, "find_pictures", fail)

    return let_fail


@pytest.mark.parametrize(
    "exception, status, message",
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (
            OSError(28, "No space", "/a"),
            1,
            "no space left on the disk while writing /a",
        ),
        (PermissionError(13, "Permission denied", "/a"), 1, "/a: Permission denied"),
        (OSError("odd"), 1, "odd"),
        (ZeroDivisionError("a\nb"), 1, "unexpected: ZeroDivisionError: a; `lumi --deb"),
        (ResourceExhaustedError("OOM when allocating"), 1, "out of memory: a smaller"),
        (ResourceExhaustedError("x; No space left on device"), 1, "no space left on"),
        (MemoryError(), 1, "out of memory; `lumi --debug` shows where"),
        (RuntimeError(), 1, "unexpected: RuntimeError: no message; `lumi --debug` sh"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_what_else_goes_wrong_is_one_line(lumi, broken, exception, status, message):
    broken(exception)
    result = lumi("predict", "a.jpg")
    assert result.status == status
    assert result.err.strip("\n").startswith(f"error: {message}")
    assert result.err.strip("\n").count("\n") == 0


def test_debug_shows_where_an_error_came_from(lumi, broken):
    broken(ZeroDivisionError("odd"))
    result = lumi("--debug", "predict", "a.jpg")
    assert result.err.startswith("Traceback (most recent call last):\n")
    assert result.err.splitlines()[-1].startswith("error: unexpected: ZeroDivision")


def test_no_command_shows_the_help(lumi):
    result = lumi()
    assert result.status == 2
    assert (result.out + result.err).startswith("Usage: lumi [OPTIONS] COMMAND")


def test_full_disk_behind_stdout_is_one_line():
    with open("/dev/full", "w") as full:
        result = lumi_process("--help", stdout=full)
    assert result.err == "error: no space left on the disk while writing\n"
    assert result.status == 1


# Predicting


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A folder of five pictures, of several sizes and kinds, and of other files."""
    folder = tmp_path_factory.mktemp("pictures")
    for index, name in enumerate(["a.png", "b.jpg", "c.gif", "d.webp", "e.bmp"]):
        draw(folder / name, (64 + 8 * index, 90 - 8 * index), seed=index)
    (folder / "notes.txt").write_text("no picture")
    draw(folder / "inner" / "deep.png")
    return folder


@pytest.fixture(scope="module")
def predicted(tiny_run, pictures):
    """What a process of its own prints for the folder."""
    arguments = ("--checkpoint", tiny_run, "--min-prob", 0)
    return lumi_process("predict", pictures, *arguments)


def test_stdout_is_json_lines_only(predicted, pictures):
    assert predicted.status == 0
    names = [str(pictures / name) for name in ["a.png", "b.jpg", "c.gif"]]
    names += [str(pictures / name) for name in ["d.webp", "e.bmp"]]
    assert [line["file"] for line in predicted.lines] == names


def test_tensorflow_keeps_silent(predicted):
    assert predicted.err == "left out 2 that are no pictures\n"


def test_boxes_lie_in_their_pictures_the_best_first(predicted):
    for line in predicted.lines:
        with Image.open(line["file"]) as image:
            width, height = image.size
        assert len(line["objects"]) == 10
        for found in line["objects"]:
            x1, y1, x2, y2 = found["bbox"]
            assert 0 <= x1 < x2 <= width
            assert 0 <= y1 < y2 <= height
            assert found["label"] in CLASS_NAMES
        scores = [found["prob"] for found in line["objects"]]
        assert scores == sorted(scores, reverse=True)
        assert 0 <= scores[-1] <= scores[0] <= 1


def test_error_after_tensorflow_started_is_one_line(tiny_run, pictures, tmp_path):
    run = shutil.copytree(tiny_run, tmp_path / "run")
    weights = run / "checkpoints" / "best" / "model.weights.h5"
    weights.write_bytes(weights.read_bytes()[:-1])
    result = lumi_process("predict", pictures / "a.png", "--checkpoint", run)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"error: {weights}: damaged, its checksum is not")
    assert result.err.count("\n") == 1


def test_reader_who_has_had_enough_is_no_error(tiny_run, pictures):
    """As in `lumi predict ... | head -1`."""
    command = [*LUMI, "predict", pictures, "--checkpoint", tiny_run]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:
        assert json.loads(process.stdout.readline())["file"].endswith("a.png")
        process.stdout.close()
        assert process.stderr.read() == b"left out 2 that are no pictures\n"
    assert process.returncode == 141


def test_signal_leaves_no_half_written_file(tiny_run, tmp_path):
    folder, output = tmp_path / "many", tmp_path / "out" / "found.jsonl"
    draw(folder / "0.png")
    for index in range(1, 400):
        os.link(folder / "0.png", folder / f"{index}.png")
    command = [*LUMI, "predict", folder, "--checkpoint", tiny_run, "-f", output]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        while process.poll() is None and not output.parent.exists():
            time.sleep(0.01)
        process.terminate()
        assert process.stderr.read() == b"error: stopped by SIGTERM\n"
    assert process.returncode == 143
    assert list(output.parent.iterdir()) == []


@pytest.fixture
def predict(lumi, tiny_run):
    """Run `lumi predict` with the tiny model, whose detections are all unlikely."""

    def run(*arguments):
        return lumi("predict", "--checkpoint", tiny_run, "--min-prob", 0, *arguments)

    return run


def test_lines_can_go_to_a_file(predict, predicted, pictures, tmp_path):
    result = predict(pictures, "-f", tmp_path / "new" / "found.jsonl")
    assert (result.status, result.out) == (0, "")
    assert (tmp_path / "new" / "found.jsonl").read_text() == predicted.out


def test_nothing_found_is_an_empty_list(predict, pictures, tmp_path):
    picture = pictures / "a.png"
    result = predict(picture, "--min-prob", 0.99, "-d", tmp_path)
    assert result == Result(0, f'{{"file": "{picture}", "objects": []}}\n', "")
    with Image.open(tmp_path / "a.png") as copy, Image.open(picture) as original:
        np.testing.assert_array_equal(copy, original)


def test_detections_can_be_chosen(predict, pictures):
    result = predict(pictures / "a.png", "-k", "disc", "--max-detections", 2)
    (line,) = result.lines
    assert [found["label"] for found in line["objects"]] == ["disc", "disc"]


def test_bad_picture_among_good_ones(predict, pictures, tmp_path):
    bad, missing = tmp_path / "bad.jpg", tmp_path / "gone.jpg"
    bad.write_bytes((pictures / "b.jpg").read_bytes()[:400])
    missing.symlink_to(tmp_path / "nowhere.jpg")
    shutil.copy(pictures / "a.png", tmp_path / "z.png")
    result = predict(tmp_path)
    assert result.status == 1
    assert [line["file"] for line in result.lines] == [str(tmp_path / "z.png")]
    assert result.err.splitlines() == [
        "left out 1 that are no pictures",
        f"warning: {bad}: the JPEG is cut short",
        "error: 1 of 2 pictures could not be read",
    ]


def test_pictures_of_the_same_name_have_copies_of_their_own(predict, tmp_path):
    first = draw(tmp_path / "x" / "a.png", seed=1)
    second = draw(tmp_path / "y" / "a.png", (96, 64), seed=2)
    result = predict(first, second, "-d", tmp_path / "drawn")
    assert result.status == 0
    sizes = {}
    for path in (tmp_path / "drawn").iterdir():
        with Image.open(path) as image:
            sizes[path.name] = image.size
    assert sizes == {"a.png": (80, 64), "a-2.png": (64, 96)}


def test_a_copy_never_takes_the_place_of_its_picture(predict, tmp_path):
    picture = draw(tmp_path / "a.png")
    before = picture.read_bytes()
    result = predict(picture, "-d", tmp_path)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"error: {picture}: would be replaced by its copy")
    assert picture.read_bytes() == before


def test_names_of_all_kinds(predict, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ["-k.png", 'a"b\\.png', "new\nline.png", "ü 猫.png", "\udcff.png"]
    for name in names:
        draw(Path(name).absolute())
    result = predict("-d", "drawn", "--", *names)
    assert (result.status, result.err) == (0, "")
    assert [line["file"] for line in result.lines] == names
    assert {path.name for path in Path("drawn").iterdir()} == set(names)


def test_bad_picture_with_a_line_break_in_its_name(predict, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a\nb.png").write_text("")
    result = predict("a\nb.png")
    assert result.status == 1
    assert result.err.splitlines()[0].startswith(r"warning: a\nb.png: not a picture")


def test_unknown_class_is_refused(predict, pictures, tmp_path):
    output = tmp_path / "found.jsonl"
    result = predict(pictures / "a.png", "-k", "disk", "-f", output)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("error: the model knows no class 'disk', only")
    assert not output.exists()


def test_file_that_cannot_be_written_is_status_1(predict, pictures, tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    result = predict(pictures / "a.png", "-f", path / "found.jsonl")
    assert result == Result(1, "", f"error: {path}: File exists\n")


def test_newest_run_is_taken(tmp_path, capsys):
    for age, run in enumerate(["new", "old"]):
        metadata = tmp_path / run / "checkpoints" / "last" / "metadata.json"
        metadata.parent.mkdir(parents=True)
        metadata.write_text("")
        os.utime(metadata, (1e9 - age, 1e9 - age))
    assert options.newest_run(tmp_path) == tmp_path / "new"
    assert capsys.readouterr().err == f"using the model in {tmp_path / 'new'}\n"


def test_no_run_at_all(tmp_path):
    assert options.newest_run(tmp_path) is None


# Measuring


@pytest.fixture(scope="module")
def measured(tiny_run, tmp_path_factory):
    """What `lumi eval` prints for programs, and the folder that it writes."""
    folder = tmp_path_factory.mktemp("measured") / "inner"
    arguments = ["eval", "--checkpoint", tiny_run, "--json", "--output-dir", folder]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([str(argument) for argument in arguments])
    return Result(status, out.getvalue(), err.getvalue()), folder


def test_numbers_for_programs_are_one_line_of_json(measured):
    result, folder = measured
    assert result.status == 0
    (numbers,) = result.lines
    assert numbers == json.loads((folder / "metrics.json").read_text())
    assert (numbers["num_images"], numbers["num_objects"]) == (3, 4)
    assert list(numbers["per_class"]) == ["box", "disc"]


def test_files_of_an_evaluation(measured):
    result, folder = measured
    assert result.err == (
        "wrote metrics.json, predictions.json, ground_truth.json and pictures.png to "
        f"{folder}\n"
    )
    names = ["ground_truth.json", "metrics.json", "pictures.png", "predictions.json"]
    assert sorted(path.name for path in folder.iterdir()) == names


def test_pycocotools_reads_the_files_and_has_the_same_numbers(measured):
    result, folder = measured
    truth = COCO(folder / "ground_truth.json")
    found = truth.loadRes(str(folder / "predictions.json"))
    coco = COCOeval(truth, found, "bbox")
    coco.evaluate()
    coco.accumulate()
    coco.summarize()
    names = ["AP", "AP50", "AP75", "APs", "APm", "APl"]
    names += ["AR1", "AR10", "AR100", "ARs", "ARm", "ARl"]
    numbers = [result.lines[0][name] for name in names]
    expected = [None if number == -1 else number for number in coco.stats]
    assert numbers == pytest.approx(expected, abs=1e-9)
    assert numbers[0] > 0


@pytest.fixture
def evaluate(lumi, tiny_run):
    """Run `lumi eval` with the tiny model."""

    def run(*arguments):
        return lumi("eval", "--checkpoint", tiny_run, *arguments)

    return run


def test_numbers_for_people_are_a_table(evaluate, measured):
    result = evaluate()
    assert (result.status, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "3 images, 4 objects; all numbers in percent"
    ap = 100 * measured[0].lines[0]["AP"]
    assert lines[2].split()[:2] == ["AP", f"{ap:.2f}"]
    assert lines[-1].split()[0] == "disc"


@pytest.fixture
def other_store(tmp_path):
    """A data set with a split without objects, and one with boxes but no discs."""
    empty = draw_examples([(64, 64)], [0])
    boxes = [e for e in draw_examples([(64, 64)] * 9, [1] * 9) if not any(e.classes)]
    return write_store(tmp_path / "other", val=empty, boxes=boxes)


def test_what_has_no_objects_has_no_number(evaluate, other_store, monkeypatch):
    monkeypatch.chdir(other_store.folder.parent)
    result = evaluate("-o", "dataset.dir=other", "--json")
    assert (result.status, result.err) == (0, "")
    (numbers,) = result.lines
    assert numbers["num_objects"] == 0
    per_class = dict.fromkeys(["AP", "AP50", "voc_AP50", "voc_AP50_11point"])
    assert numbers["per_class"]["box"] == {"objects": 0, **per_class}
    assert {numbers[name] for name in ("AP", "APs", "AR100", "voc_mAP50")} == {None}


def test_class_without_objects_has_no_part_in_the_mean(evaluate, other_store):
    override = f"dataset.dir={other_store.folder}"
    result = evaluate("-o", override, "--split", "boxes", "--json")
    (numbers,) = result.lines
    assert numbers["per_class"]["disc"]["AP"] is None
    assert numbers["AP"] == numbers["per_class"]["box"]["AP"]
    assert numbers["APl"] is None


def test_classes_in_another_order_are_refused(evaluate, tmp_path):
    examples = draw_examples([(64, 64)], [1])
    write_store(tmp_path / "store", class_names=("disc", "box"), val=examples)
    result = evaluate("-o", f"dataset.dir={tmp_path / 'store'}")
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        f"error: {tmp_path / 'store'}: its classes (disc, box) are not the model's "
        "(box, disc)\n"
    )


def test_files_that_changed_are_not_measured_on(evaluate, other_store):
    (file,) = other_store.splits["boxes"].files
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    override = f"dataset.dir={other_store.folder}"
    result = evaluate("-o", override, "--split", "boxes", "--json")
    assert (result.status, result.out, result.err.count("\n")) == (2, "", 1)
    assert "boxes.tfrecords: record " in result.err
    # The other split is as it was.
    assert evaluate("-o", override, "--split", "val", "--json").status == 0


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--split", "vla"], "no split 'vla', only train, val; did you mean 'val'?"),
        (
            ["-o", "dataset.dir=null"],
            "has no dataset.dir or no dataset.val_split; give",
        ),
        (["-o", "dataset.val_split=null"], "has no dataset.dir or no dataset.val_spli"),
    ],
    ids=["split", "no data set", "no split"],
)
def test_what_to_measure_on_is_not_there(evaluate, arguments, message):
    result = evaluate(*arguments)
    assert (result.status, result.out, result.err.count("\n")) == (2, "", 1)
    assert message in result.err


def test_run_without_a_checkpoint(lumi, tmp_path):
    (tmp_path / "config.yml").write_text("")
    result = lumi("eval", "--checkpoint", tmp_path)
    assert result.status == 2
    assert result.err.startswith(f"error: {tmp_path}: no checkpoint there")
