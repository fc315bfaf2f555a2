"""Which pictures of a data set have most about them that is wrong or odd."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from luminet.datasets import image, workers
from luminet.datasets.conversion.duplicates import Duplicates, digest
from luminet.datasets.conversion.reading import Progress
from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.findings import Finding, InvalidExample
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
    counts, duplicates = _count(readers, places, num_workers, progress)
    same = {
        index: first
        for index, first in duplicates.pairs()
        if _file(readers, places[index]) == _file(readers, places[first])
    }
    counts[list(same), 1] += 1
    order = np.lexsort((-counts[:, 1], -counts[:, 0]))[:count]
    worst = []
    for index in order[counts[order].any(axis=1)].tolist():
        findings = _findings(readers, places[index])
        if index in same:
            findings.append(_duplicate(readers, places[index], places[same[index]]))
        worst.append((places[index], findings))
    return worst


def _count(readers, places, num_workers, progress) -> tuple[np.ndarray, Duplicates]:
    """Faults and warnings of each picture, `[P, 2]`, and which pictures are equal."""
    starts = range(0, len(places), _CHUNK)
    num_workers = (num_workers or workers.default_workers()) if len(starts) > 1 else 1
    tasks = (places[start : start + _CHUNK] for start in starts)
    counts, duplicates = np.zeros([len(places), 2], np.int32), Duplicates()
    results = workers.map_in_order(_inspect, readers, tasks, num_workers)
    for start, result in zip(starts, results, strict=True):
        for index, (faults, warnings, its_digest) in enumerate(result, start):
            counts[index] = faults, warnings
            if its_digest is not None:
                duplicates.add([index], [its_digest])
        if progress:
            progress("all splits", start + len(result), len(places))
    return counts, duplicates


def _inspect(readers: Mapping[str, ExampleReader], places: Sequence[Place]) -> list:
    results = []
    for place in places:
        its_digest = None
        try:
            example, findings = readers[place.split].read(place.key)
            if example.image:
                its_digest = digest(example.image)
        except InvalidExample as error:
            findings = error.findings
        faults = sum(finding.fatal for finding in findings)
        results.append((faults, len(findings) - faults, its_digest))
    return results


def _findings(readers, place) -> list[Finding]:
    try:
        return readers[place.split].read(place.key)[1]
    except InvalidExample as error:
        return list(error.findings)


def _file(readers, place) -> bytes:
    annotation = readers[place.split].reader.read(place.key)
    return annotation.encoded or image.read(annotation.picture)


def _duplicate(readers, place, first) -> Finding:
    """That a picture is the same as one before it."""
    name, first_name = (
        readers[each.split].reader.read(each.key).picture_name
        for each in (place, first)
    )
    if place.split == first.split:
        message = f"the same picture as {first_name}"
        return Finding("duplicate-image", name, "", message, fatal=False)
    message = f"the same picture as {first_name} in '{first.split}'"
    return Finding("split-leak", name, "", message, fatal=False)
