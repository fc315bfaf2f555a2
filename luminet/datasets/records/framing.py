"""A record between its length and its checksums, as it stands in a TFRecord.

8 bytes of length, 4 of checksum, the data, 4 of checksum.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import google_crc32c

from luminet.datasets.records.error import RecordError
from luminet.remote import any_path

_LENGTH = struct.Struct("<Q")
_CHECKSUM = struct.Struct("<I")
_GZIP = b"\x1f\x8b"


def frame(data: bytes) -> bytes:
    """Put a record's data between its length and its checksums."""
    length = _LENGTH.pack(len(data))
    return b"".join((length, _checksum(length), data, _checksum(data)))


def framed_sizes(data: bytes | memoryview) -> Iterator[int]:
    """The bytes of each record, with its frame, of what `frame` has put together."""
    offset = 0
    while offset < len(data):
        [length] = _LENGTH.unpack_from(data, offset)
        size = _LENGTH.size + length + 2 * _CHECKSUM.size
        yield size
        offset += size


def _checksum(data: bytes) -> bytes:
    """CRC-32C, turned and shifted, as a record may itself hold such sums."""
    plain = google_crc32c.value(data)
    turned = plain >> 15 | plain << 17
    return _CHECKSUM.pack((turned + 0xA282EAD8) & 0xFFFFFFFF)


class FrameReader:
    """Goes through the records of an open file; nothing is taken on trust.

    Args:
        file: of bytes, at the beginning of a record.
        path: of the file, for messages.
    """

    def __init__(self, file: BinaryIO, path: Path | str):
        self._file, self._path = file, path
        self._end = any_path(path).stat().st_size
        self.offset = file.tell()

    def at_end(self) -> bool:
        """Whether the file ends where the next record would begin."""
        return self.offset == self._end

    def read(self, name: str) -> bytes:
        """Read the data of the next record; `name` is for messages.

        Raises:
            RecordError: it is cut or damaged.
        """
        length = self._read_length(name)
        data = self._file.read(length)
        if self._file.read(_CHECKSUM.size) != _checksum(data):
            raise self._damaged(name)
        self.offset = self._file.tell()
        return data

    def skip(self, name: str) -> None:
        """Go to the next record without reading the data of this one.

        Raises:
            RecordError: this one is cut, or its length damaged.
        """
        length = self._read_length(name)
        self.offset = self._file.tell() + length + _CHECKSUM.size
        self._file.seek(self.offset)

    def _read_length(self, name):
        length = self._file.read(_LENGTH.size)
        checksum = self._file.read(_CHECKSUM.size)
        if len(checksum) < _CHECKSUM.size and self.offset:
            raise self._cut(name)
        if checksum != _checksum(length):
            raise self._damaged(name) if self.offset else self._no_tfrecord(length)
        [length] = _LENGTH.unpack(length)
        if self._file.tell() + length + _CHECKSUM.size > self._end:
            raise self._cut(name)
        return length

    def _cut(self, name):
        message = f"{name} is cut; restore the file"
        return RecordError("record-cut", message, self._path)

    def _damaged(self, name):
        message = f"{name} is damaged; restore the file"
        return RecordError("record-damaged", message, self._path)

    def _no_tfrecord(self, beginning):
        message = "it does not begin with a record; is this a TFRecord?"
        if beginning.startswith(_GZIP):
            message = "compressed with gzip; is this a TFRecord? Unpack it first"
        return RecordError("not-a-tfrecord", message, self._path)
