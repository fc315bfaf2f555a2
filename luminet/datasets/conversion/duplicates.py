"""Find pictures that are there twice, by short digests of their files."""

from array import array
from collections.abc import Iterator, Sequence

import google_crc32c
import numpy as np


def digest(data: bytes) -> int:
    """Length and CRC-32C of a file, 63 bits: quick, and unequal for unequal files.

    By chance, two of a million different pictures agree once in 10,000 data sets; by
    intent, easily. So whoever tells of duplicates compares the files themselves.
    """
    return (len(data) % 2**31) << 32 | google_crc32c.value(data)


class Duplicates:
    """Collects digests, 16 bytes for each picture, and tells which are equal."""

    def __init__(self):
        self._digests = array("q")
        self._indices = array("q")

    def add(self, indices: Sequence[int], digests: Sequence[int]) -> None:
        """Note pictures by their index."""
        self._indices.extend(indices)
        self._digests.extend(digests)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """A picture's index, and that of the first one with the same digest."""
        digests = np.frombuffer(self._digests, np.int64)
        _, first, group = np.unique(digests, return_index=True, return_inverse=True)
        for position in np.flatnonzero(first[group] != np.arange(len(digests))):
            yield self._indices[position], self._indices[first[group[position]]]
