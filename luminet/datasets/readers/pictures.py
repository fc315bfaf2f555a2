"""Find the file of a picture, by a path in the annotations or a name alone."""

import os
import re
import unicodedata
from pathlib import Path

from luminet.datasets import listing
from luminet.datasets.image import EXTENSIONS, ImageError

# Of pictures in formats that are not read: a file of such a name is told, not ignored.
UNSUPPORTED = (
    *(".tif", ".tiff", ".heic", ".heif", ".avif", ".jxl", ".jp2", ".psd", ".tga"),
    *(".ppm", ".pgm", ".pbm", ".pnm", ".dng", ".cr2", ".nef", ".arw", ".svg", ".eps"),
)
# Of two pictures with one name, that with the smaller one comes first.
_RANKS = {extension: rank for rank, extension in enumerate(EXTENSIONS)}
_RANKS |= dict.fromkeys(UNSUPPORTED, len(EXTENSIONS))
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
        self._unsupported: dict[str, str] = {}
        found = (entry.name for entry in listing.entries(folder))
        for rank, name, stem in sorted(filter(None, map(_ranked, found))):
            if rank < len(EXTENSIONS):
                self._names.setdefault(stem, []).append(name)
            else:
                self._unsupported[stem] = name
        self._plain: dict[str, str] = {}

    def stems(self) -> list[str]:
        """The names without extension, sorted; of formats that are not read, too."""
        return sorted(self._names.keys() | self._unsupported.keys())

    def find(self, stem: str) -> Path:
        """The one picture of that name, whatever its extension.

        Raises:
            ImageError: there is none (image-missing), several (ambiguous-image) or one
                in a format that is not read (format).
        """
        names = self._names.get(stem, [])
        if not names and stem in self._unsupported:
            raise unsupported(self._unsupported[stem])
        if not names:
            raise ImageError("image-missing", f"no picture{self.similar(stem)}")
        if len(names) > 1:
            message = f"several pictures of that name: {', '.join(names)}; keep one"
            raise ImageError("ambiguous-image", message)
        return self.folder / names[0]

    def similar(self, stem: str) -> str:
        """A hint if a name nearly fits; in Unicode é is one character, or two."""
        if not self._plain:
            others = {_plain(stem): file for stem, file in self._unsupported.items()}
            self._plain = others | {
                _plain(stem): files[0] for stem, files in self._names.items()
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


def unsupported(name: str) -> ImageError:
    """The error of a picture in a format that is not read."""
    formats = ", ".join(dict.fromkeys(EXTENSIONS.values()))
    return ImageError("format", f"{name!r} is in none of the formats {formats}")


def has_extension(name: str) -> bool:
    """Whether a name ends like that of a picture in a format that is read."""
    return os.path.splitext(name)[1].lower() in EXTENSIONS


def looks_like_picture(name: str) -> bool:
    """Whether a name ends like that of a picture in any format."""
    return has_extension(name) or os.path.splitext(name)[1].lower() in UNSUPPORTED


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


def _ranked(name: str) -> tuple[int, str, str] | None:
    """The place of its format, a picture's name, and it without extension."""
    stem, suffix = os.path.splitext(name)
    suffix = suffix.lower()
    if suffix in _RANKS:
        return _RANKS[suffix], name, stem
    return None
