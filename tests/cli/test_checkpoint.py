"""`lumi checkpoint`, from the outside."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from luminet import published, torchvision_import
from luminet.cli import cli, main
from luminet.cli.checkpoint import import_
from tests import oracle

DETECTOR = "torchvision:fasterrcnn_resnet50_fpn"
SMALL_FILE = Path(oracle.__file__).with_name("torch_file_zip.pth")


def test_the_command_offers_what_can_be_imported():
    (choices,) = (option.type.choices for option in import_.params[:1])
    assert [*choices] == [f"torchvision:{name}" for name in published.SOURCES]


def test_import_prints_the_folder(tmp_path, monkeypatch):
    calls = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        torchvision_import, "import_checkpoint", lambda *args: calls.append(args)
    )
    command = ["checkpoint", "import", "--from", DETECTOR, "--file", "w.pth"]
    result = CliRunner().invoke(cli, command)
    assert result.output == "fasterrcnn_resnet50_fpn\n"
    assert calls == [
        (
            "fasterrcnn_resnet50_fpn",
            Path("w.pth"),
            Path("fasterrcnn_resnet50_fpn"),
            None,
        )
    ]


@pytest.mark.parametrize(
    "file, message",
    [("none.pth", "none.pth: No such file"), (SMALL_FILE, "not the weights of")],
)
def test_a_file_that_does_not_fit_is_one_line(tmp_path, capfd, file, message):
    command = ["checkpoint", "import", "--from", DETECTOR, "--file", str(file)]
    status = main([*command, "--output-dir", str(tmp_path / "made")])
    error = capfd.readouterr().err
    assert status == 2
    assert message in error
    assert error.count("\n") == 1
    assert not (tmp_path / "made").exists()
