"""A few pictures become a part of a TFRecord: what one process does at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from luminet.datasets.conversion.split_counts import SplitCounts
from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.findings import Finding
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
        digests: of each picture, to find those that are there twice; None where there
            is none, and where it would be written but for a fault.
    """

    chunk: Chunk
    path: Path | None
    counts: SplitCounts = field(default_factory=SplitCounts)
    findings: list[Finding] = field(default_factory=list)
    num_skipped: int = 0
    digests: list[int | None] = field(default_factory=list)


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
    for picture in chunk.pictures:
        reader = writer.readers[picture.reader]
        example, findings, digest = reader.inspect(picture.key, picture.image_id)
        result.findings += findings
        record = example and _record(example, writer.class_names, result)
        # A check tells of twins before they are mended; what is left out has none.
        may_have_twins = record or writer.folder is None
        result.digests.append(digest if may_have_twins else None)
        if record:
            result.counts.add(example)
            yield record
        else:
            result.num_skipped += 1


def _record(example, class_names, result: ChunkResult) -> bytes | None:
    if len(example.image) > MAX_RECORD_BYTES // 2:
        message = f"{len(example.image)} bytes are too many for a record"
        finding = Finding("record-too-large", example.filename, "", message)
        result.findings.append(finding)
        return None
    return frame(serialize(example, class_names))
