"""Find pictures by what people call them: an id, the name of a file, or its path.

An id is what the data set calls a picture, which differs by notation: a number, a path,
a name with its extension or without. If there is none of that name, it is the end of a
path, "a.jpg", "train/a.jpg" or "train/a": so nobody has to know what ids look like.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from luminet.datasets.readers.pictures import looks_like_picture
from luminet.datasets.readers.reader import Reader
from luminet.datasets.source.scan import picture_names
from luminet.errors import InputError
from luminet.spelling import did_you_mean

# Pictures that a message names.
_SHOWN = 3


def choose(
    names: Iterable[str],
    readers: Mapping[str, Reader],
    listed: Mapping[str, Sequence[str]],
    num_workers: int,
) -> dict[str, set[str]]:
    """The pictures of these names, by split; of all splits that have one.

    Annotations are read only where no id says it.

    Args:
        names: of pictures.
        readers: of the splits.
        listed: all keys, by split.
        num_workers: processes that read.

    Raises:
        InputError: there is none of a name, or several in one split.
    """
    chosen: dict[str, set[str]] = {split: set() for split in listed}
    names = [name.removeprefix("./") for name in names]
    left = _take_ids(names, listed, chosen)
    # Most ids are a part of the path: then a few annotations tell.
    alike = {split: _alike(keys, left) for split, keys in listed.items()}
    known = set().union(*listed.values())
    missing = set(left)
    for split, all_keys in listed.items():
        here = list(left)
        # Those that no few annotations tell of are looked for among all.
        for keys in (alike[split], all_keys):
            if not here:
                break
            paths = picture_names(readers[split], keys, num_workers)
            known.update(map(os.path.basename, paths))
            found = _take_paths(here, keys, paths, split)
            chosen[split].update(found.values())
            here = [name for name in here if name not in found]
        missing.intersection_update(here)
    for name in left:
        if name in missing:
            hint = did_you_mean(name, known)
            raise InputError(f"--only-images: no picture '{name}' in the splits{hint}")
    return chosen


def _take_ids(names, listed, chosen) -> list[str]:
    """Take what is called by its id; the other names."""
    ids = {split: frozenset(keys) for split, keys in listed.items()}
    for split in ids:
        chosen[split].update(ids[split].intersection(names))
    return [name for name in names if not any(name in keys for keys in ids.values())]


def _take_paths(names, keys, paths, split) -> dict[str, str]:
    """The keys of the pictures of one split that are called by their paths, by name."""
    pictures, taken = _Paths(keys, paths), {}
    for name in names:
        found = pictures.find(name)
        if len(found) > 1:
            shown = ", ".join(f"{path} (id {key})" for key, path in found[:_SHOWN])
            raise InputError(
                f"--only-images: '{name}' is {len(found)} pictures of '{split}': "
                f"{shown}; write more of the path, or the id"
            )
        if found:
            taken[name] = found[0][0]
    return taken


class _Paths:
    """Pictures by the ends of their paths."""

    def __init__(self, keys: Sequence[str], paths: Sequence[str]):
        self._pictures = defaultdict(list)
        for key, path in zip(keys, paths, strict=True):
            self._pictures[_stem(os.path.basename(path))].append((key, path))

    def find(self, name: str) -> list[tuple[str, str]]:
        """Key and path of those that fit best: the whole path, before its end."""
        wanted = os.path.basename(name)
        pictures = [
            picture
            for stem in dict.fromkeys((_stem(wanted), wanted))
            for picture in self._pictures.get(stem, ())
        ]
        fits = [_fit(name, path) for _, path in pictures]
        best = max(fits, default=0)
        pairs = zip(pictures, fits, strict=True)
        return [picture for picture, fit in pairs if best and fit == best]


def _fit(name: str, path: str) -> int:
    """How well a name fits a path: 0 not at all, best is 4."""
    if not looks_like_picture(path):  # the picture is not there: nobody knows its end
        name = _stem(name)
    for fit, whole in ((4, path), (3, _stem(path))):
        if name == whole:
            return fit
        if whole.endswith(f"/{name}"):
            return fit - 2
    return 0


def _alike(keys: Sequence[str], names: Sequence[str]) -> list[str]:
    """The keys that end like one of the names, but for the extension."""
    wanted = {end for name in names for end in _ends(name)}
    return [key for key in keys if wanted and not wanted.isdisjoint(_ends(key))]


def _ends(name: str) -> Iterator[str]:
    end = os.path.basename(name)
    yield from (end, _stem(end))


def _stem(name: str) -> str:
    """The name without the extension of a picture; `a.rf.1` has none."""
    return os.path.splitext(name)[0] if looks_like_picture(name) else name
