"""What a conversion writes: pictures by split, and who reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from luminet.datasets import workers
from luminet.datasets.conversion.chunk import Picture
from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.findings import Finding
from luminet.datasets.source import near_duplicates
from luminet.datasets.source.divide import divide
from luminet.datasets.source.source import Source

_CHUNK = 64


@dataclass(frozen=True)
class Plan:
    """A store to write.

    Attributes:
        name: of what is read, for messages.
        class_names: in the order of their numbers.
        readers: of examples.
        splits: the pictures of each split, in order.
        findings: what is wrong with the lists of pictures; pairs of split and finding.
        category_ids: numbers of the classes in the COCO files that they came from.
        source_names: of the data sets, if there are several.
    """

    name: str
    class_names: tuple[str, ...]
    readers: tuple[ExampleReader, ...]
    splits: Mapping[str, Sequence[Picture]]
    findings: Sequence[tuple[str, Finding]]
    category_ids: Mapping[str, int] | None = None
    source_names: tuple[str, ...] = ()


def plan_source(
    source: Source,
    shares: Mapping[str, float] | None = None,
    seed: int = 0,
    num_workers: int | None = None,
) -> Plan:
    """Plan to write what is taken of a data set.

    Args:
        source: the data set.
        shares: divide its pictures anew, into splits of these shares; see `divide`.
            Pictures that show nearly the same come into the same split.
        seed: of the division.
        num_workers: processes that look for such pictures.
    """
    names = list(source.readers)
    splits = {
        split: [Picture(names.index(split), key, key) for key in keys]
        for split, keys in source.keys.items()
    }
    if source.selection.only_images:
        # They are chosen by name: a split that has none of them was not meant.
        splits = {split: pictures for split, pictures in splits.items() if pictures}
    readers = tuple(source.example_reader(split) for split in names)
    if shares:
        sources = [(source, split) for split in names]
        splits = divide_anew(splits, sources, readers, shares, seed, num_workers)
    findings = [
        (split, finding)
        for split, reader in source.readers.items()
        for finding in reader.findings
    ]
    return Plan(
        str(source.given),
        source.class_names,
        readers,
        splits,
        findings,
        source.category_ids,
    )


def divide_anew(
    splits: Mapping[str, list[Picture]],
    sources: Sequence[tuple[Source, str]],
    readers: Sequence[ExampleReader],
    shares: Mapping[str, float],
    seed: int = 0,
    num_workers: int | None = None,
) -> dict[str, list[Picture]]:
    """Divide the pictures of all splits; see `plan_source`.

    Args:
        splits: as they are.
        sources: of each reader its data set, and its split there.
        readers: of the pictures.
        shares: of the new splits.
        seed: of the division.
        num_workers: processes that look for pictures that show nearly the same.
    """
    pictures, counts = _with_unique_names(splits), []
    for picture in pictures:
        source, split = sources[picture.reader]
        counts.append(source.counts(split, picture.key))
    groups = _near_duplicates(readers, pictures, num_workers)
    divided = {split: [] for split in shares}
    chosen = divide(counts, shares, groups, seed)
    for picture, split in zip(pictures, chosen, strict=True):
        divided[split].append(picture)
    return divided


def _with_unique_names(splits: Mapping[str, list[Picture]]) -> list[Picture]:
    """All pictures; a name that several splits have gets the split's in front."""
    pictures = [picture for pictures in splits.values() for picture in pictures]
    if len({picture.image_id for picture in pictures}) == len(pictures):
        return pictures
    return [
        picture._replace(image_id=f"{split}/{picture.image_id}")
        for split, pictures in splits.items()
        for picture in pictures
    ]


def _near_duplicates(readers, pictures, num_workers) -> list[int]:
    starts = range(0, len(pictures), _CHUNK)
    chunks = (pictures[start : start + _CHUNK] for start in starts)
    if num_workers is None:
        num_workers = workers.default_workers()
    if len(starts) < 2:
        num_workers = 1
    results = workers.map_in_order(_fingerprints, readers, chunks, num_workers)
    return near_duplicates.groups([item for result in results for item in result])


def _fingerprints(readers, pictures) -> list[np.ndarray | None]:
    return [
        near_duplicates.fingerprint_of(readers[item.reader], item.key)
        for item in pictures
    ]
