"""Runs: what they write, how they stop, and that they go on as if they had not."""

import contextlib
import io
import json
import math
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from luminet import train
from luminet.checkpoints import load
from luminet.cli import main
from luminet.config import dump_config, load_config
from luminet.datasets.store import open_store
from luminet.errors import InputError, LuminetError
from luminet.interrupt import Interrupted
from luminet.run_folder import RunFolder
from luminet.train_data import TrainingData
from luminet.training_state import TrainingState
from luminet.training_step import TrainingStep
from tests.run_records import losses, newest_step, results, rows, sha256, variables
from tests.tiny_data import draw_examples, tiny_config, write_store

LUMI = [sys.executable, "-c", "import sys, luminet.cli; sys.exit(luminet.cli.main())"]


class Killed(BaseException):
    """Stands for a kill: nothing catches it, nothing is saved on the way out."""


def kill_after(monkeypatch, step):
    """Let runs end at once after a step, and what is due after it."""
    after = train.Training._after

    def after_and_end(self, now, *arguments):
        after(self, now, *arguments)
        if now == step:
            raise Killed

    monkeypatch.setattr(train.Training, "_after", after_and_end)


@pytest.fixture(scope="module")
def finished(tiny_store, tmp_path_factory):
    """A run that nothing disturbed, and its training step."""
    steps = []

    class RememberedStep(TrainingStep):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            steps.append(self)

    job_dir = tmp_path_factory.mktemp("finished")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(train, "TrainingStep", RememberedStep)
        folder = train.run(tiny_config(tiny_store.folder, job_dir))
    return folder, steps[0]


@pytest.fixture(scope="module")
def killed(tiny_store, tmp_path_factory):
    """A run killed after the evaluation and the checkpoint of step 6."""
    job_dir = tmp_path_factory.mktemp("killed")
    with pytest.MonkeyPatch.context() as monkeypatch:
        kill_after(monkeypatch, 6)
        with pytest.raises(Killed):
            train.run(tiny_config(tiny_store.folder, job_dir))
    return RunFolder(job_dir / "run")


def go_on(killed, tiny_store, job_dir, *overrides):
    """Start the killed run again, in a copy."""
    shutil.copytree(killed.path, job_dir / "run")
    return train.run(tiny_config(tiny_store.folder, job_dir, *overrides))


# What a run writes.


def test_config_of_the_run_loads_back(finished, tiny_store):
    folder, _ = finished
    given = tiny_config(tiny_store.folder, folder.path.parent)
    given["model"]["num_classes"] = 2
    assert load_config([folder.config]) == given


def test_class_names_are_in_the_folder(finished):
    assert json.loads(finished[0].classes.read_text()) == ["box", "disc"]


def test_metrics_have_a_row_for_each_report_and_each_evaluation(finished):
    steps = [(int(row["step"]), bool(row["AP"])) for row in rows(finished[0])]
    reports = [(step, False) for step in range(1, 13)]
    assert sorted(steps) == sorted([*reports, (6, True), (12, True)])


def test_header_of_the_metrics(finished):
    header = finished[0].metrics.read_text().splitlines()[0]
    assert header == (
        "step,epoch,time,lr,loss,rpn_class,rpn_box,rcnn_class,rcnn_box,"
        "images_per_second,data_wait,AP,AP50,AP75,APs,APm,APl,AR100,voc_mAP50"
    )


def test_epochs_are_counted_in_images(finished):
    last = rows(finished[0])[-1]
    assert float(last["epoch"]) == pytest.approx(12 * 2 / 7, abs=1e-3)


def test_total_loss_is_the_sum_of_its_parts(finished):
    for row in rows(finished[0]):
        if row["loss"]:
            parts = sum(float(row[name]) for name in finished[1].model.loss_names)
            assert float(row["loss"]) == pytest.approx(parts, rel=1e-5)


def test_events_for_tensorboard_are_there(finished):
    (events,) = finished[0].events.glob("events.out.tfevents.*")
    assert events.stat().st_size > 500


def test_pictures_of_batches_and_of_the_validation_are_there(finished):
    folder, _ = finished
    assert Image.open(folder.pictures / "batch-0.png").size > (64, 64)
    assert Image.open(folder.pictures / "validation.png").size > (64, 64)


def test_curves_are_drawn(finished):
    assert Image.open(finished[0].curves).size == (1200, 750)


def test_last_checkpoint_has_the_last_weights(finished):
    folder, step = finished
    loaded = load(folder.last)
    assert loaded.metadata["step"] == 12
    for weight, expected in zip(loaded.model.weights, step.model.weights, strict=True):
        np.testing.assert_array_equal(weight.numpy(), expected.numpy())


def test_best_checkpoint_names_its_metrics(finished):
    folder, _ = finished
    metadata = load(folder.best).metadata
    measured = {int(row["step"]): row["AP"] for row in rows(folder) if row["AP"]}
    assert f"{metadata['metrics']['AP']:.6g}" == measured[metadata["step"]]


def test_nothing_half_written_stays(finished):
    assert not [
        *finished[0].path.rglob("*.partial-*"),
        *finished[0].path.rglob("*_temp"),
    ]


def test_step_is_traced_once_though_sizes_vary(finished):
    assert finished[1].run.experimental_get_tracing_count() == 1


def test_run_without_objects_has_finite_losses(tmp_path, capsys):
    sizes = [(64, 64), (64, 80), (72, 64)]
    examples = {
        name: draw_examples(sizes, [0, 0, 0], seed)
        for seed, name in enumerate(["train", "val"])
    }
    store = write_store(tmp_path / "store", **examples)
    folder = train.run(tiny_config(store.folder, tmp_path, "train.steps=4"))
    assert len(losses(folder)) == 4 and all(map(math.isfinite, losses(folder)))
    assert "validation has no objects" in capsys.readouterr().err


# Going on.


def test_run_killed_in_the_middle_of_an_epoch_ends_like_another(
    finished, tiny_store, tmp_path, monkeypatch
):
    config = tiny_config(tiny_store.folder, tmp_path)
    with monkeypatch.context() as patch:
        kill_after(patch, 5)
        with pytest.raises(Killed):
            train.run(config)
    assert results(train.run(config)) == results(finished[0])


def test_run_killed_after_an_evaluation_ends_like_another(
    finished, killed, tiny_store, tmp_path
):
    assert newest_step(killed) == 6
    assert results(go_on(killed, tiny_store, tmp_path)) == results(finished[0])


def test_forgotten_momentum_would_be_noticed(
    finished, killed, tiny_store, tmp_path, monkeypatch
):
    restore = TrainingState.restore

    def restore_and_forget(self):
        step = restore(self)
        for variable in self.checkpoint.optimizer.variables:
            if "momentum" in variable.path:
                variable.assign(variable * 0)
        return step

    monkeypatch.setattr(TrainingState, "restore", restore_and_forget)
    resumed = go_on(killed, tiny_store, tmp_path)
    assert sha256(variables(resumed)) != sha256(variables(finished[0]))


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no /proc here")
def test_disk_that_fails_is_told_and_the_last_checkpoint_stays(
    killed, tiny_store, tmp_path, monkeypatch
):
    shutil.copytree(tiny_store.folder, tmp_path / "store")
    batches = TrainingData.batches

    def fail_before_batches(data, *arguments):
        (file,) = data.train_split.files
        file.unlink()
        file.symlink_to("/proc/self/mem")  # which cannot be read at its beginning
        return batches(data, *arguments)

    monkeypatch.setattr(TrainingData, "batches", fail_before_batches)
    message = r"train\.tfrecords: cannot be read \(Input/output error\)$"
    with pytest.raises(LuminetError, match=message):
        go_on(killed, open_store(tmp_path / "store"), tmp_path)
    assert newest_step(RunFolder(tmp_path / "run")) == newest_step(killed) == 6


def test_run_killed_between_its_last_two_files_still_has_its_last_checkpoint(
    finished, killed, tiny_store, tmp_path, monkeypatch
):
    save = TrainingState.save

    def save_and_end(self, step):
        save(self, step)
        if step == 12:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(TrainingState, "save", save_and_end)
        with pytest.raises(Killed):
            go_on(killed, tiny_store, tmp_path)
    config = tiny_config(tiny_store.folder, tmp_path)
    assert results(train.run(config)) == results(finished[0])


@pytest.mark.parametrize("step", [6, 12])
def test_evaluation_that_a_signal_prevented_is_made_up_for(
    step, finished, killed, tiny_store, tmp_path, monkeypatch
):
    add = train.Report.add

    def add_and_signal(self, now, *arguments):
        add(self, now, *arguments)
        if now == step:
            signal.raise_signal(signal.SIGTERM)

    config = tiny_config(tiny_store.folder, tmp_path)
    if step == 12:
        shutil.copytree(killed.path, tmp_path / "run")
    with monkeypatch.context() as patch:
        patch.setattr(train.Report, "add", add_and_signal)
        with pytest.raises(Interrupted, match=f"after step {step} of 12"):
            train.run(config)
    assert results(train.run(config)) == results(finished[0])


def test_run_that_is_done_stays_as_it_is(finished, tiny_store, capsys):
    folder, _ = finished
    before = results(folder)
    train.run(tiny_config(tiny_store.folder, folder.path.parent))
    assert "all 12 steps are done" in capsys.readouterr().err
    assert results(folder) == before


# The command, from outside.

LONG = ("train.steps=100", "train.checkpoint_every=10", "train.evaluate_every=40")


def start(config_file):
    """`lumi train` in a process of its own, once it has done a step."""
    command = [*LUMI, "train", "-c", str(config_file)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if line.startswith("step "):
            return process
    return pytest.fail("the command ended before a step was done")


def end(process, number):
    """Send a signal; the exit status, and what the command said."""
    process.send_signal(number)
    message = process.communicate()[1]
    return process.returncode, message


@pytest.fixture(scope="module")
def interrupted(tiny_store, tmp_path_factory):
    """A run that is stopped by two signals, killed five times, and then left alone."""
    job_dir = tmp_path_factory.mktemp("interrupted")
    file = job_dir / "config.yml"
    file.write_text(dump_config(tiny_config(tiny_store.folder, job_dir, *LONG)))
    stops = {n: end(start(file), n) for n in (signal.SIGTERM, signal.SIGINT)}
    rng = np.random.default_rng(0)
    for _ in range(5):
        process = start(file)
        time.sleep(rng.uniform(0.0, 0.5))
        end(process, signal.SIGKILL)
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        status = main(["train", "-c", str(file)])
    return RunFolder(job_dir / "run"), {**stops, "done": (status, said.getvalue())}


@pytest.mark.parametrize(
    "number, status", [(signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_a_signal_ends_the_command_after_a_step_with_its_own_status(
    number, status, interrupted
):
    returned, message = interrupted[1][number]
    assert returned == status
    assert message.splitlines()[-1].startswith("error: stopped after step ")


def test_a_run_that_was_killed_again_and_again_ends_like_another(
    interrupted, tiny_store, tmp_path
):
    undisturbed = train.run(tiny_config(tiny_store.folder, tmp_path, *LONG))
    assert results(interrupted[0]) == results(undisturbed)


def test_the_command_says_where_it_goes_on(interrupted):
    status, message = interrupted[1]["done"]
    assert status == 0
    first, second = message.splitlines()[:2]
    assert first == "training on the CPU"
    assert second.startswith("going on after step ")


def test_kills_leave_nothing_half_written(interrupted):
    folder, _ = interrupted
    assert not [*folder.path.rglob("*.partial-*"), *folder.path.rglob("*_temp")]


def test_the_command_succeeds_when_all_is_done(interrupted, capsys):
    folder, _ = interrupted
    assert main(["train", "-c", str(folder.path.parent / "config.yml")]) == 0
    assert "all 100 steps are done" in capsys.readouterr().err


# What cannot be.


def test_a_loss_that_is_not_finite_ends_the_run(tiny_store, tmp_path):
    config = tiny_config(
        tiny_store.folder,
        tmp_path,
        "train.learning_rate={base: 1e9, warmup_steps: 0}",
        "train={checkpoint_every: 1, optimizer: {clip_norm: null}}",
    )
    message = r"loss is not finite at step (\d+) \(.*rpn_class .*; pictures: 0-\d.png, "
    with pytest.raises(LuminetError, match=message) as caught:
        train.run(config)
    folder = RunFolder(tmp_path / "run")
    assert f"step {newest_step(folder) + 1} " in str(caught.value)
    assert all(np.isfinite(value).all() for value in variables(folder).values())


def test_weights_that_are_not_finite_are_not_saved(
    killed, tiny_store, tmp_path, monkeypatch
):
    def run_and_poison(self, batch):
        losses = run(self, batch)
        weight = self.model.trainable_variables[0]
        weight.assign(weight * np.nan)
        return losses

    run = TrainingStep._run
    monkeypatch.setattr(TrainingStep, "_run", run_and_poison)
    with pytest.raises(LuminetError, match="the weights are not finite at step 7"):
        go_on(killed, tiny_store, tmp_path, "train.checkpoint_every=1")
    assert newest_step(RunFolder(tmp_path / "run")) == 6


@pytest.mark.parametrize(
    "setting, message",
    [
        ("dataset.dir=null", r"dataset\.dir: must be a folder"),
        ("dataset.dir=/nowhere", "/nowhere: no such folder"),
        ("dataset.train_split=trian", "no split 'trian'.*train"),
        ("dataset.val_split=test", "no split 'test'"),
        ("dataset.shuffle_buffer=0", r"dataset: `shuffle_buffer` must be positive"),
        ("dataset.resize.min_size=2000", r"dataset\.resize: `min_size`"),
        ("model.num_classes=3", r"model\.num_classes: .* has 2 classes \(box, disc\)"),
        ("train.batch_size=0", "train: `batch_size` must be positive"),
        ("train.batch_size=two", r"train\.batch_size: must be an integer"),
        ("train.epochs=0", "train: `epochs` must be positive"),
        ("train.steps=0", "train: `steps` must be positive"),
        ("train.log_every=0", "train: `log_every` must be positive"),
        ("train.seed=-1", "train: `seed` must be in"),
        ("train.seed=4294967296", "train: `seed` must be in"),
        ("train.precision=half", r"train\.precision: must be one of float32, bfloat16"),
        ("train.draw_batches=-1", "train: `draw_batches` must not be negative"),
    ],
)
def test_wrong_settings_are_refused_before_training(
    setting, message, tiny_store, tmp_path
):
    config = tiny_config(tiny_store.folder, tmp_path, setting)
    with pytest.raises(InputError, match=message):
        train.run(config)
    assert not (tmp_path / "run").exists()


def test_batch_that_does_not_divide_among_the_devices_is_refused(tiny_store, tmp_path):
    class Strategy:
        num_replicas_in_sync = 3

    config = tiny_config(tiny_store.folder, tmp_path, "train.batch_size=4")
    with pytest.raises(InputError, match="train.batch_size: .* the 3 devices.*: 4"):
        train.Training(config, Strategy())


def test_another_model_is_refused_when_a_run_goes_on(tiny_store, tmp_path):
    train.run(tiny_config(tiny_store.folder, tmp_path, "train.steps=1"))
    wider = "model.rpn.head.channels=16"
    config = tiny_config(tiny_store.folder, tmp_path, "train.steps=2", wider)
    with pytest.raises(InputError, match=r"another model \(model.rpn.head.channels: 8"):
        train.run(config)


def test_another_list_of_classes_is_refused_when_a_run_goes_on(tiny_store, tmp_path):
    config = tiny_config(tiny_store.folder, tmp_path, "train.steps=1")
    folder = train.run(config)
    folder.classes.write_text('["other", "names"]')
    with pytest.raises(InputError, match="began with the classes other, names"):
        train.run(config)
