"""A few pictures become a part of a TFRecord: what one process does at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from luminet.datasets.conversion.duplicates import digest
from luminet.datasets.conversion.split_counts import SplitCounts
from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.findings import Finding, InvalidExample
from luminet.datasets.records.example_record import serialize
from luminet.datasets.records.framing import frame

# A record with its lengths has to fit into two gibibytes: a limit of protobuf.
MAX_RECORD_BYTES = 2**31 - 1


class Picture(NamedTuple):
    """A picture to convert: the index of its reader, its key, and its name there."""

    reader: int
    key: str
    image_id: str


class Chunk(NamedTuple):
    """Pictures that become one part of a split's TFRecord.

    Attributes:
        split: its name.
        number: of the chunk, over all splits.
        shard: of the split, where their number was given.
        pictures: in order.
    """

    split: str
    number: int
    shard: int
    pictures: Sequence[Picture]


@dataclass(frozen=True)
class ChunkWriter:
    """What all chunks share.

    Attributes:
        readers: of examples.
        class_names: in the order of their numbers.
        folder: where the parts go; None writes nothing, for a check alone.
    """

    readers: Sequence[ExampleReader]
    class_names: Sequence[str]
    folder: Path | None


@dataclass
class ChunkResult:
    """What became of a chunk.

    Attributes:
        chunk: it.
        path: the part, framed records one after the other.
        counts: of what was written.
        findings: of all its pictures.
        num_skipped: pictures with a fault.
        digests: of each picture that was written: its position in the chunk, and its
            `duplicates.digest`.
    """

    chunk: Chunk
    path: Path | None
    counts: SplitCounts = field(default_factory=SplitCounts)
    findings: list[Finding] = field(default_factory=list)
    num_skipped: int = 0
    digests: list[tuple[int, int]] = field(default_factory=list)


def write_chunk(writer: ChunkWriter, chunk: Chunk) -> ChunkResult:
    """Read the pictures of a chunk, and write those without a fault.

    Raises:
        OSError: the part cannot be written.
    """
    if writer.folder is None:
        result = ChunkResult(chunk, None)
        for _ in _records(writer, chunk, result):
            pass
        return result
    result = ChunkResult(chunk, writer.folder / f"{chunk.number:08}.part")
    with open(result.path, "wb") as file:
        for record in _records(writer, chunk, result):
            file.write(record)
    return result


def _records(writer: ChunkWriter, chunk: Chunk, result: ChunkResult):
    for position, picture in enumerate(chunk.pictures):
        try:
            reader = writer.readers[picture.reader]
            example, findings = reader.read(picture.key, picture.image_id)
            record = _record(example, writer.class_names)
        except InvalidExample as error:
            result.num_skipped += 1
            result.findings += error.findings
            continue
        result.findings += findings
        result.counts.add(example)
        if example.image:
            result.digests.append((position, digest(example.image)))
        yield record


def _record(example, class_names) -> bytes:
    if len(example.image) > MAX_RECORD_BYTES // 2:
        message = f"{len(example.image)} bytes are too many for a record"
        finding = Finding("record-too-large", example.filename, "", message)
        raise InvalidExample([finding])
    return frame(serialize(example, class_names))
