"""Files and folders that appear complete or not at all.

Everything is written under a temporary name beside its final one, flushed to the disk,
and renamed at the end: a crash, a full disk or a kill leaves the old file or none.
"""

import concurrent.futures
import contextlib
import ctypes
import errno
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

PARTIAL = ".partial-"
# Of Linux' renameat2: paths start at the working directory; swap two names.
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


@contextlib.contextmanager
def open_file(path: Path | str, mode: str = "w") -> Iterator[IO]:
    """Open a file for writing that takes its name when the block ends without error.

    A device or a pipe, such as /dev/null, is written to and stays what it is.

    Args:
        path: where the file will be; an existing file is replaced.
        mode: "w" for UTF-8 text or "wb" for bytes.
    """
    path = Path(path)
    encoding = None if "b" in mode else "utf-8"
    if path.exists() and not path.is_file():
        with open(path, mode, encoding=encoding) as file:
            yield file
        return
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}{PARTIAL}{os.getpid()}")
    try:
        with open(partial, mode, encoding=encoding) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync(path.parent)


@contextlib.contextmanager
def new_folder(path: Path | str, overwrite: bool = False) -> Iterator[Path]:
    """Fill a temporary folder that takes its name when the block ends without error.

    Args:
        path: where the folder will be.
        overwrite: replace a folder that is there; otherwise `FileExistsError`. The old
            one stays until the new one is complete.
    """
    path = Path(path).resolve()
    if path.exists() and not (overwrite and path.is_dir()):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f"{path.name}{PARTIAL}", dir=path.parent))
    partial.chmod(0o755)
    try:
        yield partial
        # The disk takes several at once in the time of one.
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(sync, partial.rglob("*")))
        sync(partial)
        _take_place(partial, path)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    sync(path.parent)


def _take_place(partial: Path, path: Path) -> None:
    if not path.exists():
        os.rename(partial, path)
    elif _exchange(partial, path):
        shutil.rmtree(partial, ignore_errors=True)
    else:
        _step_aside(partial, path)


def _exchange(first: Path, second: Path) -> bool:
    """Swap two names in one step, so that a kill finds both; False if it cannot be."""
    renameat2 = getattr(ctypes.CDLL(None), "renameat2", None)
    if renameat2 is None:
        return False
    names = (_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second))
    return renameat2(*names, _RENAME_EXCHANGE) == 0


def _step_aside(partial: Path, path: Path) -> None:
    # A folder cannot be renamed onto a full one.
    aside = Path(tempfile.mkdtemp(prefix=f"{path.name}{PARTIAL}", dir=path.parent))
    os.rename(path, aside / path.name)
    try:
        os.rename(partial, path)
    except BaseException:
        os.rename(aside / path.name, path)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def sweep(folder: Path, name: str = "") -> None:
    """Take away what a kill left half-written, where nobody else writes now.

    Args:
        folder: where to look.
        name: of the file or folder that was to be written; by default any.
    """
    for leftover in folder.glob(f"{glob.escape(name) or '*'}{PARTIAL}*"):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Flush a file to the disk, or a folder's list of names: then a rename survives."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
