"""Read a file that somebody named: no pipe, no device, no folder, and not too much."""

import errno
import os
import stat
from pathlib import Path

from luminet.errors import InputError


class FileError(InputError):
    """A file that cannot be read.

    Attributes:
        code: missing, not-a-regular-file, permission, too-large or unreadable.
        message: what is wrong, without the path.
    """

    def __init__(self, code: str, message: str, path: Path | str):
        self.code, self.message = code, message
        super().__init__(f"{path}: {message}")


_CODES = {
    errno.ENOENT: ("missing", "there is no such file"),
    errno.ENOTDIR: ("missing", "there is no such file"),
    errno.EACCES: ("permission", "no permission to read it"),
    errno.ELOOP: ("not-a-regular-file", "a symbolic link that leads to itself"),
}


def read(path: Path | str, max_bytes: int) -> bytes:
    """Read a whole file.

    Raises:
        FileError: it is not there, not a file, not readable, or too large.
    """
    try:
        # Opening a pipe would wait for its writer: this flag makes it not wait.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            _check(os.fstat(descriptor), max_bytes, path)
            return file.read()
    except IsADirectoryError as error:
        raise FileError("not-a-regular-file", "a folder, not a file", path) from error
    except OSError as error:
        code, message = _CODES.get(error.errno, ("unreadable", error.strerror))
        raise FileError(code, message, path) from error
    except ValueError as error:  # a NUL character in the path
        raise FileError("missing", "not the name of a file", path) from error


def _check(status: os.stat_result, max_bytes: int, path: Path | str) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise FileError("not-a-regular-file", "a pipe, device or folder", path)
    if status.st_size > max_bytes:
        message = f"{status.st_size} bytes, where {max_bytes} are allowed"
        raise FileError("too-large", message, path)
