"""The folder of a run: who may write there, and what stays of its table."""

import subprocess
import sys

import pytest
import yaml

from luminet.errors import InputError, LuminetError
from luminet.run_folder import MetricsFile, RunFolder

HOLD = """
import sys
from luminet.run_folder import RunFolder
with RunFolder(sys.argv[1]).lock():
    print("locked", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other_process(tmp_path):
    """A process that works in the folder `tmp_path / run`."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "run")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:
        assert process.stdout.readline() == b"locked\n"
        yield process
        process.kill()


def test_second_run_is_refused_and_told_of_the_first(tmp_path, other_process):
    folder = RunFolder(tmp_path / "run")
    with pytest.raises(LuminetError) as caught, folder.lock():
        pass
    assert f"another run writes there (process {other_process.pid} on " in str(
        caught.value
    )
    assert caught.value.exit_code == 1


def test_lock_of_a_dead_process_is_none(tmp_path, other_process):
    other_process.kill()
    other_process.wait()
    with RunFolder(tmp_path / "run").lock():
        pass


def test_lock_ends_with_its_block(tmp_path):
    for _ in range(2):
        with RunFolder(tmp_path).lock():
            pass


def test_what_a_kill_left_is_swept(tmp_path):
    leftovers = ["curves.png.partial-7", "checkpoints/last.partial-abc"]
    for name in leftovers:
        (tmp_path / name).mkdir(parents=True)
    with RunFolder(tmp_path).lock():
        assert not any((tmp_path / name).exists() for name in leftovers)


def test_run_in_use_is_not_swept(tmp_path, other_process):
    leftover = tmp_path / "run" / "curves.png.partial-7"
    leftover.write_text("")
    with pytest.raises(LuminetError), RunFolder(tmp_path / "run").lock():
        pass
    assert leftover.exists()


def test_file_is_no_run_folder(tmp_path):
    path = tmp_path / "run"
    path.write_text("")
    with pytest.raises(InputError, match="is not a folder"), RunFolder(path).lock():
        pass


def test_config_and_classes_are_described(tmp_path):
    folder = RunFolder(tmp_path)
    folder.describe({"train": {"seed": 1}}, ("Käse", "dog"))
    assert yaml.safe_load(folder.config.read_text()) == {"train": {"seed": 1}}
    assert folder.classes.read_text(encoding="utf-8") == '[\n "Käse",\n "dog"\n]'


# The table

COLUMNS = ["step", "loss", "AP"]


def lines(path):
    return path.read_text().splitlines()


@pytest.fixture
def table(tmp_path):
    """The path of a table with rows for the steps 10, 20 and 30."""
    path = tmp_path / "metrics.csv"
    metrics = MetricsFile(path, COLUMNS, step=0)
    for step in (10, 20, 30):
        metrics.add(step=step, loss=step / 100)
    return path


def test_rows_are_appended(table):
    assert lines(table) == ["step,loss,AP", "10,0.1,", "20,0.2,", "30,0.3,"]


@pytest.mark.parametrize(
    "step, steps", [(30, [10, 20, 30]), (25, [10, 20]), (20, [10, 20]), (0, [])]
)
def test_rows_after_the_resumed_step_are_dropped(table, step, steps):
    MetricsFile(table, COLUMNS, step)
    assert [int(line.split(",")[0]) for line in lines(table)[1:]] == steps


def test_row_that_a_kill_cut_short_is_dropped(table):
    table.write_bytes(table.read_bytes()[:-7])
    assert lines(table)[-1] == "30"
    MetricsFile(table, COLUMNS, step=99).add(step=40)
    assert lines(table) == ["step,loss,AP", "10,0.1,", "20,0.2,", "40,,"]


def test_a_new_column_is_empty_in_old_rows(table):
    MetricsFile(table, [*COLUMNS, "new"], step=10)
    assert lines(table) == ["step,loss,AP,new", "10,0.1,,"]


def test_a_column_that_is_no_more_is_dropped(table):
    MetricsFile(table, ["step", "AP"], step=10)
    assert lines(table) == ["step,AP", "10,"]


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"a,b\n1,2\n", b"\xff\xfe\0\0", b"step\nx\n\xb2\n"]
)
def test_table_that_nobody_here_wrote_is_begun_anew(tmp_path, content):
    path = tmp_path / "metrics.csv"
    path.write_bytes(content)
    MetricsFile(path, COLUMNS, step=10)
    assert lines(path) == ["step,loss,AP"]
