"""Read all annotations once, without their pictures: what is on which picture."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from luminet.datasets import workers
from luminet.datasets.readers.reader import Reader, naming_reader

# The objects of a picture by class: pairs of a name and how many there are, sorted.
# None where something is wrong with it: what is on it, nobody knows.
Counts = tuple[tuple[str, int], ...] | None

_CHUNK = 256


def names_in(reader: Reader, keys: Sequence[str], num_workers: int) -> set[str]:
    """All classes that the annotations of these pictures name."""
    return set().union(*_scan(_names, reader, keys, num_workers))


def count_objects(
    reader: Reader,
    keys: Sequence[str],
    num_workers: int,
    dropped: Collection[str] = (),
) -> dict[str, Counts]:
    """Count the objects on each of these pictures, by class.

    Most pictures share their counts with others: about 200 bytes for each.

    Args:
        reader: of the pictures.
        keys: theirs.
        num_workers: processes that read.
        dropped: classes, as the data set names them, whose faults do not count.
    """
    same: dict[Counts, Counts] = {}
    chunks = _scan(_counts, (reader, frozenset(dropped)), keys, num_workers)
    counts = (counts for chunk in chunks for counts in chunk)
    return {
        key: same.setdefault(found, found)
        for key, found in zip(keys, counts, strict=True)
    }


def picture_names(reader: Reader, keys: Sequence[str], num_workers: int) -> list[str]:
    """The paths of these pictures, relative to the folder of the data set."""
    chunks = _scan(_picture_names, reader, keys, num_workers)
    return [name for chunk in chunks for name in chunk]


def _scan(function, state, keys, num_workers) -> Iterator:
    starts = range(0, len(keys), _CHUNK)
    if len(starts) < 2 * num_workers:
        num_workers = 1
    chunks = (keys[start : start + _CHUNK] for start in starts)
    return workers.map_in_order(function, state, chunks, num_workers)


def _names(reader: Reader, keys: Sequence[str]) -> set[str]:
    return set().union(*(_names_of(reader, key) for key in keys))


def _names_of(reader: Reader, key: str) -> set[str]:
    with naming_reader(reader, key):
        return reader.names(key)


def _picture_names(reader: Reader, keys: Sequence[str]) -> list[str]:
    return [_picture_name(reader, key) for key in keys]


def _picture_name(reader: Reader, key: str) -> str:
    with naming_reader(reader, key):
        return reader.read(key).picture_name


def _counts(state: tuple[Reader, frozenset], keys: Sequence[str]) -> list[Counts]:
    return [_count(*state, key) for key in keys]


def _count(reader: Reader, dropped: frozenset[str], key: str) -> Counts:
    with naming_reader(reader, key):
        annotation = reader.read(key)
    findings = annotation.findings.found
    if any(finding.fatal and finding.class_name not in dropped for finding in findings):
        return None
    names = Counter(item.class_name for item in annotation.objects)
    return tuple(sorted(names.items()))
