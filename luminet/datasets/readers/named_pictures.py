"""Pictures that a table names, with their extension or without."""

import os
from pathlib import Path

from luminet.datasets.findings import InvalidDataset
from luminet.datasets.image import EXTENSIONS, ImageError
from luminet.datasets.readers.picture_tree import PictureTree
from luminet.datasets.readers.pictures import (
    UNSUPPORTED,
    PictureFiles,
    is_unsafe,
    looks_like_picture,
    unsupported,
)


class NamedPictures:
    """Pictures below a folder.

    Args:
        folder: where the names start.
        extension: what to try first for a name without one, and then the others; so
            that a large folder need not be listed. By default it is listed, and two
            pictures of one name are a fault.
    """

    def __init__(self, folder: Path, extension: str | None = None):
        self.folder = folder
        self._extension = extension
        self._files, self._tree = PictureFiles(folder), PictureTree(folder)

    def find(self, name: str) -> Path:
        """The file of a picture.

        Raises:
            ImageError: unsafe-path, image-missing, ambiguous-image or format.
        """
        try:
            if is_unsafe(name) or looks_like_picture(name):
                return self._files.find(name)
            return self._try(name) if self._extension else self._tree.find(name)
        except OSError as error:  # too long a name
            message = f"no picture '{name[:40]}...' ({error.strerror})"
            raise ImageError("image-missing", message) from error

    def _try(self, name: str) -> Path:
        for extension in (self._extension, *EXTENSIONS):
            path = self.folder / f"{name}{extension}"
            if os.path.lexists(path):
                return path
        for extension in UNSUPPORTED:
            if os.path.lexists(self.folder / f"{name}{extension}"):
                raise unsupported(f"{name}{extension}")
        message = f"no picture {name}{self._extension} in {self.folder.name}"
        raise ImageError("image-missing", message)

    def is_there(self, name: str) -> bool:
        """Whether there is such a picture, be it one or several."""
        try:
            return bool(self.find(name))
        except ImageError as error:
            return error.code in ("ambiguous-image", "format")


def plain_name(name: str) -> str:
    """A path without what changes nothing: `./a.jpg` is `a.jpg`."""
    if "//" not in name and "./" not in name or is_unsafe(name):
        return name
    return "/".join(part for part in name.split("/") if part not in ("", ".")) or name


def check_safe(name: str, table: Path, line: int) -> None:
    """Refuse a name that leads out of the folder of the pictures.

    Raises:
        InvalidDataset: it does.
    """
    if is_unsafe(name):
        message = f"{name[:80]!r} is not a path inside the folder of the pictures"
        raise InvalidDataset.of("unsafe-path", str(table), f"line {line}", message)
