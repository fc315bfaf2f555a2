"""Open several data sets together."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from luminet.datasets.example_reader import DEFAULT_RULES, Rules
from luminet.datasets.readers import AUTO, find_splits, recognise
from luminet.datasets.source.selection import Selection
from luminet.datasets.source.source import Source
from luminet.datasets.source.split_names import UNDIVIDED
from luminet.errors import InputError
from luminet.remote import RemotePath, is_remote


def names_of(folders: Sequence[Path | RemotePath]) -> list[str]:
    """Name data sets by the ends of their paths, as short as tells them apart.

    Raises:
        InputError: one is named twice, or there are less than two.
    """
    paths = [str(f) if is_remote(f) else f.resolve().as_posix() for f in folders]
    if len(paths) < 2:
        raise InputError("name two data sets or more")
    for folder, path in zip(folders, paths, strict=True):
        if paths.count(path) > 1:
            raise InputError(f"{folder}: named twice")
    parts = [path.split("/") for path in paths]
    for depth in range(1, max(map(len, parts)) + 1):
        names = ["-".join(filter(None, of_one[-depth:])) for of_one in parts]
        if len(set(names)) == len(names):
            return names
    return paths


def one_for_each(types: Sequence[str], count: int) -> list[str]:
    """The type of each data set, where it is given for each, for all, or not at all.

    Raises:
        InputError: it is given another number of times.
    """
    types = [*types] or [AUTO]
    if len(types) == 1:
        types *= count
    if len(types) != count:
        message = f"--type: give one for all {count} data sets, or one for each"
        raise InputError(message)
    return types


def open_sources(
    folders: Sequence[Path],
    types: Sequence[str] = (),
    splits: Sequence[str] = (),
    options: Sequence[Mapping[str, str]] | None = None,
    selection: Selection | None = None,
    rules: Rules = DEFAULT_RULES,
    num_workers: int | None = None,
) -> list[Source]:
    """Open data sets.

    Args:
        folders: of the data sets.
        types: of their notations: one for each, one for all, or none for "auto".
        splits: to read, where they are there; by default all.
        options: of the reader of each; by default none.
        selection: which classes; it may name those that only some of them have.
        rules: how strict reading is.
        num_workers: processes that read annotations.

    Raises:
        InputError: there is no such data set, a split is in none of them, or none of
            the splits is in one of them.
    """
    options = options or [{}] * len(folders)
    types = one_for_each(types, len(folders))
    types = [
        recognise(folder)[0] if type == AUTO else type
        for folder, type in zip(folders, types, strict=True)
    ]
    sets = [*zip(folders, types, options, strict=True)]
    chosen = [_choose(*one, splits) for one in sets]
    for split in splits:
        if not any(split in of_one for of_one in chosen):
            raise InputError(f"--split: no data set has a split '{split}'")
    return [
        Source(folder, type, of_one, of_reader, selection, rules, num_workers)
        for (folder, type, of_reader), of_one in zip(sets, chosen, strict=True)
    ]


def _choose(
    folder: Path, type: str, options: Mapping[str, str], splits: Sequence[str]
) -> tuple[str, ...]:
    """Those of the splits that a data set has."""
    if not splits:
        return ()
    there = find_splits(type, folder, options) or (UNDIVIDED,)
    chosen = tuple(split for split in splits if split in there)
    if not chosen:
        raise InputError(f"{folder}: no such split, only {', '.join(there)}")
    return chosen
