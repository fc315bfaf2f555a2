"""Checkpoints: what one is, and how a run is taken up again.

A checkpoint is a folder of `config.yml`, `classes.json`, `model.weights.h5` and
`metadata.json`. It rebuilds its model from these alone; nothing in it is executed, and
every file must have the checksum that the metadata names.

The state of a run in progress is more (the optimizer's, for one) and another thing: it
belongs to TensorFlow's checkpoint manager, which survives a kill at any moment.
"""

import importlib
import json
import re
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import keras
import numpy as np
import tensorflow as tf

import luminet
from luminet import atomic
from luminet.checkpoint_files import (
    CLASSES,
    CONFIG,
    FILES,
    FORMAT_VERSION,
    METADATA,
    WEIGHTS,
    check_files,
    find,
    read_class_names,
    read_metadata,
)
from luminet.config import MODELS, dump_config, load_config
from luminet.datasets.records.file import sha256
from luminet.errors import InputError, LuminetError

# What Keras and h5py raise on weights of another model, or that are none.
_UNFIT = (ValueError, OSError, LookupError, RuntimeError, TypeError, AttributeError)
_STATE = re.compile(r"state-(\d+)\.index")
# What TensorFlow raises on a damaged state, or one of another model.
_NOT_RESTORED = (tf.errors.OpError, AssertionError, ValueError, IndexError)


@dataclass(frozen=True)
class Checkpoint:
    """A model that can be used.

    Attributes:
        model: `DetectionModel` with its weights.
        config: the effective config it was made with.
        class_names: in the order of the class numbers.
        metadata: dict, see `save`.
    """

    model: keras.Model
    config: dict
    class_names: tuple[str, ...]
    metadata: dict


def build_model(config: dict) -> keras.Model:
    """Build the model that a config describes, with all its variables.

    Raises:
        InputError: a setting is wrong.
    """
    module, function = MODELS[config["model"]["type"]].split(":")
    model = getattr(importlib.import_module(module), function)(config["model"])
    size = 64  # Any picture will do: no variable depends on its size.
    model(
        {"image": np.zeros([1, size, size, 3]), "image_size": np.float32([[size] * 2])}
    )
    return model


def save(
    folder: Path,
    model,
    config: dict,
    class_names,
    step: int,
    metrics: dict,
    about: dict | None = None,
):
    """Write a checkpoint; one that is there stays until the new one is complete.

    Args:
        folder: of the checkpoint.
        model: whose weights it gets.
        config: from which the model can be built.
        class_names: in the order of their numbers.
        step: int, of the training.
        metrics: numbers of the last evaluation, for `metadata.json`.
        about: more for it, such as where weights come from.
    """
    with atomic.new_folder(folder, overwrite=True) as partial:
        (partial / CONFIG).write_text(dump_config(config), encoding="utf-8")
        classes = json.dumps(list(class_names), ensure_ascii=False, indent=1)
        (partial / CLASSES).write_text(classes, encoding="utf-8")
        model.save_weights(partial / WEIGHTS)
        metadata = {
            "format_version": FORMAT_VERSION,
            "id": uuid.uuid4().hex[:12],
            "name": f"{config['train']['run_name']}, step {step}",
            "step": step,
            "metrics": metrics,
            **(about or {}),
            "versions": {
                "luminet": luminet.__version__,
                "tensorflow": tf.__version__,
                "keras": keras.__version__,
            },
            "sha256": {name: sha256(partial / name) for name in FILES},
        }
        (partial / METADATA).write_text(
            json.dumps(metadata, indent=1), encoding="utf-8"
        )


def load(path: Path | str, overrides: Sequence[str] = ()) -> Checkpoint:
    """Rebuild a model from a checkpoint, or from the best one of a run.

    Args:
        path: the folder of a checkpoint or of a run, or the name of a published
            detector that was imported.
        overrides: settings to change, "key.path=value".

    Raises:
        InputError: there is none, it is damaged or too new, or an override is wrong.
    """
    folder = find(path)
    metadata = read_metadata(folder)
    check_files(folder, metadata["sha256"])
    config = load_config([folder / CONFIG], overrides)
    class_names = read_class_names(folder, config["model"]["num_classes"])
    model = build_model(without_initial_weights(config))
    _load_weights(model, folder)
    return Checkpoint(model, config, class_names, metadata)


def without_initial_weights(config: dict) -> dict:
    """The same config, for a model whose weights all come from a checkpoint."""
    base_network = {**config["model"]["base_network"], "weights": None}
    return {**config, "model": {**config["model"], "base_network": base_network}}


def _load_weights(model, folder):
    path = folder / WEIGHTS
    try:
        model.load_weights(path)
    except _UNFIT as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"{path}: does not fit {CONFIG}: {reason}") from error
    if not all(tf.reduce_all(tf.math.is_finite(w.value)) for w in model.weights):
        raise InputError(f"{path}: holds weights that are not finite")


class TrainingState:
    """Model, optimizer and best score of a run, on disk.

    Args:
        folder: where the state lies.
        keep: int, how many of the newest stay.
        **parts: what is saved, by name: models, optimizers, variables.
    """

    def __init__(self, folder: Path, keep: int = 2, **parts):
        self.folder = Path(folder)
        self.checkpoint = tf.train.Checkpoint(**parts)
        self.keep = keep

    def save(self, step: int) -> None:
        """Write the state after `step` steps."""
        # It would keep only states that it knows of; which ones stay is decided here.
        manager = tf.train.CheckpointManager(
            self.checkpoint, self.folder, max_to_keep=None, checkpoint_name="state"
        )
        manager.save(checkpoint_number=step)
        # TensorFlow itself flushes nothing to the disk.
        for written in [*self.folder.iterdir(), self.folder]:
            atomic.sync(written)
        for old in self._steps()[self.keep :]:
            self._delete(old)

    def restore(self) -> int | None:
        """Take up the newest state that can be read; returns its step, or None.

        Raises:
            LuminetError: there are states, and none of them can be read.
        """
        self._sweep()
        failures = {}
        for step in self._steps():
            try:
                self.checkpoint.restore(self._path(step)).assert_consumed()
            except _NOT_RESTORED as error:
                failures[step] = str(error).strip().splitlines()[0]
                continue
            for damaged, reason in failures.items():
                click.echo(
                    f"warning: {self._path(damaged)}: {reason}; taking up the state of "
                    f"step {step}",
                    err=True,
                )
                self._delete(damaged)
            return step
        if failures:
            step, reason = next(iter(failures.items()))
            raise LuminetError(
                f"{self.folder}: no state of this run can be taken up (step {step}: "
                f"{reason}); the config may have changed: train into another folder "
                "with train.run_name"
            )
        return None

    def _path(self, step):
        return str(self.folder / f"state-{step}")

    def _steps(self):
        """The steps of the states in the folder, newest first."""
        # TensorFlow's own list of them is not believed: a damaged one hides good ones.
        found = [_STATE.fullmatch(path.name) for path in self.folder.glob("*.index")]
        return sorted((int(match[1]) for match in found if match), reverse=True)

    def _delete(self, step):
        # Its index first: without one, a half-deleted state is not taken for a whole.
        Path(f"{self._path(step)}.index").unlink()
        for file in self.folder.glob(f"state-{step}.data-*"):
            file.unlink()

    def _sweep(self):
        """Take away what a kill left half-written, and TensorFlow's list."""
        for leftover in self.folder.glob("*_temp"):
            shutil.rmtree(leftover, ignore_errors=True)
        steps = self._steps()
        for file in self.folder.glob("state-*.data-*"):
            if file.name.split(".")[0] not in {f"state-{step}" for step in steps}:
                file.unlink()
        (self.folder / "checkpoint").unlink(missing_ok=True)
