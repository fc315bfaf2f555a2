"""Find pictures that are there twice: the same pixels, whatever their files are."""

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from luminet.datasets import image
from luminet.datasets.example_reader import Decode, ExampleReader
from luminet.datasets.findings import Finding


class Origin(NamedTuple):
    """Where a picture is from.

    Attributes:
        split: its name.
        reader: of the picture.
        key: of the picture there.
    """

    split: str
    reader: ExampleReader
    key: str


class Duplicates:
    """Collects short digests, 16 bytes for each picture, and tells which are the same.

    Pictures of equal digests are candidates; they are read again and compared: their
    pixels, or their files where pictures are not decoded.

    Args:
        origin: tells where a picture is from, by its index.
    """

    def __init__(self, origin: Callable[[int], Origin]):
        self._origin = origin
        self._digests = array("q")
        self._indices = array("q")

    def add(self, index: int, digest: int | None) -> None:
        """Note a picture by its index, and the digest of its `StandardForm`."""
        if digest is not None:
            self._indices.append(index)
            self._digests.append(digest)

    def pairs(self) -> list[tuple[int, int]]:
        """Indices of pictures, in order, each with the first one that is the same.

        Raises:
            ImageError: a picture cannot be read any more.
        """
        pairs = []
        for candidates in self._candidates():
            firsts = {}
            contents = _contents(map(self._origin, candidates))
            for index, content in zip(candidates, contents, strict=True):
                first = firsts.setdefault(content, index)
                if first != index:
                    pairs.append((index, first))
        return sorted(pairs)

    def finding(self, index: int, first: int) -> Finding:
        """What to tell of such a pair."""
        found, before = self._origin(index), self._origin(first)
        code, where = "duplicate-image", ""
        if found.split != before.split:
            code, where = "split-leak", f" in '{before.split}'"
        message = f"the same picture as {_name(before)}{where}"
        return Finding(code, _name(found), "", message, fatal=False)

    def _candidates(self) -> Iterator[list[int]]:
        """Indices of each digest that several pictures have."""
        digests = np.frombuffer(self._digests, np.int64)
        order = np.argsort(digests, kind="stable")
        changes = np.flatnonzero(np.diff(digests[order])) + 1
        indices = np.frombuffer(self._indices, np.int64)[order]
        starts = [0, *changes.tolist()]
        for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
            if end - start > 1:
                yield indices[start:end].tolist()


def _contents(origins: Iterable[Origin]) -> Iterator[bytes]:
    """A long digest of each picture; a file that is there often is decoded once."""
    known = {}
    for origin in origins:
        rules = origin.reader.rules
        data = _file(origin)
        file_digest = hashlib.sha256(data).digest()
        if rules.decode is not Decode.FULL:
            yield file_digest
            continue
        key = file_digest, rules.ignore_exif
        if key not in known:
            pixels = image.decode(data, rules.ignore_exif)
            size = repr(pixels.shape).encode()
            known[key] = hashlib.sha256(size + pixels.tobytes()).digest()
        yield known[key]


def _file(origin: Origin) -> bytes:
    annotation = origin.reader.reader.read(origin.key)
    return annotation.encoded or image.read(annotation.picture)


def _name(origin: Origin) -> str:
    return origin.reader.reader.read(origin.key).picture_name
