"""`lumi dataset show`, from the outside."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from PIL import Image

from luminet.cli import cli
from luminet.errors import InputError
from tests.voc_folder import VOCFolder, xml_annotation, xml_object


@pytest.fixture
def voc(tmp_path):
    folder = VOCFolder(tmp_path / "voc")
    for name in "abc":
        folder.add(name, xml_annotation(xml_object("cat"), xml_object("dog")))
    folder.add("d", split="val")
    return folder


@pytest.fixture
def show(voc):
    def run(*args):
        command = ["dataset", "show", str(voc.root), "--type", "pascal"]
        return CliRunner().invoke(cli, [*command, *map(str, args)])

    return run


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_sheet_is_written_into_a_file(show, tmp_path):
    result = show("--output", tmp_path / "out" / "sheet.png")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"drew {tmp_path / 'out' / 'sheet.png'}\n"
    assert result.stderr == ""
    assert Image.open(tmp_path / "out" / "sheet.png").format == "PNG"


def test_sheets_are_written_into_a_folder(show, tmp_path):
    result = show("--output-dir", tmp_path / "out", "--count", 2, "--sheets", 9)
    assert result.stdout == f"drew 2 sheets in {tmp_path / 'out'}\n"
    assert names(tmp_path / "out") == ["pictures-1.png", "pictures-2.png"]


def test_each_class_has_a_sheet(show, tmp_path):
    assert show("--by-class", "--output-dir", tmp_path / "out").exit_code == 0
    assert names(tmp_path / "out") == ["class-01-cat-1.png", "class-02-dog-1.png"]


def test_the_worst_pictures_have_sheets(voc, show, tmp_path):
    for name in "xyz":
        voc.add(name, xml_annotation(xml_object(box=(1, 1, 99, 9))))
    result = show(
        "--worst", "--count", 2, "--sheets", 5, "--output-dir", tmp_path / "o"
    )
    assert result.exit_code == 0, result.stderr
    assert names(tmp_path / "o") == ["findings-1.png", "findings-2.png"]
    assert show("--worst", "--output", tmp_path / "one.png").exit_code == 0


def test_without_findings_there_is_nothing_to_draw(show, tmp_path):
    result = show("--worst", "--output", tmp_path / "sheet.png")
    assert result.exit_code == 0
    assert result.stdout == "nothing to show: no picture has a finding\n"
    assert not (tmp_path / "sheet.png").exists()


def test_what_the_network_sees_is_drawn(show, tmp_path):
    result = show(
        *("--augment", "--output", tmp_path / "sheet.png", "--count", 1),
        *("--set", "dataset.resize={min_size: 40, max_size: 60}"),
        *("--set", "dataset.augmentation=[{mosaic: {prob: 1}}]"),
    )
    assert result.exit_code == 0, result.stderr
    assert Image.open(tmp_path / "sheet.png").width > 5 * 400


def test_only_chosen_pictures_are_drawn(show, tmp_path):
    show("--only-images", "a", "--output", tmp_path / "one.png")
    show("--output", tmp_path / "all.png")
    one, several = (Image.open(tmp_path / f"{name}.png") for name in ("one", "all"))
    assert one.width < several.width


def test_a_data_set_of_faults_alone_has_nothing_to_show(tmp_path):
    folder = VOCFolder(tmp_path / "bad")
    folder.add("a", "junk")
    args = ["dataset", "show", str(folder.root), "--type", "pascal"]
    result = CliRunner().invoke(cli, [*args, "--output", str(tmp_path / "a.png")])
    assert isinstance(result.exception, InputError)
    assert "no picture is usable; --worst shows why" in str(result.exception)


@pytest.mark.parametrize(
    "args, message",
    [
        ([], "give --output FILE.png or --output-dir"),
        (["--output", "a.png", "--output-dir", "b"], "one of the two"),
        (["--output", "a.gif"], "must end in .png"),
        (["--output", "a.png", "--by-class"], "use --output-dir"),
        (["--output", "a.png", "--sheets", "2"], "use --output-dir"),
        (["--output", "a.png", "--worst", "--augment"], "exclude each other"),
        (["--output", "a.png", "-c", "x.yml"], "are for --augment"),
    ],
)
def test_options_that_do_not_go_together_are_refused(show, args, message):
    result = CliRunner().invoke(
        cli, ["dataset", "show", "folder", *args], standalone_mode=False
    )
    assert isinstance(result.exception, click.UsageError)
    assert message in str(result.exception)


@pytest.mark.parametrize(
    "setting, message",
    [
        ("dataset.augmentation=[{spin: {}}]", "dataset.augmentation[0].spin: unknown"),
        ("dataset.resize.min_size=wide", "dataset.resize.min_size: must be an integer"),
    ],
)
def test_wrong_settings_are_named(show, tmp_path, setting, message):
    result = show("--augment", "--output", tmp_path / "a.png", "--set", setting)
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)
    assert str(result.exception).startswith(f"--set {setting}: ")


@pytest.mark.parametrize("option", [None, "--by-class", "--worst"])
def test_tensorflow_is_not_needed(voc, tmp_path, option):
    options = [option] if option else []
    args = ["dataset", "show", str(voc.root), "--type", "pascal", *options]
    args += ["--output-dir", str(tmp_path / "out")]
    code = (
        f"import sys; from luminet.cli import main\nmain({args!r})\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0
    modules = {name.partition(".")[0] for name in done.stderr.split()}
    assert not {"tensorflow", "keras"} & modules


@pytest.mark.real_data
def test_real_pictures_are_drawn(real_data, tmp_path):
    root = str(real_data / "bccd" / "BCCD")
    args = ["dataset", "show", root, "--type", "pascal", "--output-dir", str(tmp_path)]
    for options in (
        [],
        ["--worst"],
        ["--by-class", "--count", "5", "--limit-examples", "5"],
    ):
        assert CliRunner().invoke(cli, [*args, *options]).exit_code == 0
    assert names(tmp_path) == [
        "class-01-Platelets-1.png",
        "class-02-RBC-1.png",
        "class-03-WBC-1.png",
        "findings-1.png",
        "pictures-1.png",
    ]
