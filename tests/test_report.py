"""What a run says: no step is left out, none is told twice."""

import csv
import itertools
import math
from types import SimpleNamespace

import pytest

from luminet.report import METRICS, Report
from luminet.run_folder import RunFolder
from tests.run_records import rows


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path / "run")


def make_report(folder, step=0, every=4):
    folder.path.mkdir(exist_ok=True)
    return Report(folder, ("a", "b"), step, 100, 2, 5.0, every)


def train(report, steps):
    """Steps whose losses are their number, half and half."""
    for step in steps:
        losses = {"loss": step, "a": step / 2, "b": step / 2}
        report.add(step, losses, 0.01, 0.0)


def told(folder):
    return [(row["step"], row["loss"]) for row in rows(folder)]


def test_a_row_is_the_mean_since_the_row_before(folder):
    train(make_report(folder), range(1, 9))
    assert told(folder) == [("4", "2.5"), ("8", "6.5")]


def test_a_checkpoint_ends_a_period_early(folder):
    report = make_report(folder)
    train(report, range(1, 7))
    report.flush(6)
    train(report, range(7, 9))
    assert told(folder) == [("4", "2.5"), ("6", "5.5"), ("8", "7.5")]


def test_a_period_that_was_told_is_not_told_again(folder):
    report = make_report(folder)
    train(report, range(1, 5))
    report.flush(4)
    assert told(folder) == [("4", "2.5")]


def test_rows_of_steps_that_are_done_again_go(folder):
    train(make_report(folder), range(1, 13))
    train(make_report(folder, step=8), range(9, 13))
    assert told(folder) == [("4", "2.5"), ("8", "6.5"), ("12", "10.5")]


def test_an_evaluation_is_a_row_of_its_own(folder):
    report = make_report(folder)
    train(report, range(1, 5))
    report.add_metrics(4, dict.fromkeys(METRICS, 0.25))
    assert told(folder) == [("4", "2.5"), ("4", "")]
    assert rows(folder)[1]["AP"] == "0.25"


def test_an_evaluation_is_remembered_and_a_report_is_none(folder):
    report = make_report(folder)
    train(report, range(1, 9))
    report.add_metrics(4, dict.fromkeys(METRICS, 0.25))
    assert report.is_evaluated(4)
    assert not report.is_evaluated(8)
    assert not report.is_evaluated(5)


def test_what_could_not_be_measured_stays_empty(folder, capsys):
    report = make_report(folder)
    report.add_metrics(4, dict.fromkeys(METRICS))
    assert rows(folder)[0]["AP"] == ""
    assert "step 4: validation has no objects" in capsys.readouterr().err


def test_a_line_on_objects_without_classes_has_their_recall(folder, capsys):
    recall = {"AR100": 0.4, "AR300": 0.5, "AR1000": 0.6}
    make_report(folder).add_metrics(4, {**dict.fromkeys(METRICS, 0.25), **recall})
    expected = "validation AP 25.0, AP50 25.0, AR100 40.0, AR300 50.0, AR1000 60.0\n"
    assert capsys.readouterr().err == f"step 4: {expected}"


def test_a_line_tells_step_losses_and_rate(folder, capsys):
    train(make_report(folder), range(1, 5))
    line = capsys.readouterr().err
    assert line.startswith("step 4/100 loss 2.500 a 1.250 b 1.250 lr 0.01 ")
    assert "images/s" in line and line.endswith(" left\n")


def test_curves_are_drawn_even_without_an_evaluation(folder):
    report = make_report(folder)
    train(report, range(1, 5))
    report.pause(4)
    assert folder.curves.stat().st_size > 1000


def test_a_run_ends_with_its_share_of_waiting(folder, capsys, monkeypatch):
    # Each look at the clock is ten seconds later, so that a step takes ten.
    clock = SimpleNamespace(monotonic=itertools.count(100, 10).__next__)
    monkeypatch.setattr("luminet.report.time", clock)
    report = make_report(folder, every=1)
    for step in (1, 2):
        report.add(step, dict.fromkeys(("loss", "a", "b"), 0.0), 0.01, step)
    report.close()
    with open(folder.metrics, newline="") as file:
        assert [row["data_wait"] for row in csv.DictReader(file)] == ["0.1", "0.2"]
    assert capsys.readouterr().err.endswith("waited for data 15.0 % of the time\n")


def test_a_run_without_steps_did_not_wait(folder, capsys):
    make_report(folder).close()
    assert capsys.readouterr().err == ""


def test_rates_are_numbers(folder):
    train(make_report(folder), range(1, 5))
    header, row = folder.metrics.read_text().splitlines()
    values = dict(zip(header.split(","), row.split(","), strict=True))
    assert math.isfinite(float(values["images_per_second"]))
    assert 0.0 <= float(values["data_wait"]) <= 1.0
