"""The config of a training: where it begins with a detector, on top of that one's."""

import copy
from collections.abc import Callable, Sequence
from pathlib import Path

from luminet import checkpoint_files
from luminet.config import Config, SettingError, changes, load_config
from luminet.errors import InputError
from luminet.run_folder import RunFolder

_SETTING = "train.from_checkpoint"
# What a training has of its data set, or does not need: not taken over.
_OWN = ("num_classes", "base_network.weights", "rcnn.head.num_unused")
_NUM_SHOWN = 5


def load_training_config(
    files: Sequence[Path],
    overrides: Sequence[str] = (),
    choose: Callable[[Path], Path] = Path,
) -> tuple[Config, list[str]]:
    """`load_config`, with what `train.from_checkpoint` names below one's own settings.

    The sections `model`, but for what depends on the classes, and `dataset.resize` are
    the detector's, unless a file or an override says otherwise.

    Args:
        files: see `load_config`.
        overrides: likewise.
        choose: is asked for the checkpoint first, and may fetch it.

    Returns:
        The effective config, and lines that say what was taken over.

    Raises:
        InputError: see `load_config`; or there is no such checkpoint.
    """
    config = load_config(files, overrides)
    path = config["train"]["from_checkpoint"]
    if path is None:
        return config, []
    name, theirs = _read(path, config, choose)
    base = {
        "model": _without_own(theirs["model"]),
        "dataset": {"resize": theirs["dataset"]["resize"]},
    }
    config = load_config(files, overrides, base=base)
    return config, _tell(name, path, load_config(base=base), config)


def _read(path, config, choose):
    """The name and config of a checkpoint.

    A run that goes on needs it no more, and has its own config should it be gone.
    """
    train = config["train"]
    own = RunFolder(Path(str(train["job_dir"])) / str(train["run_name"])).config
    is_begun = own.is_file()
    try:
        folder = checkpoint_files.find(path if is_begun else choose(Path(path)))
        name = checkpoint_files.read_metadata(folder).get("name")
        return name, load_config([folder / checkpoint_files.CONFIG])
    except InputError as error:
        if is_begun:
            return "this run, as it began", load_config([own])
        told = SettingError(_SETTING, f"{_SETTING}: {error}")
        raise config.locate(told) from error


def _without_own(model):
    model = copy.deepcopy(model)
    for path in _OWN:
        *parents, key = path.split(".")
        section = model
        for parent in parents:
            section = section[parent]
        del section[key]
    return model


def _tell(name, path, before, after):
    different = [
        *changes(before["model"], after["model"], "model"),
        *changes(*(c["dataset"]["resize"] for c in (before, after)), "dataset.resize"),
    ]
    lines = [f"settings taken over from {name} ({path}): model, dataset.resize"]
    if different:
        more = len(different) - _NUM_SHOWN
        shown = ", ".join(different[:_NUM_SHOWN])
        lines += [f"  but yours: {shown}{f' and {more} more' if more > 0 else ''}"]
    return lines
