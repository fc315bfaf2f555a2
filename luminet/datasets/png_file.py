"""What lies in the file of a PNG beside its pixels: chunk after chunk."""

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from luminet.datasets.image_error import PNG_SIGNATURE


def is_whole(data: bytes) -> bool:
    """Whether every chunk is sound, to the last: Pillow forgives more than libpng."""
    position = len(PNG_SIGNATURE)
    while position + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        kind, end = data[position + 4 : position + 8], position + 8 + length
        checksum = data[end : end + 4]
        if zlib.crc32(data[position + 4 : end]).to_bytes(4) != checksum:
            return False
        if kind == b"IEND":
            return True
        position = end + 4
    return False


def bit_depth(data: bytes) -> int:
    """Bits of each value: the byte after signature, length, IHDR and size."""
    return data[24]


def has_exif_behind_pixels(file: BinaryIO) -> bool:
    """Whether EXIF tags come after the pixels, which are not read."""
    kinds = _kinds(file)
    # The second search goes on where the first one ended.
    return b"IDAT" in kinds and b"eXIf" in kinds


def _kinds(file: BinaryIO) -> Iterator[bytes]:
    """The kinds of the chunks, in order."""
    position = len(PNG_SIGNATURE)
    while True:
        file.seek(position)
        head = file.read(8)
        if len(head) < 8:
            return
        length, kind = struct.unpack(">I4s", head)
        yield kind
        position += 12 + length
