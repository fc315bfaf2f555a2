"""Where TFRecords of any origin lie: the files of each split.

The name of a file begins with the split, shards are numbered: `train.record`,
`train.record-00000-of-00010`, `train-00000-of-00010.tfrecord`. Or there is a folder of
such files for each split, whatever their names.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from luminet.datasets import listing
from luminet.datasets.findings import InvalidDataset
from luminet.spelling import did_you_mean

_SHARD = r"-(?P<{0}>[0-9]{{5}})-of-(?P<{1}>[0-9]{{5}})"
_NAME = re.compile(
    rf"(?P<split>.+?)(?:{_SHARD.format('a', 'a_of')})?"
    rf"\.(?:tf)?records?(?:{_SHARD.format('b', 'b_of')})?"
)


def find_splits(data_dir: Path) -> dict[str, tuple[Path, ...]]:
    """The files of each split, in order; nothing where there are no records."""
    by_name = defaultdict(list)
    for path in _records(data_dir):
        by_name[_NAME.fullmatch(path.name)["split"]].append(path)
    if not by_name:
        folders = listing.folders(data_dir)
        by_name = {folder.name: _records(folder) for folder in folders}
    return {name: tuple(paths) for name, paths in sorted(by_name.items()) if paths}


def find_split(
    data_dir: Path, splits: Mapping[str, tuple[Path, ...]], split: str
) -> tuple[Path, ...]:
    """The files of one split, no shard missing.

    Raises:
        InvalidDataset: there is no such split, or a shard is missing.
    """
    if split not in splits:
        known = ", ".join(splits) or "none"
        message = f"no such split in these TFRecords, only {known}"
        message += did_you_mean(split, splits)
        raise InvalidDataset.of("split-missing", str(data_dir / split), "", message)
    _check_shards(splits[split])
    return splits[split]


def _records(folder: Path) -> list[Path]:
    # The folder may be one of a million pictures: no pattern is tried on most names.
    names = (entry.name for entry in listing.entries(folder))
    names = (name for name in names if "record" in name)
    return sorted(folder / name for name in names if _NAME.fullmatch(name))


def _check_shards(paths: Iterable[Path]) -> None:
    """All shards of a number of them, or files that are none."""
    shards = defaultdict(set)
    for path in paths:
        match = _NAME.fullmatch(path.name)
        index, total = match["a"] or match["b"], match["a_of"] or match["b_of"]
        if total:
            shards[match["split"], int(total)].add(int(index))
    for (name, total), found in shards.items():
        missing = sorted(set(range(total)) - found)
        if missing:
            listed = ", ".join(str(number) for number in missing[:5])
            message = f"of {total} shards {len(missing)} are missing: {listed}"
            folder = next(iter(paths)).parent
            raise InvalidDataset.of("shard-missing", str(folder / name), "", message)
