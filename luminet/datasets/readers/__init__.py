"""Readers: one file for each notation of annotated pictures; `Reader` is the contract.

A reader of your own is a class named as "package.module:Class", or by an entry point
in the group `luminet.readers`.
"""

import functools
import importlib
import importlib.metadata
import inspect
from collections.abc import Mapping
from pathlib import Path

from luminet.datasets.findings import InvalidDataset
from luminet.errors import InputError
from luminet.spelling import did_you_mean

AUTO = "auto"
ENTRY_POINTS = "luminet.readers"
_HERE = "luminet.datasets.readers"
# Imported when asked for: the libraries that one notation needs load with it alone.
# `--type auto` asks them in this order.
READERS = {
    "tfrecord": f"{_HERE}.tfrecord.reader:TFRecordReader",
    "coco": f"{_HERE}.coco.reader:COCOReader",
    "openimages": f"{_HERE}.openimages.reader:OpenImagesReader",
    "imagenet": f"{_HERE}.imagenet.reader:ImageNetReader",
    "pascal": f"{_HERE}.pascal.reader:PascalReader",
    "cvat": f"{_HERE}.cvat.reader:CVATReader",
    "yolo": f"{_HERE}.yolo.reader:YOLOReader",
    "labelme": f"{_HERE}.labelme.reader:LabelMeReader",
    "taggerine": f"{_HERE}.taggerine:TaggerineReader",
    "flat": f"{_HERE}.flat:FlatReader",
    "csv": f"{_HERE}.csv.reader:CSVReader",
}


def reader_class(type: str) -> type:
    """Find a reader.

    Args:
        type: a name in `READERS`, of an entry point, or "package.module:Class".

    Raises:
        InputError: there is no such reader.
    """
    plugins = {entry.name: entry.value for entry in _entry_points()}
    known = READERS | plugins
    if type not in known and ":" not in type:
        allowed = ", ".join([AUTO, *known])
        hint = did_you_mean(type, known)
        raise InputError(f"no reader for the type '{type}', only {allowed}{hint}")
    module, _, name = known.get(type, type).partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise InputError(f"the reader '{type}' cannot be loaded: {error}") from error


@functools.cache
def _entry_points():
    return importlib.metadata.entry_points(group=ENTRY_POINTS)


def recognise(data_dir: Path) -> tuple[str, str]:
    """Find out how a folder is annotated.

    Returns:
        The type, and by what it was recognised; what else it could be is said, too.

    Raises:
        InputError: nothing fits.
    """
    if not data_dir.is_dir():
        raise InputError(f"{data_dir}: no such folder")
    names = [*READERS, *(entry.name for entry in _entry_points())]
    found = {name: reader_class(name).recognise(data_dir) for name in names}
    found = {name: reason for name, reason in found.items() if reason}
    if not found:
        raise InputError(
            f"{data_dir}: not recognised as any of {', '.join(names)}; if it is one of "
            "them, name it with --type: that tells what is missing"
        )
    (name, reason), *others = found.items()
    if others:
        also = "; ".join(f"{other}: {why}" for other, why in others)
        reason += f" (could also be {also}; --type decides)"
    return name, reason


def find_splits(
    type: str, data_dir: Path | str, options: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """The names of the splits in a folder; empty where it is not divided.

    Raises:
        InputError: see `make_reader`.
    """
    return _call(reader_class(type).splits, type, Path(data_dir), (), options)


def make_reader(
    type: str,
    data_dir: Path | str,
    split: str,
    options: Mapping[str, str] | None = None,
):
    """Make the `Reader` of one split.

    Args:
        type: see `reader_class`; not "auto".
        data_dir: the folder of the data set.
        split: like "train".
        options: what this reader takes beside that.

    Raises:
        InputError: there is no such reader, data set, split or option.
    """
    return _call(reader_class(type), type, Path(data_dir), (split,), options)


def _call(function, type, data_dir, arguments, options):
    options = dict(options or {})
    known = [*inspect.signature(function).parameters][1 + len(arguments) :]
    for name in options:
        if name not in known:
            allowed = ", ".join(known) or "none"
            hint = did_you_mean(name, known)
            raise InputError(
                f"the reader '{type}' has no option '{name}', only {allowed}{hint}"
            )
    if not data_dir.is_dir():
        raise InvalidDataset.of("folder-missing", str(data_dir), "", "no such folder")
    try:
        return function(data_dir, *arguments, **options)
    except OSError as error:
        path = error.filename or data_dir
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
