"""The file that describes a data set in YOLO notation.

Either `data.yaml`, as Ultralytics and Roboflow write it, or Darknet's `obj.data`.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from luminet.datasets import listing, regular_file
from luminet.datasets.findings import InvalidDataset
from luminet.datasets.readers.list_file import read_rows
from luminet.datasets.readers.path_ends import find_end
from luminet.datasets.readers.yolo import classes as yolo_classes
from luminet.errors import InputError
from luminet.yaml_file import read_yaml

SPLITS = ("train", "val", "valid", "validation", "test", "minival")

_USUAL = ("data.yaml", "data.yml", "obj.data")
_MAX_BYTES = 1024 * 1024
_NAMES = {
    ".yaml": re.compile(rb"^(\xef\xbb\xbf)?(names|nc)[ \t]*:", re.M),
    ".yml": re.compile(rb"^(\xef\xbb\xbf)?(names|nc)[ \t]*:", re.M),
    ".data": re.compile(rb"^[ \t]*(names|classes)[ \t]*=", re.M),
}
_PATHS = re.compile(rb"^[ \t]*(train|val|valid|validation|test)[ \t]*[:=]", re.M)


@dataclass(frozen=True)
class DataFile:
    """What the file says.

    Attributes:
        name: of the file, relative to the folder of the data set.
        root: where paths begin, as it is written; may be empty.
        paths: of the pictures' folders, or of lists of pictures, as they are written,
            by split.
        class_names: in the order of their numbers; None: it names none.
        num_classes: how many there are; None: it does not say.
        num_keypoint_columns: numbers of key points at the end of a label.
    """

    name: str
    root: str
    paths: dict[str, tuple[str, ...]]
    class_names: tuple[str, ...] | None
    num_classes: int | None
    num_keypoint_columns: int = 0


def find(data_dir: Path) -> str | None:
    """The name of the file in the folder of the data set; None if there is none.

    Raises:
        InvalidDataset: there are several.
    """
    usual = [name for name in _USUAL if os.path.lexists(data_dir / name)]
    names = usual or candidates(data_dir)
    if len(names) > 1:
        message = f"several could describe it: {', '.join(names)}; name one: data="
        raise InvalidDataset.of("ambiguous-layout", str(data_dir), "", message)
    return names[0] if names else None


def candidates(data_dir: Path) -> list[str]:
    """The names of the files in a folder that look like it."""
    names = (entry.name for entry in listing.entries(data_dir))
    names = (name for name in names if _suffix(name) in _NAMES)
    return sorted(name for name in names if _is_data_file(data_dir / name))


def read(data_dir: Path, name: str) -> DataFile:
    """Read the file.

    Args:
        data_dir: the folder of the data set.
        name: of the file, relative to it.

    Raises:
        InvalidDataset: it cannot be read, or contradicts itself.
    """
    path = data_dir / name
    try:
        regular_file.read(path, _MAX_BYTES)
        reads = _read_darknet if path.suffix == ".data" else _read_yaml
        return reads(path, name, data_dir)
    except InvalidDataset:
        raise
    except InputError as error:
        message = str(error).removeprefix(f"{path}:").strip()
        line, colon, rest = message.partition(": ")
        if colon and line.isdecimal():
            raise _wrong(name, f"line {line}", rest) from error
        raise _wrong(name, "", message) from error


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1]


def _is_data_file(path: Path) -> bool:
    try:
        content = regular_file.read(path, _MAX_BYTES)
    except regular_file.FileError:
        return False
    return bool(_NAMES[path.suffix].search(content) and _PATHS.search(content))


def _read_yaml(path: Path, name: str, data_dir: Path) -> DataFile:
    content, _ = read_yaml(path, key_types=(str, int))
    root = content.get("path") or ""
    if not isinstance(root, str):
        raise _wrong(name, "path", f"must be a path, not {root!r}")
    paths = {
        split: _paths(content[split], split, name)
        for split in SPLITS
        if content.get(split) is not None
    }
    names = content.get("names")
    if isinstance(names, str):  # the name of a file, as in early versions
        names = _names_of_file(data_dir, names, name)
    return DataFile(
        name=name,
        root=root,
        paths=paths,
        class_names=yolo_classes.check(names, content.get("nc"), name),
        num_classes=content.get("nc"),
        num_keypoint_columns=_keypoint_columns(content.get("kpt_shape"), name),
    )


def _paths(value, split: str, name: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(item, str) and item for item in values):
        raise _wrong(name, split, f"must be a path, or a list of some, not {value!r}")
    return tuple(values)


def _keypoint_columns(shape, name: str) -> int:
    if shape is None:
        return 0
    is_pair = isinstance(shape, list) and len(shape) == 2
    if not is_pair or not all(type(n) is int and 0 < n < 10_000 for n in shape):
        message = f"must be a number of points and of numbers for each, not {shape!r}"
        raise _wrong(name, "kpt_shape", message)
    return shape[0] * shape[1]


def _read_darknet(path: Path, name: str, data_dir: Path) -> DataFile:
    values = {}
    for line, row in read_rows(path):
        key, equals, value = (part.strip() for part in row.partition("="))
        if row.startswith("#"):
            continue
        if not equals or key in values:
            what = "is given twice" if equals else "is not `key = value`"
            raise _wrong(name, f"line {line}", f"'{row[:40]}' {what}")
        values[key] = value
    names = None
    if values.get("names"):
        names = _names_of_file(data_dir, values["names"], name)
    count = values.get("classes")
    if count is not None:
        count = int(count) if re.fullmatch("[0-9]{1,6}", count) else count
    return DataFile(
        name=name,
        root="",
        paths={split: (values[split],) for split in SPLITS if values.get(split)},
        class_names=yolo_classes.check(names, count, name),
        num_classes=count,
    )


def _names_of_file(data_dir: Path, written: str, name: str) -> list[str]:
    path = find_end(data_dir, written, Path.is_file)
    if path is None:
        message = f"no file '{written}' in the folder of the data set"
        raise _wrong(name, "names", message)
    return yolo_classes.read(path, path.relative_to(data_dir).as_posix())


def _wrong(name: str, field: str, message: str) -> InvalidDataset:
    return InvalidDataset.of("data-file", name, field, message)
