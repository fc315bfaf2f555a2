"""Names for the files of pictures: what they were called, but safe and unique."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from luminet.datasets.image import EXTENSIONS

# Not allowed in names, or of another meaning, on one system or another.
_RESERVED = re.compile('[<>:"|?*]')
# Of 255 that a name may have; an extension has to fit, too.
_MAX_BYTES = 200


def unique_stems(filenames: Sequence[str], allow_blanks: bool = True) -> list[str]:
    """Names without extension, of which no two are equal in any case of letters.

    Where pictures have a name in common, the folder that tells them apart is put in
    front: `a_1` and `b_1` of `a/1.jpg` and `b/1.jpg`; if none does, a number behind.

    Args:
        filenames: of pictures, maybe with folders, maybe of unknown origin.
        allow_blanks: otherwise they become underscores.
    """
    stems = [_safe(stem_of(name), allow_blanks) for name in filenames]
    same: dict[str, list[int]] = {}
    for index, stem in enumerate(stems):
        same.setdefault(_folded(stem), []).append(index)
    groups = [indices for indices in same.values() if len(indices) > 1]
    taken = {folded for folded, indices in same.items() if len(indices) == 1}
    for indices in groups:
        folders = [_folders(filenames[index]) for index in indices]
        alike = [stems[index] for index in indices]
        chosen = _told_apart(alike, folders, taken, allow_blanks)
        for index, name in zip(indices, chosen, strict=True):
            stems[index] = name
        taken.update(map(_folded, chosen))
    return stems


def stem_of(filename: str) -> str:
    """The last part of a path, without the extension of a picture."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    stem, dot, extension = name.rpartition(".")
    return stem if f"{dot}{extension}".lower() in EXTENSIONS else name


def _folders(filename: str) -> list[str]:
    """The folders of a path, the innermost first."""
    parts = filename.replace("\\", "/").split("/")[:-1]
    return [part for part in reversed(parts) if part not in ("", ".", "..")]


def _safe(name: str, allow_blanks: bool) -> str:
    """A name that is one part of a path, visible, and fits into a line of a list."""
    characters = (c if c.isprintable() and c not in "/\\" else "_" for c in name)
    name = _RESERVED.sub("_", "".join(characters)).strip()
    if not allow_blanks:
        name = name.replace(" ", "_")
    if name.startswith("."):
        name = f"_{name[1:]}"
    return name.encode()[:_MAX_BYTES].decode(errors="ignore").strip() or "picture"


def _folded(name: str) -> str:
    """Equal for names that are one and the same on some systems."""
    return unicodedata.normalize("NFC", name).casefold()


def _told_apart(
    stems: list[str], folders: list[list[str]], taken: set[str], allow_blanks: bool
) -> list[str]:
    for prefixes in _prefixes(folders):
        pairs = zip(prefixes, stems, strict=True)
        names = [f"{prefix}_{stem}" if prefix else stem for prefix, stem in pairs]
        names = [_safe(name, allow_blanks) for name in names]
        folded = set(map(_folded, names))
        if len(folded) == len(names) and not folded & taken:
            return names
    return _numbered(stems, taken)


def _prefixes(folders: list[list[str]]) -> Iterator[list[str]]:
    """One folder for each picture, the innermost first; at last all folders."""
    for depth in range(min(map(len, folders))):
        yield [of_one[depth] for of_one in folders]
    yield ["_".join(reversed(of_one)) for of_one in folders]


def _numbered(stems: list[str], taken: set[str]) -> list[str]:
    names, number = [], 0
    for stem in stems:
        name = ""
        while not name or _folded(name) in taken:
            number += 1
            name = stem if number == 1 else f"{stem}-{number}"
        names.append(name)
    return names
