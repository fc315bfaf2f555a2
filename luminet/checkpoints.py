"""Checkpoints: what one is, and how a run is taken up again.

A checkpoint is a folder of `config.yml`, `classes.json`, `model.weights.h5` and
`metadata.json`. It rebuilds its model from these alone; nothing in it is executed, and
every file must have the checksum that the metadata names.

The state of a run in progress is more (the optimizer's, for one) and another thing: it
belongs to TensorFlow's checkpoint manager, which survives a kill at any moment.
"""

import hashlib
import importlib
import json
import os
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

import luminet
from luminet import atomic
from luminet.config import MODELS, dump_config, load_config
from luminet.errors import InputError, LuminetError

FORMAT_VERSION = 1
CONFIG, CLASSES, METADATA = "config.yml", "classes.json", "metadata.json"
WEIGHTS = "model.weights.h5"
_FILES = (CONFIG, CLASSES, WEIGHTS)


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


def save(folder: Path, model, config: dict, class_names, step: int, metrics: dict):
    """Write a checkpoint; one that is there stays until the new one is complete."""
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
            "versions": {
                "luminet": luminet.__version__,
                "tensorflow": tf.__version__,
                "keras": keras.__version__,
            },
            "sha256": {name: _sha256(partial / name) for name in _FILES},
        }
        (partial / METADATA).write_text(
            json.dumps(metadata, indent=1), encoding="utf-8"
        )


def load(path: Path | str, overrides: Sequence[str] = ()) -> Checkpoint:
    """Rebuild a model from a checkpoint, or from the best one of a run.

    Args:
        path: the folder of a checkpoint or of a run.
        overrides: settings to change, "key.path=value".

    Raises:
        InputError: there is none, it is damaged or too new, or an override is wrong.
    """
    folder = find(Path(path))
    metadata = _read_metadata(folder)
    for name in _FILES:
        if _sha256(folder / name) != metadata["sha256"].get(name):
            raise InputError(
                f"{folder / name}: damaged, its checksum is not the one in {METADATA}; "
                "use another checkpoint"
            )
    class_names = tuple(json.loads((folder / CLASSES).read_text(encoding="utf-8")))
    config = load_config([folder / CONFIG], overrides)
    built = {**config, "model": {**config["model"]}}
    # Its own weights come next; the file it once started from is not needed.
    built["model"]["base_network"] = {
        **config["model"]["base_network"],
        "weights": None,
    }
    model = build_model(built)
    try:
        model.load_weights(folder / WEIGHTS)
    except (ValueError, OSError, KeyError) as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(
            f"{folder / WEIGHTS}: does not fit {CONFIG}: {reason}"
        ) from error
    return Checkpoint(model, config, class_names, metadata)


def find(path: Path) -> Path:
    """The folder of a checkpoint: `path` itself, or the best or last one of a run.

    Raises:
        InputError: there is none.
    """
    candidates = [path, path / "checkpoints" / "best", path / "checkpoints" / "last"]
    for candidate in candidates:
        if (candidate / METADATA).is_file():
            return candidate
    raise InputError(
        f"{path}: no checkpoint there (a folder with {METADATA}), nor a run that has "
        "one; `lumi train` makes them"
    )


def _read_metadata(folder):
    try:
        metadata = json.loads((folder / METADATA).read_text(encoding="utf-8"))
        version = metadata["format_version"]
        if not isinstance(metadata["sha256"], dict):
            raise TypeError("sha256 is no mapping")
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder / METADATA}: damaged: {error}") from error
    if version > FORMAT_VERSION:
        made_by = metadata.get("versions", {}).get("luminet")
        raise InputError(
            f"{folder}: made by a newer luminet ({made_by}): upgrade luminet"
        )
    return metadata


def _sha256(path):
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


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
        self._manager().save(checkpoint_number=step)
        for file in self.folder.iterdir():
            with open(file, "rb") as opened:
                # TensorFlow itself flushes nothing to the disk.
                os.fsync(opened.fileno())
        atomic.sync_folder(self.folder)

    def restore(self) -> int | None:
        """Take up the newest state that can be read; returns its step, or None.

        Raises:
            LuminetError: there are states, and none of them can be read.
        """
        self._sweep()
        # The manager's own list is not believed: a damaged one hides good states.
        names = [p.with_suffix("") for p in self.folder.glob("state-*.index")]
        failures = []
        for path in sorted(names, key=_step_of, reverse=True):
            try:
                status = self.checkpoint.restore(str(path))
                status.assert_consumed()
                self._forget_after(path, names)
                return _step_of(path)
            except (tf.errors.OpError, AssertionError, ValueError, IndexError) as error:
                failures.append(f"{path}: {str(error).strip().splitlines()[0]}")
        if failures:
            raise LuminetError(
                f"{self.folder}: no state of this run can be taken up ({failures[0]}); "
                "the config may have changed: train into another folder with "
                "train.run_name"
            )
        return None

    def _manager(self):
        return tf.train.CheckpointManager(
            self.checkpoint, self.folder, max_to_keep=self.keep, checkpoint_name="state"
        )

    def _sweep(self):
        """Take away what a kill left half-written."""
        for leftover in self.folder.glob("*_temp"):
            shutil.rmtree(leftover, ignore_errors=True)

    def _forget_after(self, path, names):
        """Delete damaged states newer than the one that is taken up."""
        for name in names:
            if _step_of(name) > _step_of(path):
                for file in self.folder.glob(f"{name.name}.*"):
                    file.unlink()


def _step_of(path):
    return int(path.name.rsplit("-", 1)[1])


def _flush(opened):
    import os

    os.fsync(opened.fileno())
