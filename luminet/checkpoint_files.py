"""What lies in the folder of a checkpoint, read and checked without TensorFlow."""

import json
import re
from pathlib import Path
from typing import Any

from luminet import published
from luminet.datasets.records.file import sha256
from luminet.errors import InputError
from luminet.spelling import did_you_mean
from luminet.yaml_file import read_yaml

FORMAT_VERSION = 1
CONFIG, CLASSES, METADATA = "config.yml", "classes.json", "metadata.json"
WEIGHTS = "model.weights.h5"
FILES = (CONFIG, CLASSES, WEIGHTS)
_ID = re.compile(r"[0-9a-f]{12}")


def find(path: Path | str) -> Path:
    """The folder of a checkpoint: `path` itself, or the best or last one of a run.

    If there is nothing of this name in the working directory, it may be the name or
    alias of a published detector that was imported into the cache folder, or the id of
    a checkpoint in the cache folder or in the folder jobs.

    Raises:
        InputError: there is none.
    """
    path = Path(path)
    candidates = [path, path / "checkpoints" / "best", path / "checkpoints" / "last"]
    name = published.detector_of(path)
    if name:
        candidates.append(published.checkpoint_folder(name))
    if is_id(str(path)):
        candidates += _with_id(str(path))
    for candidate in candidates:
        if (candidate / METADATA).is_file():
            return candidate
    if name:
        raise InputError(
            f"{path}: not on this machine yet; {published.how_to_fetch(name)}"
        )
    known = [*published.ALIASES, *published.SOURCES]
    raise InputError(
        f"{path}: no checkpoint there (a folder with {METADATA}), nor a run that has "
        f"one{did_you_mean(str(path), known) or '; `lumi train` makes them'}"
    )


def is_id(text: Any) -> bool:
    """Whether it looks like the id that a checkpoint has from its beginning."""
    return isinstance(text, str) and bool(_ID.fullmatch(text))


def _with_id(text):
    """Yield the checkpoints here that have an id: copies have the same."""
    imported = published.checkpoints_folder().glob(f"*/{METADATA}")
    for path in [*sorted(Path("jobs").glob(f"*/checkpoints/*/{METADATA}")), *imported]:
        try:
            if read_metadata(path.parent).get("id") == text:
                yield path.parent
        except InputError:
            continue  # A damaged one is no reason not to find another.


def read_metadata(folder: Path) -> dict:
    """What a checkpoint says about itself; see `checkpoints.save`.

    Raises:
        InputError: it is damaged, or of a newer version.
    """
    path = folder / METADATA
    metadata = _read_json(path)
    try:
        version, checksums = metadata["format_version"], metadata["sha256"]
        if version > FORMAT_VERSION:
            made_by = metadata["versions"]["luminet"]
            raise InputError(f"{path}: made by luminet {made_by}, newer: upgrade yours")
        if not isinstance(checksums, dict):
            raise TypeError("`sha256` must be a mapping")
    except (KeyError, TypeError) as error:
        raise InputError(f"{path}: not what luminet wrote ({error!r})") from error
    return metadata


def describe(folder: Path) -> dict:
    """What a checkpoint says about itself, and its "classes", "model" and "bytes".

    Raises:
        InputError: it is damaged, or of a newer version.
    """
    metadata = read_metadata(folder)
    try:
        return {
            "folder": str(folder),
            **{key: metadata[key] for key in ("name", "step", "metrics", "versions")},
            **metadata,
            "classes": read_class_names(folder),
            "model": _model_of(read_yaml(folder / CONFIG)[0]["model"]),
            "bytes": sum((folder / name).stat().st_size for name in FILES),
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{folder}: not what luminet wrote ({error!r})") from error
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}") from error


def _model_of(config):
    network = config["base_network"]["architecture"]
    options = [
        name for name in ("fpn", "cascade") if config.get(name, {}).get("enabled")
    ]
    return " ".join([config["type"], network, *options])


def read_class_names(folder: Path, count: int | None = None) -> tuple[str, ...]:
    """The names of a checkpoint's classes, in the order of their numbers.

    Args:
        folder: of the checkpoint.
        count: how many they must be.

    Raises:
        InputError: they are not.
    """
    names = _read_json(folder / CLASSES)
    is_list = isinstance(names, list) and all(isinstance(n, str) for n in names)
    if not is_list or count not in (None, len(names)):
        raise InputError(f"{folder / CLASSES}: must be a list of {count or ''} names")
    return tuple(names)


def _read_json(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: damaged, not JSON: {error}") from error


def check_files(folder: Path, checksums: dict[str, str]) -> None:
    """Compare all files of a checkpoint with their checksums.

    Raises:
        InputError: one is missing or damaged.
    """
    for name in FILES:
        path = folder / name
        if not path.is_file():
            raise InputError(f"{path}: missing; use another checkpoint")
        if sha256(path) != checksums.get(name):
            raise InputError(
                f"{path}: damaged, its checksum is not the one in {METADATA}; use "
                "another checkpoint"
            )
