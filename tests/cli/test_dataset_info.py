"""`lumi dataset info`, from the outside."""

import json
import subprocess
import sys

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from PIL import Image

from luminet.cli import cli
from luminet.cli.dataset.info_text import info_text
from luminet.config import load_config
from luminet.errors import InputError
from tests.voc_folder import VOCFolder, xml_annotation, xml_object


@pytest.fixture
def voc(tmp_path):
    """Three pictures to train on, the last without objects; one to check with."""
    folder = VOCFolder(tmp_path / "voc")
    difficult = "<difficult>1</difficult>"
    objects = [xml_object("cat", (1, 1, 20, 20)), xml_object("dog", extra=difficult)]
    folder.add("a", xml_annotation(*objects))
    folder.add("b", xml_annotation(xml_object("dog", (1, 1, 40, 10))))
    folder.add("c", xml_annotation())
    folder.add("d", xml_annotation(xml_object("dog")), split="val")
    return folder


@pytest.fixture
def info(voc):
    def run(*args):
        command = ["dataset", "info", str(voc.root), "--type", "pascal"]
        return CliRunner().invoke(cli, [*command, *map(str, args)])

    return run


def rows(result):
    """The cells of each line of the tables, by the first one."""
    lines = [line.split() for line in result.stdout.splitlines() if line]
    return {cells[0]: cells[1:] for cells in reversed(lines)}


def test_tables_have_a_column_for_each_split(info):
    result = info()
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["train", "val", "total"]
    assert lines[1].split() == ["pictures", "3", "1", "4"]
    assert lines[2].split() == ["without", "objects", "1", "0", "1"]
    assert lines[3].split() == ["boxes", "3", "1", "4"]
    assert lines[4].split() == ["difficult", "1", "0", "1"]
    found = rows(result)
    assert found["width"] == ["60", "60", "60"]
    # The tables of classes and of anchors both have cats and dogs.
    cat = next(line for line in lines if line.startswith("cat"))
    assert cat.split() == [
        *("cat", "1", "0", "1", "1", "20"),
        *("100%", "0%", "0%", "1.00", "1.00", "1.00"),
    ]


def test_all_lines_fit_onto_a_screen_and_end_in_a_letter(info):
    for line in info().stdout.splitlines():
        assert len(line) <= 100
        assert line == line.rstrip()


def test_the_suggestion_is_a_config(info, tmp_path):
    text = info().stdout
    suggestion = yaml.safe_load(text[text.index("# Suggested") :])
    file = tmp_path / "suggested.yml"
    file.write_text(yaml.safe_dump(suggestion))
    config = load_config([file])
    sizes = [size for (size,) in config["model"]["anchors"]["sizes"]]
    # Boxes of 10 to 40 pixels, on pictures that grow from 40 to 600 pixels.
    assert len(sizes) == 5 and 100 < np.median(sizes) < 350
    resize = config["dataset"]["resize"]
    assert (resize["min_size"], resize["max_size"]) == (600, 1024)


def test_what_was_suggested_is_not_improved_upon(info, tmp_path):
    text = info().stdout
    file = tmp_path / "suggested.yml"
    file.write_text(text[text.index("# Suggested") :])
    assert "nothing better to suggest" in info("-c", file).stdout


def test_boxes_that_no_anchor_covers_are_told(voc, info):
    # Thirty times as wide as high: no suggestion goes so far.
    voc.add("e", xml_annotation(xml_object("bar", (1, 1, 60, 2))))
    args = ["--only-classes", "bar"]
    text = info(*args).stdout
    assert "# 1 of 1 boxes (100%) overlap no anchor by half.\n" in text
    assert "larger pictures" not in text
    numbers = json.loads(info(*args, "--json").stdout)
    larger = {"settings": {"min_size": 96}, "total": {"num_uncovered": 0}}
    numbers["suggestion"]["larger_pictures"] = larger
    sentence = "# With larger pictures, of min_size: 96, it would be 0%."
    assert sentence in info_text(numbers)
    numbers["suggestion"]["anchors"] = numbers["anchors"]
    assert "nothing better to suggest.\n# 1 of 1 boxes" in info_text(numbers)


def test_json_has_all_numbers(info):
    numbers = json.loads(info("--json").stdout)
    assert numbers["type"] == "pascal"
    assert numbers["total"]["num_boxes"] == 4
    assert numbers["class_counts"]["train"] == {"cat": 1, "dog": 2}
    assert numbers["anchors"]["total"]["num_objects"] == 3
    assert numbers["anchors"]["settings"]["min_size"] == 600
    suggested = numbers["suggestion"]["anchors"]["class_mean"]["mean_iou"]
    assert suggested > numbers["anchors"]["class_mean"]["mean_iou"]


def test_settings_change_what_anchors_cover(info, tmp_path):
    file = tmp_path / "mine.yml"
    anchors = "anchors: {sizes: [[20, 30]]}"
    file.write_text(f"model: {{fpn: {{enabled: false}}, {anchors}}}\n")
    settings = "dataset.resize={min_size: 40, max_size: 60}"
    numbers = json.loads(info("--json", "-c", file, "--set", settings).stdout)
    settings = numbers["anchors"]["settings"]
    assert (settings["sizes"], settings["min_size"]) == ([[20.0, 30.0]], 40)
    assert numbers["anchors"]["classes"]["cat"]["mean_iou"] > 0.5


def test_plots_are_written(info, tmp_path):
    result = info("--plots", tmp_path / "page.png")
    assert result.exit_code == 0
    assert Image.open(tmp_path / "page.png").size == (1500, 900)
    assert result.stderr == f"wrote {tmp_path / 'page.png'}\n"


@pytest.mark.parametrize("name", ["page.jpg", "page.txt", "page"])
def test_plots_are_png_alone(info, tmp_path, name):
    result = info("--plots", tmp_path / name)
    assert result.exit_code == 2
    assert f"{name}: must end in .png" in result.stderr
    assert not (tmp_path / name).exists()


def test_findings_are_one_line(voc, info):
    voc.add("e", "junk")
    voc.add("f", xml_annotation(xml_object(box=(5, 5, 5, 9))))
    result = info()
    assert result.exit_code == 0
    what = "2 findings (1 box-empty, 1 xml-malformed)"
    assert result.stderr == f"{what}; `lumi dataset validate` lists them\n"
    assert "  left out for a fault" in result.stdout
    assert rows(result)["pictures"] == ["3", "1", "4"]


def test_a_selection_is_what_is_counted(info):
    numbers = json.loads(info("--json", "--only-classes", "cat").stdout)
    assert numbers["class_counts"]["train"] == {"cat": 1}


def test_one_split_has_no_total(info):
    result = info("--split", "val")
    assert result.stdout.splitlines()[0].split() == ["val"]
    assert "left out" not in result.stdout and "  difficult" not in result.stdout


def test_many_classes_are_not_listed_twice(voc, info):
    for index in range(30):
        voc.add(f"x{index}", xml_annotation(xml_object(f"kind{index:02}")))
    text = info().stdout
    assert "the 10 worst classes" in text
    classes, anchors = text.split("Anchors of")
    assert classes.count("\nkind") == 30
    lines = anchors.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("the 10 worst"))
    assert lines[first + 11].startswith("mean of classes")


def test_classes_without_boxes_are_named(info):
    text = info("--split", "val", "--rename", "cat=lion").stdout
    assert "no boxes of: lion" in text


@pytest.mark.parametrize(
    "args, message",
    [
        (
            ["--set", "dataset.resize.min"],
            "--set dataset.resize.min: must be KEY=VALUE",
        ),
        (["--set", "model.anchors.size=3"], "unknown setting; did you mean 'sizes'"),
        (
            ["--set", "model.anchors.offset=2"],
            "--set model.anchors.offset=2: model.anchors: `offset` must be in",
        ),
        (["-c", "no.yml"], "no.yml"),
    ],
)
def test_wrong_settings_are_named(info, args, message):
    result = info(*args)
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)
    assert result.stdout == ""


def test_a_data_set_of_faults_alone_is_refused(tmp_path):
    folder = VOCFolder(tmp_path / "bad")
    folder.add("a", "junk")
    args = ["dataset", "info", str(folder.root), "--type", "pascal"]
    result = CliRunner().invoke(cli, args)
    assert isinstance(result.exception, InputError)
    assert "no usable picture; `lumi dataset validate` says why" in str(
        result.exception
    )


def test_neither_tensorflow_nor_matplotlib_is_needed(voc):
    code = (
        "import sys; from luminet.cli import main\n"
        f"main(['dataset', 'info', {str(voc.root)!r}, '--type', 'pascal', '--json'])\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert json.loads(done.stdout)["total"]["num_pictures"] == 4
    modules = {name.partition(".")[0] for name in done.stderr.split()}
    assert not {"tensorflow", "keras", "matplotlib"} & modules


@pytest.mark.real_data
def test_a_conversion_has_the_same_numbers(real_data, tmp_path):
    root = str(real_data / "microcontrollers" / "images")
    run = CliRunner().invoke
    source = [root, "--type", "pascal"]
    command = ["dataset", "transform", *source, "--output-dir", str(tmp_path / "store")]
    assert run(cli, command).exit_code == 0
    read = [
        json.loads(run(cli, ["dataset", "info", *where, "--json"]).stdout)
        for where in (source, [str(tmp_path / "store"), "--type", "tfrecord"])
    ]
    for key in ("splits", "total", "class_counts", "classes", "boxes", "anchors"):
        assert read[0][key] == read[1][key]
    assert read[0]["class_counts"]["train"]["ESP8266"] == 45
    assert read[0]["total"]["num_pictures"] == 149
