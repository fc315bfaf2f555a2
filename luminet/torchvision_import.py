"""Make a checkpoint of a detector that was trained with torchvision."""

from collections.abc import Sequence
from pathlib import Path

import click

from luminet import checkpoints, safetensors_file, torch_file
from luminet.coco_classes import COCO_CLASSES
from luminet.config import load_config
from luminet.datasets.records.file import sha256
from luminet.errors import InputError
from luminet.models import torchvision_weights
from luminet.published import LICENSE, SOURCES, checkpoint_folder

HERE = Path(__file__).parent
_USUAL_EPSILON = 1e-5
# The background's, and one for each number up to the last class; ten are of none.
_COCO_LOGITS = max(COCO_CLASSES) + 1


def import_checkpoint(
    name: str,
    file: Path,
    folder: Path | None = None,
    epsilon: float | None = None,
    class_names: Sequence[str] | None = None,
) -> Path:
    """Write a checkpoint with the weights of a file of PyTorch's.

    Args:
        name: one of `published.SOURCES`.
        file: the state dict of the detector.
        folder: where the checkpoint will be; by default in the cache folder if these
            are the published weights as they are, otherwise in one of this name.
        epsilon: what batch normalisation adds to variances; None takes that of the
            published file if it is this one, and otherwise PyTorch's usual one.
        class_names: in torchvision's order, without the background, which comes first
            there; None for COCO's.

    Returns:
        The folder.

    Raises:
        InputError: the file is none of this detector, or the folder is there already
            (in the cache it is replaced).
    """
    source = SOURCES[name]
    state = _read_state(file)
    is_published = source.is_published(sha256(file))
    is_unchanged = is_published and epsilon is class_names is None
    cached = checkpoint_folder(name) if folder is None and is_unchanged else None
    folder = cached or folder or Path(name)
    if folder.exists() and not cached:
        raise InputError(f"{folder}: already exists; choose another folder")
    _check_classes(file, state, class_names)
    is_epsilon_guessed = epsilon is None and not is_published
    if epsilon is None:
        epsilon = source.epsilon if is_published else _USUAL_EPSILON
    settings = [f"train.run_name={name}"]
    labels, names = [*COCO_CLASSES], [*COCO_CLASSES.values()]
    if class_names is not None:
        labels, names = [*range(1, len(class_names) + 1)], [*class_names]
        settings += [f"model.num_classes={len(names)}", "model.rcnn.head.num_unused=0"]
    config = load_config([HERE / "models" / source.config], settings)
    model = checkpoints.build_model(config)
    try:
        torchvision_weights.assign(model, state, labels, epsilon)
    except ValueError as error:
        raise InputError(f"{file}: not the weights of {name}: {error}") from error
    if is_epsilon_guessed and epsilon != source.epsilon:
        _tell_epsilon(source.epsilon)
    about = {"source": file.name}
    if is_published:
        about = {"source": source.url, "license": LICENSE}
    checkpoints.save(folder, model, config, names, 0, metrics={}, about=about)
    return folder


def _check_classes(file, state, class_names):
    """Before a model is built: the background and as many classes as have names."""
    count = torchvision_weights.count_logits(state)
    wanted = _COCO_LOGITS if class_names is None else len(class_names) + 1
    if count in (None, wanted):
        return
    found = f"{file}: has the background and {count - 1} classes"
    if class_names is None:
        raise InputError(f"{found}, not COCO's; --classes takes a file of their names")
    raise InputError(f"{found}; --classes names {len(class_names)}")


def _tell_epsilon(published):
    click.echo(
        f"batch normalisation: taking an epsilon of {_USUAL_EPSILON:g}, for this is "
        "not the published file. There, and in what was trained on from it, it is "
        f"{published:g}: --batch-norm-epsilon {published:g}",
        err=True,
    )


def _read_state(file):
    is_safetensors = file.suffix == ".safetensors"
    return (safetensors_file if is_safetensors else torch_file).read_state(file)
