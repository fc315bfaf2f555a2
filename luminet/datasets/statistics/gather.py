"""Read all pictures of a data set once, in several processes, for what is on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from luminet.datasets import workers
from luminet.datasets.conversion.log import Log
from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.findings import Finding, InvalidExample
from luminet.datasets.progress import Progress
from luminet.datasets.source.source import Source
from luminet.datasets.statistics.columns import Columns, concatenate, from_examples

_CHUNK = 128


@dataclass(frozen=True)
class Gathered:
    """What is in a data set.

    In memory lie 16 bytes for each picture and 22 for each object: 0.2 GB for a million
    pictures with seven objects each, beside what their reader holds. Numbers and plots
    of them take 1 GB while they are made.

    Attributes:
        class_names: in the order of their numbers.
        splits: the columns of each split; pictures with a fault are not in them.
        num_skipped: how many of these each split has.
        log: what was found on the way.
    """

    class_names: tuple[str, ...]
    splits: Mapping[str, Columns]
    num_skipped: Mapping[str, int]
    log: Log

    @cached_property
    def total(self) -> Columns:
        """All splits together; their `keys` mean nothing then."""
        return concatenate(list(self.splits.values()))


def gather(
    source: Source, num_workers: int | None = None, progress: Progress | None = None
) -> Gathered:
    """Read what is taken of a data set.

    Args:
        source: the data set; opened with `Decode.HEADER` no pixel is decoded.
        num_workers: processes; by default one for each core.
        progress: is told after every few pictures.
    """
    log, splits = Log(), list(source.keys)
    for split, reader in source.readers.items():
        log.add(split, reader.findings)
    readers = [source.example_reader(split) for split in splits]
    tasks = [
        (index, start, source.keys[split][start : start + _CHUNK])
        for index, split in enumerate(splits)
        for start in range(0, len(source.keys[split]), _CHUNK)
    ]
    parts = {split: [from_examples([], [])] for split in splits}
    done, skipped = dict.fromkeys(splits, 0), dict.fromkeys(splits, 0)
    num_workers = (num_workers or workers.default_workers()) if len(tasks) > 1 else 1
    results = workers.map_in_order(_read, readers, tasks, num_workers)
    for (index, _, keys), (columns, findings) in zip(tasks, results, strict=True):
        split = splits[index]
        log.add(split, findings)
        parts[split].append(columns)
        skipped[split] += len(keys) - len(columns.counts)
        done[split] += len(keys)
        if progress:
            progress(split, done[split], len(source.keys[split]))
    log.num_read, log.num_skipped = sum(done.values()), sum(skipped.values())
    columns = {split: concatenate(parts[split]) for split in splits}
    return Gathered(source.class_names, columns, skipped, log)


def _read(
    readers: Sequence[ExampleReader], task: tuple[int, int, Sequence[str]]
) -> tuple[Columns, list[Finding]]:
    index, start, keys = task
    places, examples, findings = [], [], []
    for place, key in enumerate(keys, start):
        try:
            example, found = readers[index].read(key)
        except InvalidExample as error:
            findings += error.findings
            continue
        places.append(place)
        # The picture itself may come with it, and is not needed here.
        examples.append(replace(example, image=b""))
        findings += found
    return from_examples(places, examples), findings
