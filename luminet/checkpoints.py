"""Checkpoints: a model on disk, on any backend of Keras.

A checkpoint is a folder of `config.yml`, `classes.json`, `model.weights.h5` and
`metadata.json`. It rebuilds its model from these alone; nothing in it is executed, and
every file must have the checksum that the metadata names.
"""

import importlib
import json
import uuid
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from keras import ops

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
from luminet.config import MODELS, changes, check, dump_config, load_config
from luminet.datasets.records.file import sha256
from luminet.errors import InputError
from luminet.precision import Precision, computing_in

# What Keras and h5py raise on weights of another model, or that are none; a warning of
# Keras' says that it left some as they were.
_UNFIT = (
    ValueError,
    OSError,
    LookupError,
    RuntimeError,
    TypeError,
    AttributeError,
    UserWarning,
)


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

    Its layers compute in `train.precision`, in training as later in use.

    Raises:
        InputError: a setting is wrong.
    """
    module, function = MODELS[config["model"]["type"]].split(":")
    build = getattr(importlib.import_module(module), function)
    precision = check(config["train"]["precision"], Precision, "train.precision")
    # Variables depend on no picture: shapes alone make them, without the memory that
    # a first prediction would take.
    shapes = {"image": [1, 64, 64, 3], "image_size": [1, 2]}
    with computing_in(precision):
        model = build(config["model"])
        model({name: keras.KerasTensor(shape) for name, shape in shapes.items()})
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
            # A letter first: digits alone would be a number in a config.
            "id": f"c{uuid.uuid4().hex[:11]}",
            "name": f"{config['train']['run_name']}, step {step}",
            "step": step,
            "metrics": metrics,
            **(about or {}),
            "versions": {
                "luminet": luminet.__version__,
                "keras": keras.__version__,
                **_backend_version(),
            },
            "sha256": {name: sha256(partial / name) for name in FILES},
        }
        (partial / METADATA).write_text(
            json.dumps(metadata, indent=1), encoding="utf-8"
        )


def _backend_version():
    name = keras.backend.backend()
    return {name: importlib.import_module(name).__version__}


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
    try:
        _load_weights(model, folder)
    except InputError as error:
        _refuse_another_model(folder, model, config, error)
        raise
    return Checkpoint(model, config, class_names, metadata)


def without_initial_weights(config: dict) -> dict:
    """The same config, for a model whose weights all come from a checkpoint."""
    base_network = {**config["model"]["base_network"], "weights": None}
    return {**config, "model": {**config["model"], "base_network": base_network}}


def first_difference(model, other, ignored=frozenset()) -> str | None:
    """The first array that two models do not both have in one shape, in words.

    Args:
        model: built.
        other: built, too; of the two it is the one that is "there".
        ignored: paths of variables whose shapes may differ.
    """
    ours, theirs = (
        [(variable.path, tuple(variable.shape)) for variable in m.weights]
        for m in (model, other)
    )
    for our, their in zip(ours, theirs, strict=False):
        if our[0] != their[0] or (our[1] != their[1] and our[0] not in ignored):
            return f"{our[0]} {our[1]}, which is {their[0]} {their[1]} there"
    if len(ours) != len(theirs):
        return (ours + theirs)[min(len(ours), len(theirs))][0]
    return None


def _refuse_another_model(folder, model, config, error):
    """Where weights do not fit, settings that were changed are the reason."""
    stored = load_config([folder / CONFIG])
    different = changes(stored["model"], config["model"], "model")
    if not different:
        return
    found = first_difference(model, build_model(without_initial_weights(stored)))
    if found:
        raise InputError(
            f"{folder / WEIGHTS}: does not fit {', '.join(different[:5])}: first at "
            f"{found}"
        ) from error


def _load_weights(model, folder):
    path = folder / WEIGHTS
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", "Skipping nested container", UserWarning)
            model.load_weights(path)
    except _UNFIT as error:
        # Keras goes on for pages, and its first line ends in the middle.
        reason = " ".join(str(error).partition("List of objects")[0].split())
        raise InputError(f"{path}: does not fit {CONFIG}: {reason}") from error
    if not all(np.isfinite(ops.convert_to_numpy(w)).all() for w in model.weights):
        raise InputError(f"{path}: holds weights that are not finite")
