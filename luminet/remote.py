"""Folders on other file systems, like gs://bucket/folder, through `tf.io.gfile`.

TFRecords are read where they lie. Annotated pictures are copied to this machine before
they are read, and TFRecords written here before they are copied there: pictures are
small files, and a store of objects knows no renaming.
"""

import contextlib
import os
import posixpath
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from luminet.errors import LuminetError

# Copying waits for the network, not for a core.
_COPIES_AT_ONCE = 16


def is_remote(path) -> bool:
    """Whether a path is none of this machine's."""
    return "://" in str(path)


def any_path(text: "str | Path | RemotePath") -> "Path | RemotePath":
    """A `Path`, or a `RemotePath` with as much of its interface as luminet needs."""
    return RemotePath(text) if is_remote(text) else Path(text)


class RemotePath:
    """A path like gs://bucket/folder/file.

    Args:
        url: it, with its scheme.
    """

    def __init__(self, url: str):
        scheme, _, rest = str(url).partition("://")
        self._url = f"{scheme}://{posixpath.normpath(rest)}"

    def __str__(self) -> str:
        return self._url

    def __repr__(self) -> str:
        return f"RemotePath({self._url!r})"

    def __eq__(self, other) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self._url)

    def __truediv__(self, name: str) -> "RemotePath":
        return RemotePath(f"{self._url}/{name}")

    @property
    def name(self) -> str:
        """The last part."""
        return posixpath.basename(self._url)

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return _gfile().isdir(self._url)

    def exists(self) -> bool:
        """Whether it is a file or a folder."""
        return _gfile().exists(self._url)

    def files(self) -> Iterator["RemotePath"]:
        """All files below this folder."""
        for folder, _, names in _gfile().walk(self._url):
            for name in names:
                yield RemotePath(f"{folder.rstrip('/')}/{name}")

    def glob(self, pattern: str) -> Iterator["RemotePath"]:
        """The files of this folder whose names fit."""
        return map(RemotePath, sorted(_gfile().glob(f"{self._url}/{pattern}")))

    def iterdir(self) -> Iterator["RemotePath"]:
        """What is in this folder."""
        return (self / name.rstrip("/") for name in _gfile().listdir(self._url))

    def stat(self) -> os.stat_result:
        """Of a file, its size; the rest is 0."""
        size = _gfile().stat(self._url).length
        return os.stat_result((0, 0, 0, 0, 0, 0, size, 0, 0, 0))

    def open(self, mode: str = "rb") -> IO:
        """Open a file."""
        return _gfile().GFile(self._url, mode)

    def read_bytes(self) -> bytes:
        """The content of a file; `FileNotFoundError` if there is none."""
        if not self.exists():
            raise FileNotFoundError(str(self))
        with self.open() as file:
            return file.read()

    def remove(self) -> None:
        """Remove a file, if it is there."""
        if self.exists():
            _gfile().remove(self._url)


@contextlib.contextmanager
def local_copy(folder: "Path | RemotePath") -> Iterator[Path]:
    """A folder of this machine; of a remote one, a copy that is removed at the end.

    Raises:
        LuminetError: it cannot be copied.
    """
    if not is_remote(folder):
        yield Path(folder)
        return
    with tempfile.TemporaryDirectory(prefix="luminet-") as temporary:
        copy = Path(temporary) / folder.name
        with reaching(folder):
            targets = {
                file: copy / str(file)[len(str(folder)) + 1 :]
                for file in folder.files()
            }
            if not targets:
                raise LuminetError(f"{folder}: no such folder, or nothing in it")
            for parent in {target.parent for target in targets.values()}:
                parent.mkdir(parents=True, exist_ok=True)
            with ThreadPoolExecutor(_COPIES_AT_ONCE) as pool:
                list(pool.map(_fetch, targets.keys(), targets.values()))
        yield copy


def _fetch(file: RemotePath, target: Path) -> None:
    with file.open() as source, open(target, "wb") as copy:
        shutil.copyfileobj(source, copy, 2**20)


def upload(folder: Path, target: RemotePath, last: str) -> None:
    """Copy a folder; what else lies in the target goes.

    Args:
        folder: of this machine.
        target: the remote one.
        last: the file without which the others do not count: goes first, comes last.

    Raises:
        LuminetError: it cannot be written.
    """
    paths = [path for path in folder.rglob("*") if path.is_file()]
    names = {path.relative_to(folder).as_posix() for path in paths}
    with reaching(target):
        (target / last).remove()
        for stale in list(target.files()) if target.is_dir() else []:
            if str(stale).removeprefix(f"{target}/") not in names:
                stale.remove()
        for parent in {posixpath.dirname(str(target / name)) for name in names}:
            _gfile().makedirs(parent)
        others = sorted(names - {last})
        with ThreadPoolExecutor(_COPIES_AT_ONCE) as pool:
            list(pool.map(lambda name: _send(folder / name, target / name), others))
        _send(folder / last, target / last)


def _send(file: Path, target: RemotePath) -> None:
    target.remove()
    with open(file, "rb") as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy, 2**20)


@contextlib.contextmanager
def reaching(path) -> Iterator[None]:
    """While the block runs, tell in one line why a remote path cannot be used.

    Raises:
        LuminetError: it cannot.
    """
    if not is_remote(path):
        yield
        return
    from tensorflow.errors import OpError

    try:
        yield
    except OpError as error:
        message = (error.message or "").strip() or type(error).__name__
        reason = message.splitlines()[0]
        raise LuminetError(f"{path}: cannot be reached: {reason}") from error


def _gfile():
    import tensorflow as tf

    return tf.io.gfile
