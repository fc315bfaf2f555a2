"""Read a text file that a user named."""

from pathlib import Path

from luminet.errors import InputError


def read_text(path: Path) -> str:
    """All of a file in UTF-8; a byte order mark stays.

    Raises:
        InputError: it is not there, cannot be read, or is no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not text in UTF-8: {error.reason}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot read it: {error.strerror}") from error
