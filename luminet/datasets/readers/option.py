"""Options of readers, which are given as text on the command line."""

import os
from pathlib import Path

from luminet.datasets.findings import InvalidDataset
from luminet.errors import InputError

_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def parse_flag(name: str, value: str | bool) -> bool:
    """Whether an option is switched on.

    Raises:
        InputError: it is neither true nor false.
    """
    flag = _FLAGS.get(str(value).lower())
    if flag is None:
        raise InputError(f"the option {name} must be true or false, not '{value}'")
    return flag


def named_file(data_dir: Path, option: str, written: str) -> Path:
    """The file that an option names, relative to the folder of the data set.

    Raises:
        InvalidDataset: it is not there; the message has the whole path.
    """
    path = data_dir / written
    if not os.path.lexists(path):
        raise _missing(path, option, "file", "file-missing")
    return path


def named_folder(data_dir: Path, option: str, written: str) -> Path:
    """The folder that an option names, likewise."""
    path = data_dir / written
    if not os.path.isdir(path):
        raise _missing(path, option, "folder", "folder-missing")
    return path


def _missing(path: Path, option: str, kind: str, code: str) -> InvalidDataset:
    message = (
        f"no such {kind}; the option {option} names it, relative to the folder of the "
        "data set"
    )
    return InvalidDataset.of(code, os.path.abspath(path), "", message)
