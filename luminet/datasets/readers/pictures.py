"""Find the file of a picture by its name without extension."""

import unicodedata
from pathlib import Path

from luminet.datasets.image import EXTENSIONS, ImageError


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
            raise ImageError("image-missing", f"no picture{self._similar(stem)}")
        if len(names) > 1:
            message = f"several pictures of that name: {', '.join(names)}; keep one"
            raise ImageError("ambiguous-image", message)
        return self.folder / names[0]

    def _similar(self, stem: str) -> str:
        """A hint if only case or Unicode form differ: é is one character, or two."""
        for other, names in self._names.items():
            if _plain(other) == _plain(stem):
                return f", but '{names[0]}', written with another case or Unicode form"
        return f" of that name in {self.folder.name}"


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _rank(path: Path):
    """By extension in the order of `EXTENSIONS`, then by name."""
    order = [*EXTENSIONS]
    suffix = path.suffix.lower()
    return order.index(suffix) if suffix in order else len(order), path.name
