"""Which pictures of a data set have most about them that is wrong or odd."""

import functools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from luminet.datasets import workers
from luminet.datasets.conversion.duplicates import Duplicates, Origin
from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.findings import Finding
from luminet.datasets.progress import Progress
from luminet.datasets.source.source import Source

_CHUNK = 32


class Place(NamedTuple):
    """A picture of a data set: its split, and its key there."""

    split: str
    key: str


def find_worst(
    source: Source,
    count: int,
    num_workers: int | None = None,
    progress: Progress | None = None,
) -> list[tuple[Place, list[Finding]]]:
    """Read all pictures, and tell the worst: most faults first, then most warnings.

    In memory lie about 100 bytes for each picture, beside what the reader holds.

    Args:
        source: the data set. With `Decode.FULL` damaged pictures are found, and those
            that are there twice.
        count: pictures at most.
        num_workers: processes; by default one for each core.
        progress: is told after every few pictures.

    Returns:
        Pictures with their findings; none without any.
    """
    readers = {split: source.example_reader(split) for split in source.readers}
    places = [Place(split, key) for split, keys in source.keys.items() for key in keys]
    duplicates = Duplicates(functools.partial(_origin, readers, places))
    counts = _count(readers, places, duplicates, num_workers, progress)
    same = dict(duplicates.pairs())
    counts[list(same), 1] += 1
    order = np.lexsort((-counts[:, 1], -counts[:, 0]))[:count]
    worst = []
    for index in order[counts[order].any(axis=1)].tolist():
        place = places[index]
        findings = readers[place.split].inspect(place.key).findings
        if index in same:
            findings.append(duplicates.finding(index, same[index]))
        worst.append((place, findings))
    return worst


def _origin(readers, places, index: int) -> Origin:
    place = places[index]
    return Origin(place.split, readers[place.split], place.key)


def _count(readers, places, duplicates, num_workers, progress) -> np.ndarray:
    """Faults and warnings of each picture, `[P, 2]`; digests are noted."""
    starts = range(0, len(places), _CHUNK)
    num_workers = (num_workers or workers.default_workers()) if len(starts) > 1 else 1
    tasks = (places[start : start + _CHUNK] for start in starts)
    counts = np.zeros([len(places), 2], np.int32)
    results = workers.map_in_order(_inspect, readers, tasks, num_workers)
    for start, result in zip(starts, results, strict=True):
        for index, (faults, warnings, digest) in enumerate(result, start):
            counts[index] = faults, warnings
            duplicates.add(index, digest)
        if progress:
            progress("all splits", start + len(result), len(places))
    return counts


def _inspect(readers: Mapping[str, ExampleReader], places: Sequence[Place]) -> list:
    results = []
    for place in places:
        _, findings, digest = readers[place.split].inspect(place.key)
        faults = sum(finding.fatal for finding in findings)
        results.append((faults, len(findings) - faults, digest))
    return results
