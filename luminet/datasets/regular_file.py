"""Read a file that somebody named: no pipe, no device, no folder, and not too much."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from luminet.errors import InputError
from luminet.remote import is_remote


class FileError(InputError):
    """A file that cannot be read.

    Attributes:
        code: missing, not-a-regular-file, permission, too-large or unreadable.
        message: what is wrong, without the path.
    """

    def __init__(self, code: str, message: str, path: Path | str):
        self.code, self.message = code, message
        super().__init__(f"{path}: {message}")

    def code_as(self, missing: str = "", too_large: str = "") -> str:
        """The code, with the names that findings of one kind of file have for these."""
        return {"missing": missing, "too-large": too_large}.get(self.code) or self.code


_CODES = {
    errno.ENOENT: ("missing", "there is no such file"),
    errno.ENOTDIR: ("missing", "there is no such file"),
    errno.EACCES: ("permission", "no permission to read it"),
    errno.ELOOP: ("not-a-regular-file", "a symbolic link that leads to itself"),
}


def read(path: Path | str, max_bytes: int, first_bytes: int | None = None) -> bytes:
    """Read a whole file, or its beginning.

    Args:
        path: the file.
        max_bytes: that it may have.
        first_bytes: how many to read at most; all of them by default.

    Raises:
        FileError: it is not there, not a file, not readable, or too large.
    """
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > max_bytes:
            message = f"{size} bytes, where {max_bytes} are allowed"
            raise FileError("too-large", message, path)
        return file.read(-1 if first_bytes is None else first_bytes)


@contextlib.contextmanager
def opened(path: Path | str) -> Iterator[BinaryIO]:
    """Open a file; an `OSError` while the block reads it is a `FileError`, too.

    Raises:
        FileError: it is not there, not a file, or not readable.
    """
    if is_remote(path):
        with path.open() as file:
            yield file
        return
    try:
        # Opening a pipe would wait for its writer: this flag makes it not wait.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as error:  # a NUL character in the path
        raise FileError("missing", "not the name of a file", path) from error
    except OSError as error:
        raise _explained(error, path) from error
    try:
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise FileError("not-a-regular-file", "a pipe, device or folder", path)
            yield file
    except OSError as error:
        raise _explained(error, path) from error


def _explained(error: OSError, path: Path | str) -> FileError:
    if isinstance(error, IsADirectoryError):
        return FileError("not-a-regular-file", "a folder, not a file", path)
    code, message = _CODES.get(error.errno, ("unreadable", error.strerror))
    return FileError(code, message, path)
