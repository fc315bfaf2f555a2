"""The folder that a command makes: complete or not at all, and in no other's place."""

import contextlib
import errno
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePath, PurePosixPath

from luminet import atomic, file_lock
from luminet.errors import InputError, LuminetError
from luminet.remote import RemotePath, is_remote, reaching, upload


@contextlib.contextmanager
def output_folder(
    path: Path | RemotePath, overwrite: bool, marker: str
) -> Iterator[Path]:
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
    with reaching(path):
        _check(path, overwrite, marker)
    try:
        place = _remote_folder if is_remote(path) else _local_folder
        with place(path, overwrite, marker) as folder:
            yield folder
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise LuminetError(f"{path}: no space left on the device") from error
        reason = error.strerror or str(error)
        raise LuminetError(f"{path}: cannot be written ({reason})") from error


@contextlib.contextmanager
def _local_folder(path, overwrite, _marker):
    parent = path.resolve().parent
    parent.mkdir(parents=True, exist_ok=True)
    message = f"{path}: is being written by somebody else ({{owner}}); wait for it"
    lock = parent / f".{path.name}.lock"
    with file_lock.exclusive(lock, message, remove=True):
        atomic.sweep(parent, path.name)
        with atomic.new_folder(path, overwrite) as folder:
            yield folder


@contextlib.contextmanager
def _remote_folder(path, _overwrite, marker):
    # There is no renaming: without its marker, what is uploaded does not count.
    with tempfile.TemporaryDirectory(prefix="luminet-") as folder:
        yield Path(folder)
        upload(Path(folder), path, last=marker)


def _check(path: Path | RemotePath, overwrite: bool, marker: str) -> None:
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


def check_apart(output_dir: Path | RemotePath, data_dir: Path | RemotePath) -> None:
    """Refuse to write into the data that is read, or over it.

    Raises:
        InputError: one of the folders is the other, or lies in it.
    """
    output, data = _absolute(output_dir), _absolute(data_dir)
    if output.is_relative_to(data):
        raise InputError(f"{output_dir}: lies in the data set that is read, {data_dir}")
    if data.is_relative_to(output):
        raise InputError(f"{output_dir}: holds the data set that is read, {data_dir}")


def _absolute(path: Path | RemotePath) -> PurePath:
    return PurePosixPath(str(path)) if is_remote(path) else path.resolve()
