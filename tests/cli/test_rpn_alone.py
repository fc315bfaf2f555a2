"""A first stage alone, from a drawn data set to boxes, with the commands of a user."""

import json

import pytest

from tests.cli.test_lumi import lumi  # noqa: F401
from tests.tiny_data import TINY


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A data set that `lumi dataset sample` drew, converted."""
    from luminet.cli import main

    folder = tmp_path_factory.mktemp("shapes")
    raw, store = str(folder / "raw"), str(folder / "store")
    few = ["--num-train", "12", "--num-val", "6"]
    assert main(["dataset", "sample", "--output-dir", raw, *few]) == 0
    assert main(["dataset", "transform", raw, "--output-dir", store]) == 0
    return folder


def test_train_eval_and_predict_find_objects_without_classes(drawn, lumi, tmp_path):  # noqa: F811
    settings = [
        *TINY.strip().splitlines(),
        "model.rpn.proposal.post_nms=200",
        f"dataset.dir={drawn / 'store'}",
        "dataset.val_split=val",
        f"train.job_dir={tmp_path}",
        "train.steps=8",
    ]
    config = tmp_path / "alone.yml"
    config.write_text("model: {rcnn: {enabled: false}}")
    overrides = [part for setting in settings for part in ("-o", setting)]
    trained = lumi("train", "-c", config, *overrides)
    assert trained.status == 0, trained.err
    assert "rpn_box" in trained.err
    assert "rcnn" not in trained.err

    run = tmp_path / "run"
    assert json.loads((run / "classes.json").read_text()) == ["object"]
    measured = lumi("eval", "--checkpoint", run, "--json")
    numbers = json.loads(measured.out)
    assert list(numbers["per_class"]) == ["object"]
    assert 0 < numbers["AR100"] <= numbers["AR300"] == numbers["AR1000"] <= 1
    assert "AR1000" in lumi("eval", "--checkpoint", run).out

    picture = next((drawn / "raw").rglob("*.jpg"))
    predicted = lumi("predict", picture, "--checkpoint", run, "--min-prob", "0.01")
    (line,) = predicted.lines
    assert line["objects"]
    assert {found["label"] for found in line["objects"]} == {"object"}


def test_a_number_of_classes_other_than_one_is_refused(drawn, lumi, tmp_path):  # noqa: F811
    overrides = [f"dataset.dir={drawn / 'store'}", f"train.job_dir={tmp_path}"]
    config = tmp_path / "alone.yml"
    config.write_text("model: {rcnn: {enabled: false}, num_classes: 3}")
    refused = lumi("train", "-c", config, *(p for o in overrides for p in ("-o", o)))
    assert refused.status == 2
    assert "1 classes (object)" in refused.err
