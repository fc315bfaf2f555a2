"""Readers: one file for each notation of annotated pictures.

A reader is a class that knows one split of a data set:

    __init__(data_dir: Path, split: str)
        Finds the split and lists its pictures. Raises `InputError` where there is no
        such data set or split, and names what is missing and what there is.
    class_names: tuple[str, ...]
        The classes of the data set, in the order of their numbers.
    findings: tuple[Finding, ...]
        What is wrong with the list of pictures itself, like a name that is there twice.
    keys() -> list[str]
        What `read` takes: unique names of the pictures, always in the same order.
    read(key: str, class_names: Sequence[str]) -> tuple[Example, list[Finding]]
        Reads one picture, in any order and in any process. `class_names` says which
        number a class has: those of the reader, or of several splits together. The
        findings are warnings. Raises `InvalidExample` with everything that is wrong
        with this picture, not only the first fault; never anything else for a fault
        of the input.
"""

import importlib
from pathlib import Path

from luminet.errors import InputError
from luminet.spelling import did_you_mean

# Imported when asked for: the libraries that one notation needs load with it alone.
READERS = {"pascal": "luminet.datasets.readers.pascal:PascalReader"}


def make_reader(type: str, data_dir: Path | str, split: str):
    """Make the reader of one split.

    Args:
        type: a name in `READERS`.
        data_dir: the folder of the data set.
        split: like "train".

    Raises:
        InputError: there is no such reader, data set or split.
    """
    if type not in READERS:
        allowed = ", ".join(READERS)
        hint = did_you_mean(type, READERS)
        raise InputError(f"no reader for the type '{type}', only {allowed}{hint}")
    module, name = READERS[type].split(":")
    try:
        return getattr(importlib.import_module(module), name)(Path(data_dir), split)
    except OSError as error:
        path = error.filename or data_dir
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
