"""Find the folders of splits in which JSON files lie beside pictures."""

import re
from pathlib import Path

from luminet.datasets import regular_file
from luminet.datasets.readers.split_folders import SplitFolders

_FIRST_BYTES = 1024


def json_folders(notation: str, beginning: bytes) -> SplitFolders:
    """The finder of such folders.

    Args:
        notation: for messages.
        beginning: pattern of what its JSON files begin with, after blanks.
    """
    pattern = re.compile(rb"\s*" + beginning)

    def is_annotation(path: Path) -> bool:
        return pattern.match(_beginning(path)) is not None

    return SplitFolders(notation, ".json", is_annotation)


def _beginning(path: Path) -> bytes:
    try:
        with regular_file.opened(path) as file:
            return file.read(_FIRST_BYTES).removeprefix(b"\xef\xbb\xbf")
    except regular_file.FileError:
        return b""
