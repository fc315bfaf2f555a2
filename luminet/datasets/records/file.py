"""TFRecord files, without TensorFlow: written, read, and what is wrong with one.

TensorFlow's own reader takes a file that ends within a length for complete: this one
does not. That a file ends between two records is for its manifest to find.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from luminet.datasets import regular_file
from luminet.datasets.records.error import RecordError
from luminet.datasets.records.framing import FrameReader, frame


class RecordWriter:
    """Writes a TFRecord; a context manager.

    Args:
        path: the file; one that is there is replaced.

    Attributes:
        num_records: how many were written.
        num_bytes: that the file has with them.
    """

    def __init__(self, path: Path):
        self.path = path
        self.num_records = self.num_bytes = 0
        self._digest = hashlib.sha256()
        self._file = open(path, "wb")  # noqa: SIM115

    def __enter__(self) -> "RecordWriter":
        return self

    def __exit__(self, *exception) -> None:
        self.close()

    def close(self) -> None:
        """Write what is still in memory; then the file is complete."""
        self._file.close()

    def write(self, data: bytes) -> None:
        """Append a record."""
        framed = frame(data)
        self._file.write(framed)
        self._digest.update(framed)
        self.num_records += 1
        self.num_bytes += len(framed)

    @property
    def sha256(self) -> str:
        """Of what was written, in hexadecimal digits."""
        return self._digest.hexdigest()


def read_records(path: Path | str) -> Iterator[bytes]:
    """Read the records of a file, one after the other; an empty file has none.

    Raises:
        FileError: the file cannot be read.
        RecordError: it is no TFRecord, or a record is cut or damaged.
    """
    with regular_file.opened(path) as file:
        reader, number = FrameReader(file, path), 1
        while not reader.at_end():
            yield reader.read(f"record {number}")
            number += 1


def record_offsets(path: Path | str) -> Iterator[int]:
    """Find where each record begins, for `read_record`; the data is not read.

    Raises:
        FileError, RecordError: as `read_records`, but damaged data is not found.
    """
    with regular_file.opened(path) as file:
        reader, number = FrameReader(file, path), 1
        while not reader.at_end():
            offset = reader.offset
            reader.skip(f"record {number}")
            yield offset
            number += 1


def read_record(path: Path | str, offset: int) -> bytes:
    """Read the one record that begins at an offset of `record_offsets`.

    Raises:
        FileError, RecordError: see `read_records`.
    """
    with regular_file.opened(path) as file:
        file.seek(offset)
        return FrameReader(file, path).read(f"the record at byte {offset}")


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(2**20):
            digest.update(block)
    return digest.hexdigest()


def count_records(path: Path) -> tuple[int, bool]:
    """Count the records by their lengths alone, without reading their data.

    Returns:
        How many are complete, and whether the file ends with the last of them.
    """
    count = 0
    try:
        for _ in record_offsets(path):
            count += 1
    except RecordError:
        return count, False
    return count, True


def what_is_cut(path: Path, expected_bytes: int, expected_records: int) -> str:
    """Say in words what a file of the wrong size lacks or has too much."""
    records, ends_clean = count_records(path)
    size = f"{path.stat().st_size} bytes instead of {expected_bytes}"
    if not records:
        return f"no whole record ({size}); is this a TFRecord?"
    if records >= expected_records:
        return f"something follows the {expected_records} records ({size})"
    if ends_clean:
        return f"only {records} of {expected_records} records ({size})"
    return f"record {records + 1} of {expected_records} is cut ({size})"


def what_is_damaged(path: Path, expected_records: int) -> str:
    """Say in words where a file of the right size, but of the wrong sum, is damaged."""
    count = 0
    try:
        for _ in read_records(path):
            count += 1
    except RecordError:
        return f"record {count + 1} of {expected_records} is damaged"
    return "not the file that was written here: its checksum is another one"
