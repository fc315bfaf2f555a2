"""A few pictures and their annotations are written: what one process does at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from luminet.datasets import image
from luminet.datasets.conversion.chunk import Picture
from luminet.datasets.example import Example
from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.export.notation import Losses, Notation
from luminet.datasets.findings import Finding, InvalidExample
from luminet.datasets.image_error import PNG_SIGNATURE

TURNED = "pictures written anew, for an EXIF orientation that their boxes do not follow"


class Batch(NamedTuple):
    """Pictures of a split, and the stems of the files that they will be."""

    split: str
    pictures: Sequence[Picture]
    stems: Sequence[str]


@dataclass
class Written:
    """What became of a batch.

    Attributes:
        batch: it.
        entries: what the notation wants to know of what was written.
        losses: of all its pictures.
        findings: of all its pictures.
        num_skipped: pictures with a fault.
    """

    batch: Batch
    entries: list = field(default_factory=list)
    losses: Losses = field(default_factory=Losses)
    findings: list[Finding] = field(default_factory=list)
    num_skipped: int = 0


class PictureWriter(NamedTuple):
    """What all batches share."""

    notation: Notation
    readers: Sequence[ExampleReader]


def write_batch(writer: PictureWriter, batch: Batch) -> Written:
    """Read the pictures of a batch, and write those without a fault.

    Raises:
        OSError: a file cannot be written.
    """
    written = Written(batch)
    for picture, stem in zip(batch.pictures, batch.stems, strict=True):
        reader = writer.readers[picture.reader]
        try:
            example, findings = reader.read(picture.key, picture.image_id)
        except InvalidExample as error:
            written.findings += error.findings
            written.num_skipped += 1
            continue
        written.findings += findings
        written.losses += writer.notation.losses(example)
        data = _unturned(example.image)
        written.losses[TURNED] += data != example.image
        written.entries.append(
            _write(writer.notation, batch.split, stem, example, data)
        )
    return written


def _write(notation, split: str, stem: str, example: Example, data: bytes) -> object:
    file_name = stem + _extension(example.filename, data)
    (notation.pictures(split) / file_name).write_bytes(data)
    return notation.write(split, file_name, example)


def _unturned(data: bytes) -> bytes:
    """The same pixels in a file that no program turns for its EXIF orientation."""
    if image.standard_form(data, trust=True).data == data:
        return data
    return image.encode_png(image.decode(data, ignore_exif=True))


def _extension(filename: str, data: bytes) -> str:
    """That of the content, spelt like before if it was right."""
    file_format = "PNG" if data.startswith(PNG_SIGNATURE) else "JPEG"
    before = f".{filename.rpartition('.')[2]}"
    if image.EXTENSIONS.get(before.lower()) == file_format:
        return before
    return {"PNG": ".png", "JPEG": ".jpg"}[file_format]
