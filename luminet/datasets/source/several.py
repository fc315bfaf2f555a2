"""Open several data sets together."""

from collections.abc import Sequence
from pathlib import Path

from luminet.datasets.example_reader import DEFAULT_RULES, Rules
from luminet.datasets.readers import AUTO, find_splits, recognise
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


def open_sources(
    folders: Sequence[Path],
    types: Sequence[str] = (),
    splits: Sequence[str] = (),
    rules: Rules = DEFAULT_RULES,
    num_workers: int | None = None,
) -> list[Source]:
    """Open data sets.

    Args:
        folders: of the data sets.
        types: of their notations: one for each, one for all, or none for "auto".
        splits: to read, where they are there; by default all.
        rules: how strict reading is.
        num_workers: processes that read annotations.

    Raises:
        InputError: there is no such data set, a split is in none of them, or none of
            the splits is in one of them.
    """
    types = [*types] or [AUTO]
    if len(types) == 1:
        types *= len(folders)
    if len(types) != len(folders):
        message = f"--type: give one for all {len(folders)} data sets, or one for each"
        raise InputError(message)
    chosen = [_choose(*pair, splits) for pair in zip(folders, types, strict=True)]
    for split in splits:
        if not any(split in of_one for of_one in chosen):
            raise InputError(f"--split: no data set has a split '{split}'")
    return [
        Source(folder, type, of_one, rules=rules, num_workers=num_workers)
        for folder, type, of_one in zip(folders, types, chosen, strict=True)
    ]


def _choose(folder: Path, type: str, splits: Sequence[str]) -> tuple[str, ...]:
    """Those of the splits that a data set has."""
    if not splits:
        return ()
    type = recognise(folder)[0] if type == AUTO else type
    there = find_splits(type, folder) or (UNDIVIDED,)
    chosen = tuple(split for split in splits if split in there)
    if not chosen:
        raise InputError(f"{folder}: no such split, only {', '.join(there)}")
    return chosen
