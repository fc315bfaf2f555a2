"""Find the file of a picture, by a path in the annotations or a name alone."""

import os
import re
import unicodedata
from pathlib import Path

from luminet.datasets.image import EXTENSIONS, ImageError

# Of other systems, of addresses, or what would break or colour a line of a message.
_UNSAFE = re.compile("[\\\\\x00-\x1f\x7f-\x9f\u2028\u2029]|://")


class Pictures:
    """The pictures of a folder, listed once.

    Args:
        folder: where they lie.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._names: dict[str, list[str]] = {}
        for path in sorted(folder.iterdir(), key=_rank):
            if path.suffix.lower() in EXTENSIONS and not path.name.startswith("."):
                self._names.setdefault(path.stem, []).append(path.name)
        self._plain: dict[str, str] = {}

    def stems(self) -> list[str]:
        """The names without extension, sorted."""
        return sorted(self._names)

    def find(self, stem: str) -> Path:
        """The one picture of that name, whatever its extension.

        Raises:
            ImageError: there is none (image-missing) or several (ambiguous-image).
        """
        names = self._names.get(stem, [])
        if not names:
            raise ImageError("image-missing", f"no picture{self.similar(stem)}")
        if len(names) > 1:
            message = f"several pictures of that name: {', '.join(names)}; keep one"
            raise ImageError("ambiguous-image", message)
        return self.folder / names[0]

    def similar(self, stem: str) -> str:
        """A hint if a name nearly fits; in Unicode é is one character, or two."""
        if not self._plain:
            self._plain = {
                _plain(name): files[0] for name, files in self._names.items()
            }
        file = self._plain.get(_plain(stem))
        if file is None:
            return f" of that name in {self.folder.name}"
        return f", but '{file}', written with another case, extension or Unicode form"


class PictureFiles:
    """Pictures whose paths the annotations give, relative to a folder.

    Args:
        folder: where the paths start.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._listed: dict[Path, Pictures] = {}

    def find(self, name: str) -> Path:
        """The file of that path.

        Raises:
            ImageError: it leaves the folder (unsafe-path), or there is no such file
                (image-missing).
        """
        if is_unsafe(name):
            message = f"{name!r} is not a path inside {self.folder.name}"
            raise ImageError("unsafe-path", message)
        path = self.folder / name
        if os.path.lexists(path):
            return path
        raise ImageError("image-missing", f"no picture{self._similar(path)}")

    def _similar(self, path: Path) -> str:
        # Not Path.is_dir: that raises where a name is too long.
        if not os.path.isdir(path.parent):
            return f": no folder {path.parent.name} in {path.parent.parent.name}"
        if path.parent not in self._listed:
            self._listed[path.parent] = Pictures(path.parent)
        return self._listed[path.parent].similar(path.stem)


def is_unsafe(name: str) -> bool:
    """Whether a path in an annotation is no plain path that goes down."""
    return (
        not name
        or name.startswith("/")
        or ".." in name.split("/")
        or _UNSAFE.search(name) is not None
    )


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _rank(path: Path):
    """By extension in the order of `EXTENSIONS`, then by name."""
    order = [*EXTENSIONS]
    suffix = path.suffix.lower()
    return order.index(suffix) if suffix in order else len(order), path.name
