"""A folder of TFRecords: what is in it, and whether it is all there.

`dataset.json` lists the splits with their files, sizes and checksums, `classes.json`
the class names in order. They are written last: a folder without them is not complete.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from luminet.datasets.listing import is_hidden
from luminet.datasets.records import file as record_file
from luminet.errors import InputError, LuminetError
from luminet.remote import RemotePath, any_path, reaching
from luminet.spelling import did_you_mean

MANIFEST = "dataset.json"
CLASSES = "classes.json"
SUFFIX = ".tfrecords"
# Raised whenever an older luminet could not read what this one writes.
FORMAT_VERSION = 1

_AGAIN = "run `lumi dataset transform` again"


def file_name(split: str, index: int, count: int) -> str:
    """The name of a file of a split: of one, or of several shards."""
    number = f"-{index:05}-of-{count:05}" if count > 1 else ""
    return f"{split}{number}{SUFFIX}"


@dataclass(frozen=True)
class Split:
    """One split of a store.

    Attributes:
        name: like "train".
        files: its TFRecords, in order.
        num_examples: pictures.
        num_objects: boxes.
        class_counts: boxes of each class, by name, in the order of the class numbers.
    """

    name: str
    files: tuple[Path, ...]
    num_examples: int
    num_objects: int
    class_counts: dict[str, int]


@dataclass(frozen=True)
class Store:
    """A data set on disk; `open_store` makes it.

    Attributes:
        folder: where it lies.
        class_names: in the order of the class numbers.
        splits: by name.
        manifest: all of `dataset.json`.
    """

    folder: Path | RemotePath
    class_names: tuple[str, ...]
    splits: dict[str, Split]
    manifest: dict

    def split(self, name: str) -> Split:
        """Find a split that has pictures.

        Raises:
            InputError: there is none of that name.
        """
        if name not in self.splits:
            raise InputError(
                f"{self.folder}: no split '{name}', only {', '.join(self.splits)}"
                f"{did_you_mean(name, self.splits)}"
            )
        if not self.splits[name].num_examples:
            raise InputError(f"{self.folder}: the split '{name}' has no pictures")
        return self.splits[name]

    def checksums(self, split: str) -> list[str]:
        """The SHA-256 of each file of a split, in hexadecimal digits."""
        return [entry["sha256"] for entry in _file_entries(self.manifest, [split])]

    def verify(self, *splits: str) -> None:
        """Compare files with their checksums; this reads them as a whole.

        Args:
            *splits: names of those to look at; none for all.

        Raises:
            InputError: a file is not as it was written.
            LuminetError: it cannot be read.
        """
        with reaching(self.folder):
            for entry in _file_entries(self.manifest, splits):
                path = self.folder / entry["name"]
                if _sha256(path) != entry["sha256"]:
                    reason = record_file.what_is_damaged(path, entry["num_records"])
                    raise InputError(f"{path}: {reason}; restore it or {_AGAIN}")


def _sha256(path):
    try:
        return record_file.sha256(path)
    except OSError as error:
        # One that comes while the file is read does not name it.
        reason = error.strerror or error
        raise LuminetError(f"{path}: cannot be read ({reason})") from error


def open_store(folder: Path | RemotePath | str) -> Store:
    """Open a folder that `lumi dataset transform` wrote.

    Checks that every file is there and has its size; `Store.verify` reads them, too.

    Raises:
        InputError: something is missing, left over, cut or changed.
    """
    folder = any_path(folder)
    with reaching(folder):
        return _open(folder)


def _open(folder: Path | RemotePath) -> Store:
    manifest = _read_manifest(folder)
    try:
        _check_files(folder, manifest)
        class_names = _read_class_names(folder, manifest)
        return Store(folder, class_names, _splits(folder, manifest), manifest)
    except (KeyError, TypeError, AttributeError) as error:
        path = folder / MANIFEST
        raise InputError(f"{path}: not what luminet wrote; {_AGAIN}") from error


def _read_manifest(folder: Path) -> dict:
    if not folder.is_dir():
        raise InputError(
            f"{folder}: no such folder; `lumi dataset transform` makes one"
        )
    manifest = _read_json(folder / MANIFEST)
    version = manifest.get("format_version") if isinstance(manifest, dict) else None
    if not isinstance(version, int):
        raise InputError(f"{folder / MANIFEST}: it has no `format_version`; {_AGAIN}")
    if version > FORMAT_VERSION:
        raise InputError(
            f"{folder / MANIFEST}: format {version}, made by luminet "
            f"{manifest.get('luminet_version')}; this one reads up to format "
            f"{FORMAT_VERSION}: upgrade luminet"
        )
    return manifest


def _read_json(path: Path):
    try:
        return json.loads(path.read_bytes().decode())
    except FileNotFoundError as error:
        raise InputError(f"{path}: missing, so incomplete; {_AGAIN}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON, {error}; {_AGAIN}") from error


def _read_class_names(folder: Path, manifest: dict) -> tuple[str, ...]:
    class_names = tuple(_read_json(folder / CLASSES))
    if record_file.sha256(folder / CLASSES) != manifest["classes_sha256"]:
        raise InputError(
            f"{folder / CLASSES}: changed since it was written, and may not fit the "
            f"class numbers in the TFRecords; restore it or {_AGAIN}"
        )
    return class_names


def _check_files(folder: Path, manifest: dict) -> None:
    entries = {entry["name"]: entry for entry in _file_entries(manifest)}
    paths = [path for path in folder.glob(f"*{SUFFIX}") if not is_hidden(path.name)]
    found = {path.name: path for path in paths}
    if found.keys() != entries.keys():
        missing = ", ".join(sorted(entries.keys() - found.keys())) or "none"
        extra = ", ".join(sorted(found.keys() - entries.keys())) or "none"
        raise InputError(
            f"{folder}: not the files that {MANIFEST} lists (missing: {missing}; "
            f"not listed: {extra}); restore them or {_AGAIN}"
        )
    for name, entry in entries.items():
        path, expected = found[name], entry["bytes"]
        if path.stat().st_size != expected:
            reason = record_file.what_is_cut(path, expected, entry["num_records"])
            raise InputError(f"{path}: {reason}; restore it or {_AGAIN}")


def _file_entries(manifest: dict, splits: Sequence[str] = ()) -> Iterator[dict]:
    for name, split in manifest["splits"].items():
        if not splits or name in splits:
            yield from split["files"]


def _splits(folder: Path, manifest: dict) -> dict[str, Split]:
    return {
        name: Split(
            name,
            files=tuple(folder / entry["name"] for entry in split["files"]),
            num_examples=split["num_examples"],
            num_objects=split["num_objects"],
            class_counts=split["class_counts"],
        )
        for name, split in manifest["splits"].items()
    }
