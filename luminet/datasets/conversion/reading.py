"""Read all pictures of a plan in several processes: to write them, or to check."""

import functools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from luminet.datasets import workers
from luminet.datasets.conversion.chunk import (
    Chunk,
    ChunkResult,
    ChunkWriter,
    write_chunk,
)
from luminet.datasets.conversion.class_check import check_classes
from luminet.datasets.conversion.duplicates import Duplicates, Origin
from luminet.datasets.conversion.log import Log
from luminet.datasets.conversion.plan import Plan
from luminet.datasets.progress import Progress

# Pictures in a chunk: most, and fewest.
_CHUNK, _LAST_CHUNK = 32, 8


def read_all(
    plan: Plan,
    folder: Path | None,
    log: Log,
    num_workers: int | None = None,
    num_shards: int | None = None,
    progress: Progress | None = None,
) -> Iterator[ChunkResult]:
    """Read the pictures of a plan chunk by chunk, in order; the log is told of all.

    Args:
        plan: what to read.
        folder: where to write the parts of TFRecords; None writes nothing. A part is
            written over once the next result is taken.
        log: what is found.
        num_workers: processes; by default one for each core.
        num_shards: of each split; chunks do not reach over their borders.
        progress: is told after each chunk.
    """
    for split, finding in plan.findings:
        log.add(split, [finding])
    num_workers = num_workers or workers.default_workers()
    chunks = _chunks(plan, num_shards or 1)
    if len(chunks) < 2:
        num_workers = 1
    state = ChunkWriter(plan.readers, plan.class_names)
    parts = _Parts(folder)
    duplicates = Duplicates(functools.partial(_origin, plan))
    first_index, done = 0, dict.fromkeys(plan.splits, 0)
    classes = {split: Counter() for split in plan.splits}
    tasks = map(parts.assign, chunks)
    for result in workers.map_in_order(write_chunk, state, tasks, num_workers):
        split, count = result.chunk.split, len(result.chunk.pictures)
        log.num_read += count
        log.num_skipped += result.num_skipped
        log.add(split, result.findings)
        for index, digest in enumerate(result.digests, first_index):
            duplicates.add(index, digest)
        classes[split].update(result.counts.classes)
        first_index += count
        done[split] += count
        if progress:
            progress(split, done[split], len(plan.splits[split]))
        yield result
        parts.release(result.chunk)
    for index, first in duplicates.pairs():
        log.add(_origin(plan, index).split, [duplicates.finding(index, first)])
    for split, finding in check_classes(plan.name, plan.class_names, classes):
        log.add(split, [finding])


class _Parts:
    """Files for the parts of chunks, used again and again: a dozen, not thousands."""

    def __init__(self, folder: Path | None):
        self._folder = folder
        self._free: list[Path] = []
        self._num_files = 0

    def assign(self, chunk: Chunk) -> Chunk:
        """The chunk with a file for its part."""
        if self._folder is None:
            return chunk
        if not self._free:
            self._free.append(self._folder / f"{self._num_files}.part")
            self._num_files += 1
        return chunk._replace(part=self._free.pop())

    def release(self, chunk: Chunk) -> None:
        """The part of a chunk is not needed any more."""
        if chunk.part is not None:
            self._free.append(chunk.part)


def _chunks(plan: Plan, num_shards: int) -> list[Chunk]:
    """Towards the end they get smaller, so that no process waits long for another."""
    chunks = []
    left = sum(map(len, plan.splits.values()))
    for split, pictures in plan.splits.items():
        shards = max(1, min(num_shards, len(pictures)))
        for shard in range(shards):
            start = shard * len(pictures) // shards
            end = (shard + 1) * len(pictures) // shards
            while start < end:
                size = min(max(left // 8, _LAST_CHUNK), _CHUNK, end - start)
                chunks.append(Chunk(split, shard, pictures[start : start + size]))
                start, left = start + size, left - size
    return chunks


def _origin(plan: Plan, index: int) -> Origin:
    """Where a picture is from, by an index that counts over all splits."""
    for split, pictures in plan.splits.items():
        if index < len(pictures):
            picture = pictures[index]
            return Origin(split, plan.readers[picture.reader], picture.key)
        index -= len(pictures)
    raise IndexError(index)
