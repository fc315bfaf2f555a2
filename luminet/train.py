"""Train a model: data, model, optimizer, steps, and what is written on the way."""

import contextlib
import json
import time
from pathlib import Path

import click
import keras
import numpy as np
import tensorflow as tf

from luminet import checkpoints, fine_tuning, pictures, proposals
from luminet.config import SettingError, changes, construct, load_config
from luminet.errors import InputError, LuminetError
from luminet.evaluate import evaluate
from luminet.interrupt import Interrupt, Interrupted
from luminet.optimizers import LearningRate, Optimizer
from luminet.predict import make_detect
from luminet.report import Report
from luminet.run_folder import RunFolder
from luminet.train_data import TrainingData
from luminet.train_settings import Settings
from luminet.training_state import TrainingState
from luminet.training_step import TrainingStep


def run(config: dict, strategy=None) -> RunFolder:
    """Train as a config says; go on where an earlier run in the same folder stopped.

    Args:
        config: the effective config, see `training_config.load_training_config`.
        strategy: `tf.distribute.Strategy`; by default all GPUs of this machine, or the
            CPU.

    Returns:
        The folder with all that the run made.

    Raises:
        InputError: a setting or the data set is wrong.
        LuminetError: the loss is not finite, or the folder cannot be used.
        Interrupted: a signal came; the state is saved.
    """
    return Training(config, strategy or _default_strategy()).run()


def _default_strategy():
    gpus = tf.config.list_logical_devices("GPU")
    return (
        tf.distribute.MirroredStrategy()
        if len(gpus) > 1
        else tf.distribute.get_strategy()
    )


class Training:
    """One run: everything is built here, and `run` is the loop.

    Args:
        config: the effective config.
        strategy: `tf.distribute.Strategy`.
    """

    def __init__(self, config: dict, strategy):
        self.settings = _part(Settings, config, "train", ("optimizer", "learning_rate"))
        self.strategy = strategy
        self.folder = RunFolder(Path(self.settings.job_dir) / self.settings.run_name)
        self.data = TrainingData(
            config["dataset"], self.settings.batch_size, self.settings.seed
        )
        self.store, self.val_split = self.data.store, self.data.val_split
        self.class_names = proposals.class_names_of(
            config["model"], self.store.class_names
        )
        self.config = _with_classes(config, self.class_names, self.store)
        self.total_steps = self.settings.total_steps(self.data.train_split.num_examples)
        replicas = strategy.num_replicas_in_sync
        if self.settings.batch_size % replicas:
            raise SettingError(
                "train.batch_size",
                f"train.batch_size: must be a multiple of the {replicas} devices. "
                f"Received: {self.settings.batch_size}",
            )

    def run(self) -> RunFolder:
        """Train until the last step, or until a signal comes."""
        keras.utils.set_random_seed(self.settings.seed)
        # On a GPU, TensorFlow would refuse the gradient of crop-and-resize.
        if self.settings.deterministic and not tf.config.list_logical_devices("GPU"):
            tf.config.experimental.enable_op_determinism()
        with self.folder.lock(), self.strategy.scope(), self.data.reading():
            self.data.prepare()
            self._build()
            first_step = self._restore()
            self._announce(first_step)
            self.report = self._make_report(first_step)
            with contextlib.closing(self.report), Interrupt() as interrupt:
                self._steps(first_step, interrupt)
        return self.folder

    def _build(self):
        train = self.config["train"]
        learning_rate = _part(
            LearningRate,
            train,
            "learning_rate",
            path="train",
            total_steps=self.total_steps,
        )
        config = self.config
        if self.settings.from_checkpoint is not None:
            config = checkpoints.without_initial_weights(config)
        self.model = checkpoints.build_model(config)
        if self.strategy.num_replicas_in_sync > 1:
            _synchronize_batch_norm(self.model)
        self.optimizer = _part(
            Optimizer,
            train,
            "optimizer",
            path="train",
            learning_rate=learning_rate,
            use_loss_scale=self.settings.precision == "float16",
        )
        self.optimizer.keras.build(self.model.trainable_variables)
        self.best = tf.Variable(-1.0, trainable=False)
        self.state = TrainingState(
            self.folder.state,
            model=self.model,
            optimizer=self.optimizer.keras,
            best=self.best,
        )
        self.detect = make_detect(self.model)

    def _restore(self):
        """Take up the run, or begin it; returns the step it is at."""
        try:
            first_step = self.state.restore()
        except LuminetError as error:
            self._refuse_another_model(error)
            raise
        if first_step is None and self.settings.from_checkpoint is not None:
            names = self.store.class_names
            path = self.settings.from_checkpoint
            for line in fine_tuning.begin_with(path, self.model, self.config, names):
                click.echo(line, err=True)
        return first_step or 0

    def _announce(self, first_step):
        if first_step:
            self._compare_with_before()
        gpus = len(tf.config.list_logical_devices("GPU"))
        click.echo(f"training on {f'{gpus} GPU(s)' if gpus else 'the CPU'}", err=True)
        self.folder.describe(self.config, self.class_names)
        if first_step >= self.total_steps:
            click.echo(f"{self.folder.path}: all {first_step} steps are done", err=True)
        elif first_step:
            click.echo(f"going on after step {first_step}", err=True)
        else:
            batches = self.data.batches(0).take(self.settings.draw_batches)
            pictures.draw_batches(batches, self.store.class_names, self.folder.pictures)
            if self.settings.from_checkpoint is None:
                _warn_of_random_weights(self.config["model"]["base_network"])

    def _refuse_another_model(self, error):
        """Where a state does not fit, other settings of the model are the reason."""
        if not self.folder.config.is_file():
            return
        before = load_config([self.folder.config])["model"]
        if different := changes(before, self.config["model"], "model"):
            raise InputError(
                f"{self.folder.path}: the run began with another model "
                f"({', '.join(different[:5])}); train into another folder with "
                "train.run_name"
            ) from error

    def _compare_with_before(self):
        """Refuse other classes than the run began with; name other settings."""
        names = list(self.class_names)
        if self.folder.classes.is_file():
            before = json.loads(self.folder.classes.read_text(encoding="utf-8"))
            if before != names:
                raise InputError(
                    f"{self.folder.path}: the run began with the classes "
                    f"{', '.join(before)}, and the data set has {', '.join(names)}; "
                    "train into another folder with train.run_name"
                )
        if self.folder.config.is_file():
            for change in changes(load_config([self.folder.config]), self.config):
                click.echo(f"warning: changed since the run began: {change}", err=True)

    def _make_report(self, first_step):
        return Report(
            self.folder,
            self.model.loss_names,
            first_step,
            self.total_steps,
            self.settings.batch_size,
            self.data.train_split.num_examples / self.settings.batch_size,
            self.settings.log_every,
        )

    def _steps(self, first_step, interrupt):
        # A signal may have come when an evaluation was due.
        if self._is_evaluation_due(first_step) and not self.report.is_evaluated(
            first_step
        ):
            self._evaluate(first_step)
            self._save_state(first_step)
            self.report.pause(first_step)
        batches = self.data.batches(first_step).map(_without_names)
        if self.strategy.num_replicas_in_sync > 1:
            batches = self.strategy.experimental_distribute_dataset(batches)
        step_function = TrainingStep(
            self.model, self.optimizer, self.settings.batch_size, batches.element_spec
        )
        iterator = iter(batches)
        for step in range(first_step + 1, self.total_steps + 1):
            started = time.monotonic()
            batch = next(iterator)
            waited = time.monotonic() - started
            learning_rate = float(self.optimizer.keras.learning_rate)
            losses = {k: float(v) for k, v in step_function.run(batch).items()}
            self._check(step, losses)
            self.report.add(step, losses, learning_rate, waited)
            self._after(step, losses, interrupt.number)

    def _after(self, step, losses, signal_number):
        """What is due between two steps: evaluation, checkpoint, an end by signal."""
        stop, is_last = signal_number is not None, step == self.total_steps
        is_due = self._is_evaluation_due(step)
        is_checkpoint = step % self.settings.checkpoint_every == 0
        if stop or is_last or is_due or is_checkpoint:
            self._check(step, losses, with_weights=True)
            self.report.flush(step)
            if is_due and not stop:
                self._evaluate(step)
            self._save_state(step)
            self.report.pause(step)
        if stop and (is_due or not is_last):
            raise Interrupted(
                signal_number,
                f"stopped after step {step} of {self.total_steps}; the same command "
                "goes on from there",
            )

    def _is_evaluation_due(self, step):
        every = self.settings.evaluate_every
        is_due = step == self.total_steps or (every > 0 and step % every == 0)
        return self.val_split is not None and step > 0 and is_due

    def _evaluate(self, step):
        names = self.class_names
        evaluation = evaluate(
            self.model, self.val_split, self.data.resize, names, self.detect
        )
        self.report.add_metrics(step, evaluation.numbers)
        pictures.draw_evaluation(
            evaluation, self.val_split, names, self.folder.pictures / "validation.png"
        )
        score = evaluation.numbers["AP"] or 0.0
        if score > self.best.numpy():
            self.best.assign(score)
            self._save(self.folder.best, step, evaluation.numbers)

    def _save_state(self, step):
        # In this order: a run whose state says that it is done has its last checkpoint.
        self._save(self.folder.last, step, {})
        self.state.save(step)

    def _save(self, folder, step, numbers):
        checkpoints.save(
            folder, self.model, self.config, self.class_names, step, numbers
        )

    def _check(self, step, losses, with_weights=False):
        subject = self._find_infinite(losses, with_weights)
        if subject is None:
            return
        batch = next(iter(self.data.batches(step - 1)))
        images = ", ".join(name.decode() for name in batch["filename"].numpy())
        values = ", ".join(f"{name} {value:g}" for name, value in losses.items())
        raise LuminetError(
            f"{subject} not finite at step {step} ({values}; pictures: {images}); "
            "no checkpoint was written after it. A lower train.learning_rate.base, "
            "a longer warmup_steps or, in float16, train.precision: bfloat16 may help"
        )

    def _find_infinite(self, losses, with_weights):
        """What is not finite, for a message, or None."""
        if not np.isfinite(losses["loss"]):
            return "the loss is"
        # It was halved at each step whose gradients were not finite.
        if float(self.optimizer.loss_scale) < 1.0:
            return "the gradients are"
        weights = self.model.weights if with_weights else []
        finite = [tf.reduce_all(tf.math.is_finite(w.value)) for w in weights]
        return None if all(finite) else "the weights are"


def _part(cls, config, key, skip=(), path="", **parts):
    section = {k: v for k, v in config[key].items() if k not in skip}
    return construct(cls, section, f"{path}.{key}".lstrip("."), **parts)


def _with_classes(config, class_names, store):
    """The config, its number of classes filled in from the data set, or checked."""
    count, given = len(class_names), config["model"]["num_classes"]
    if given not in (None, count):
        begun = config["train"]["from_checkpoint"] is not None
        hint = ", and a checkpoint's config.yml too: from_checkpoint alone brings it"
        raise SettingError(
            "model.num_classes",
            f"model.num_classes: the data set {store.folder} has {count} classes "
            f"({', '.join(class_names)}). Received: {given}. Leave it out"
            f"{hint if begun else ''}",
        )
    return {**config, "model": {**config["model"], "num_classes": count}}


def _warn_of_random_weights(base_network):
    if base_network["weights"] is None and base_network["trainable_from"] != "start":
        click.echo(
            "warning: the base network has random weights, and its first layers stay "
            "as they are. Set model.base_network.weights to imagenet (downloads them) "
            "or to a file; or trainable_from: start and train_batch_norm: true",
            err=True,
        )


def _synchronize_batch_norm(model):
    """Over all replicas: each alone has too few images for statistics."""
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.synchronized = True


def _without_names(batch):
    """The batch without its strings: no accelerator takes them."""
    return {k: v for k, v in batch.items() if k not in ("image_id", "filename")}
