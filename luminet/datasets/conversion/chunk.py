"""A few pictures become a part of a TFRecord: what one process does at a time."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from luminet.datasets.conversion.split_counts import SplitCounts
from luminet.datasets.example_reader import ExampleReader, Inspected
from luminet.datasets.findings import Finding
from luminet.datasets.records.example_record import serialize
from luminet.datasets.records.framing import frame

# A record with its lengths has to fit into two gibibytes: a limit of protobuf.
MAX_RECORD_BYTES = 2**31 - 1
# Pictures that lie in memory together.
_BATCH = 8


class Picture(NamedTuple):
    """A picture to convert: the index of its reader, its key, and its name there."""

    reader: int
    key: str
    image_id: str


class Chunk(NamedTuple):
    """Pictures that become one part of a split's TFRecord.

    Attributes:
        split: its name.
        shard: of the split, where their number was given.
        pictures: in order.
        part: the file to write, over whatever it holds; None for a check alone.
    """

    split: str
    shard: int
    pictures: Sequence[Picture]
    part: Path | None = None


@dataclass(frozen=True)
class ChunkWriter:
    """What all chunks share.

    Attributes:
        readers: of examples.
        class_names: in the order of their numbers.
    """

    readers: Sequence[ExampleReader]
    class_names: Sequence[str]


@dataclass
class ChunkResult:
    """What became of a chunk.

    Attributes:
        chunk: it.
        num_bytes: at the beginning of the part: framed records one after the other.
        counts: of what was written.
        findings: of all its pictures.
        num_skipped: pictures with a fault.
        digests: of each picture, to find those that are there twice; None where there
            is none, and where it would be written but for a fault.
    """

    chunk: Chunk
    num_bytes: int = 0
    counts: SplitCounts = field(default_factory=SplitCounts)
    findings: list[Finding] = field(default_factory=list)
    num_skipped: int = 0
    digests: list[int | None] = field(default_factory=list)


def write_chunk(writer: ChunkWriter, chunk: Chunk) -> ChunkResult:
    """Read the pictures of a chunk, and write those without a fault.

    Raises:
        OSError: the part cannot be written.
    """
    result = ChunkResult(chunk)
    records = _records(writer, chunk, result)
    if chunk.part is None:
        for _ in records:
            pass
        return result
    # Not cut to nothing: writing over a file is quicker than making a new one.
    descriptor = os.open(chunk.part, os.O_WRONLY | os.O_CREAT, 0o666)
    with open(descriptor, "wb") as file:
        for record in records:
            result.num_bytes += file.write(record)
    return result


def _records(writer: ChunkWriter, chunk: Chunk, result: ChunkResult):
    for example, findings, digest in _inspect(writer.readers, chunk.pictures):
        result.findings += findings
        record = example and _record(example, writer.class_names, result)
        # A check tells of twins before they are mended; what is left out has none.
        may_have_twins = record or chunk.part is None
        result.digests.append(digest if may_have_twins else None)
        if record:
            result.counts.add(example)
            yield record
        else:
            result.num_skipped += 1


def _inspect(readers, pictures: Sequence[Picture]) -> Iterator[Inspected]:
    """What `ExampleReader.inspect` tells of each picture, in a tenth less of the time.

    All annotations of a batch are read, then all its pictures, and so on: what does
    that stays in the processor's caches.
    """
    for start in range(0, len(pictures), _BATCH):
        batch = pictures[start : start + _BATCH]
        annotations = [readers[p.reader].read_annotation(p.key) for p in batch]
        pairs = [*zip(batch, annotations, strict=True)]
        files = [readers[p.reader].read_picture(found) for p, found in pairs]
        for (picture, found), file in zip(pairs, files, strict=True):
            yield readers[picture.reader].unite(found, file, picture.image_id)


def _record(example, class_names, result: ChunkResult) -> bytes | None:
    if len(example.image) > MAX_RECORD_BYTES // 2:
        message = f"{len(example.image)} bytes are too many for a record"
        finding = Finding("record-too-large", example.filename, "", message)
        result.findings.append(finding)
        return None
    return frame(serialize(example, class_names))
