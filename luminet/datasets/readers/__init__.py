"""Readers: a file or folder for each notation; `Reader` is the contract.

A reader of your own is a class named as "package.module:Class", or by an entry point
in the group `luminet.readers`.
"""

import functools
import importlib
import importlib.metadata
import inspect
from collections.abc import Collection, Mapping
from pathlib import Path

from luminet.datasets.findings import InvalidDataset
from luminet.datasets.readers import unrecognised
from luminet.datasets.readers.class_name import check_class_names
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

# Options that say how a table is written.
_OF_TABLES = ("columns", "relative")


def reader_class(type: str) -> type:
    """Find a reader.

    Args:
        type: a name in `READERS`, of an entry point, or "package.module:Class".

    Raises:
        InputError: there is no such reader.
    """
    plugins = {entry.name: entry.value for entry in _entry_points()}
    known = READERS | plugins | READERS  # in this order, and a plugin hides none
    if type not in known and ":" not in type:
        allowed = ", ".join([AUTO, *known])
        hint = did_you_mean(type, known)
        raise InputError(f"no reader for the type '{type}', only {allowed}{hint}")
    module, _, name = known.get(type, type).partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except Exception as error:  # a module may do anything when it is imported
        raise InputError(f"the reader '{type}' cannot be loaded: {error}") from error


@functools.cache
def _entry_points():
    return importlib.metadata.entry_points(group=ENTRY_POINTS)


def recognise(data_dir: Path, options: Collection[str] = ()) -> tuple[str, str]:
    """Find out how a folder is annotated.

    Args:
        data_dir: the folder.
        options: names of those that its reader is to get; some say what it is.

    Returns:
        The type, and by what it was recognised; what else it could be, and which
        plugins could not be asked, is said, too.

    Raises:
        InputError: nothing fits.
    """
    if problem := unrecognised.why_no_folder(data_dir):
        raise InputError(f"{data_dir}: {problem}")
    if named := [name for name in _OF_TABLES if name in options]:
        return "csv", f"only tables have the option {' and '.join(named)}"
    asked = {name: reader_class(name).recognise(data_dir) for name in READERS}
    unusable = ""
    for entry in _entry_points():
        try:
            asked[entry.name] = _ask_plugin(entry, data_dir)
        except InputError as error:
            unusable += f"; {error}"
    found = {name: reason for name, reason in asked.items() if reason}
    if not found:
        names, hint = ", ".join(asked), unrecognised.describe(data_dir, _type_of)
        message = f"{data_dir}: not recognised as any of {names}: {hint}{unusable}"
        raise InputError(message)
    (name, reason), *others = found.items()
    if others:
        also = "; ".join(f"{other}: {why}" for other, why in others)
        reason += f" (could also be {also}; --type decides)"
    return name, reason + unusable


def _ask_plugin(entry, data_dir: Path) -> str | None:
    package = f" of {entry.dist.name}" if getattr(entry, "dist", None) else ""
    plugin = f"the plugin '{entry.name}'{package}"
    if entry.name in READERS:
        message = f"{plugin} has the name of a reader of luminet: not used"
        raise InputError(message)
    try:
        return reader_class(entry.name).recognise(data_dir)
    except Exception as error:
        raise InputError(f"{plugin} was left out: {error}") from error


def _type_of(data_dir: Path) -> str | None:
    """The first reader of luminet that recognises a folder; None if none does."""
    names = (name for name in READERS if reader_class(name).recognise(data_dir))
    return next(names, None)


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
    reader = _call(reader_class(type), type, Path(data_dir), (split,), options)
    check_class_names(reader.class_names or (), Path(data_dir))
    return reader


def option_names(type: str) -> tuple[str, ...]:
    """The options that a reader has.

    Raises:
        InputError: there is no such reader.
    """
    return _options_of(reader_class(type).splits, 0)


def _options_of(function, num_arguments: int) -> tuple[str, ...]:
    """What a function takes behind the folder and some other arguments."""
    return (*inspect.signature(function).parameters,)[1 + num_arguments :]


def _call(function, type, data_dir, arguments, options):
    options = dict(options or {})
    known = _options_of(function, len(arguments))
    for name in options:
        if name not in known:
            allowed = ", ".join(known) or "none"
            hint = did_you_mean(name, known)
            raise InputError(
                f"the reader '{type}' has no option '{name}', only {allowed}{hint}"
            )
    if problem := unrecognised.why_no_folder(data_dir):
        raise InvalidDataset.of("folder-missing", str(data_dir), "", problem)
    try:
        return function(data_dir, *arguments, **options)
    except OSError as error:
        path = error.filename or data_dir
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
