"""Files and folders that appear complete or not at all.

Everything is written under a temporary name beside its final one, flushed to the disk,
and renamed at the end: a crash, a full disk or a kill leaves the old file or none.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

PARTIAL = ".partial-"


@contextlib.contextmanager
def open_file(path: Path | str, mode: str = "w") -> Iterator[IO]:
    """Open a file for writing that takes its name when the block ends without error.

    Args:
        path: where the file will be; an existing file is replaced.
        mode: "w" for UTF-8 text or "wb" for bytes.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    encoding = None if "b" in mode else "utf-8"
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
    sync_folder(path.parent)


@contextlib.contextmanager
def new_folder(path: Path | str, overwrite: bool = False) -> Iterator[Path]:
    """Fill a temporary folder that takes its name when the block ends without error.

    Args:
        path: where the folder will be.
        overwrite: replace a folder that is there; otherwise `FileExistsError`. The old
            one stays until the new one is complete.
    """
    path = Path(path)
    if path.exists() and not overwrite:
        raise FileExistsError(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f"{path.name}{PARTIAL}", dir=path.parent))
    partial.chmod(0o755)
    try:
        yield partial
        for file in partial.rglob("*"):
            if file.is_file():
                with open(file, "rb") as opened:
                    os.fsync(opened.fileno())
        _take_place(partial, path)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    sync_folder(path.parent)


def _take_place(partial: Path, path: Path) -> None:
    if not path.exists():
        os.rename(partial, path)
        return
    # A folder cannot be renamed onto a full one: the old one steps aside first.
    aside = Path(tempfile.mkdtemp(prefix=f"{path.name}{PARTIAL}", dir=path.parent))
    os.rename(path, aside / path.name)
    try:
        os.rename(partial, path)
    except BaseException:
        os.rename(aside / path.name, path)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Flush a folder's list of names to the disk, so that a rename survives."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
