"""The folder that a command makes: complete or not at all, and in no other's place."""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from luminet import atomic, file_lock
from luminet.errors import InputError, LuminetError


@contextlib.contextmanager
def output_folder(path: Path, overwrite: bool, marker: str) -> Iterator[Path]:
    """Fill a temporary folder that becomes `path` when the block ends without error.

    Args:
        path: where the folder will be.
        overwrite: replace the one that is there, once the new one is complete.
        marker: a file or folder that one of this kind has; no other is replaced.

    Raises:
        InputError: `path` is taken.
        LuminetError: it cannot be written, the disk is full, or another process
            writes it.
    """
    _check(path, overwrite, marker)
    try:
        parent = path.resolve().parent
        parent.mkdir(parents=True, exist_ok=True)
        message = f"{path}: is being written by somebody else ({{owner}}); wait for it"
        lock = parent / f".{path.name}.lock"
        with file_lock.exclusive(lock, message, remove=True):
            atomic.sweep(parent, path.name)
            with atomic.new_folder(path, overwrite) as folder:
                yield folder
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise LuminetError(f"{path}: no space left on the device") from error
        reason = error.strerror or str(error)
        raise LuminetError(f"{path}: cannot be written ({reason})") from error


def _check(path: Path, overwrite: bool, marker: str) -> None:
    if path.exists() and not path.is_dir():
        raise InputError(f"{path}: is a file; name a folder")
    if not path.exists() or not any(path.iterdir()) and overwrite:
        return
    if not overwrite:
        raise InputError(f"{path}: exists; name another folder, or use --overwrite")
    if not (path / marker).exists():
        raise InputError(
            f"{path}: not overwritten, as it has no {marker} and so may hold something "
            "else; remove it, or name another folder"
        )


def check_apart(output_dir: Path, data_dir: Path) -> None:
    """Refuse to write into the data that is read, or over it.

    Raises:
        InputError: one of the folders is the other, or lies in it.
    """
    output, data = output_dir.resolve(), data_dir.resolve()
    if output.is_relative_to(data):
        raise InputError(f"{output_dir}: lies in the data set that is read, {data_dir}")
    if data.is_relative_to(output):
        raise InputError(f"{output_dir}: holds the data set that is read, {data_dir}")
