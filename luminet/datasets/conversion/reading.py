"""Read all pictures of a plan in several processes: to write them, or to check."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from luminet.datasets import image, workers
from luminet.datasets.annotation import Annotation
from luminet.datasets.conversion.chunk import (
    Chunk,
    ChunkResult,
    ChunkWriter,
    Picture,
    write_chunk,
)
from luminet.datasets.conversion.class_check import check_classes
from luminet.datasets.conversion.duplicates import Duplicates
from luminet.datasets.conversion.log import Log
from luminet.datasets.conversion.plan import Plan
from luminet.datasets.findings import Finding

# Is told the split, how many of its pictures are read, and how many there are.
Progress = Callable[[str, int, int], None]

_CHUNK = 32


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
        folder: where to write the parts of TFRecords; None writes nothing.
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
    state = ChunkWriter(plan.readers, plan.class_names, folder)
    duplicates, first_index, done = Duplicates(), 0, dict.fromkeys(plan.splits, 0)
    classes = {split: Counter() for split in plan.splits}
    for result in workers.map_in_order(write_chunk, state, chunks, num_workers):
        split, count = result.chunk.split, len(result.chunk.pictures)
        log.num_read += count
        log.num_skipped += result.num_skipped
        log.add(split, result.findings)
        positions = [first_index + position for position, _ in result.digests]
        duplicates.add(positions, [digest for _, digest in result.digests])
        classes[split].update(result.counts.classes)
        first_index += count
        done[split] += count
        if progress:
            progress(split, done[split], len(plan.splits[split]))
        yield result
    _note_duplicates(plan, duplicates, log)
    for split, finding in check_classes(plan.name, plan.class_names, classes):
        log.add(split, [finding])


def _chunks(plan: Plan, num_shards: int) -> list[Chunk]:
    chunks = []
    for split, pictures in plan.splits.items():
        shards = max(1, min(num_shards, len(pictures)))
        for shard in range(shards):
            start = shard * len(pictures) // shards
            end = (shard + 1) * len(pictures) // shards
            for first in range(start, end, _CHUNK):
                inside = pictures[first : min(first + _CHUNK, end)]
                chunks.append(Chunk(split, len(chunks), shard, inside))
    return chunks


def _note_duplicates(plan: Plan, duplicates: Duplicates, log: Log) -> None:
    places = list(plan.splits.items())
    for index, first_index in duplicates.pairs():
        split, picture = _at(places, index)
        first_split, first = _at(places, first_index)
        found, before = _annotation(plan, picture), _annotation(plan, first)
        if _file_of(found) != _file_of(before):
            continue
        code, where = "duplicate-image", ""
        if split != first_split:
            code, where = "split-leak", f" in '{first_split}'"
        message = f"the same picture as {before.picture_name}{where}"
        log.add(split, [Finding(code, found.picture_name, "", message, fatal=False)])


def _file_of(annotation: Annotation) -> bytes:
    return annotation.encoded or image.read(annotation.picture)


def _at(places: Sequence[tuple[str, Sequence[Picture]]], index: int):
    """The split and the picture of an index that counts over all splits."""
    for split, pictures in places:
        if index < len(pictures):
            return split, pictures[index]
        index -= len(pictures)
    raise IndexError(index)


def _annotation(plan: Plan, picture: Picture) -> Annotation:
    return plan.readers[picture.reader].reader.read(picture.key)
