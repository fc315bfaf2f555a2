"""Find pictures that show nearly the same: resized or compressed copies, still scenes.

A fingerprint is the difference hash: a picture is shrunk to 17x16 grey values, and each
bit says whether a value is darker than its right neighbour. Copies differ in few bits.
(Krawetz, "Kind of Like That", 2013.)
"""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from luminet.datasets import image
from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.image import ImageError

_SIDE = 16
# Of 256 bits. Measured on 700 photographs of five data sets: copies in JPEG of quality
# 30 differ in 2 to 27 bits, nine of ten in less than 12; copies of half the size in 1
# to 19; pictures of the same microscope or workbench in 31 and more, usually 120.
MAX_DISTANCE = 20
# Of 16 pieces of 16 bits, two fingerprints that near agree in one, but for 2 in 1,000.
_PIECES = 16


def fingerprint(data: bytes) -> np.ndarray | None:
    """The fingerprint of a picture, uint8 `[32]`; None if it is none."""
    try:
        picture = Image.open(
            io.BytesIO(data), formats=[*set(image.EXTENSIONS.values())]
        )
        # A JPEG is decoded at an eighth of its size, where that is enough.
        picture.draft("L", (4 * _SIDE, 4 * _SIDE))
        if picture.width * picture.height > image.MAX_PIXELS:
            return None
        shrunk = picture.convert("L").resize(
            (_SIDE + 1, _SIDE), Image.Resampling.BOX, reducing_gap=None
        )
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    grey = np.asarray(shrunk, np.int16)
    return np.packbits(grey[:, :-1] < grey[:, 1:])


def fingerprint_of(reader: ExampleReader, key: str) -> np.ndarray | None:
    """The fingerprint of a picture of a split; None if it cannot be read."""
    annotation = reader.reader.read(key)
    try:
        data = annotation.encoded or image.read(annotation.picture or "")
    except ImageError:
        return None
    return fingerprint(data)


def groups(prints: Sequence[np.ndarray | None]) -> list[int]:
    """Number pictures so that near duplicates share a number.

    Args:
        prints: of the pictures, `fingerprint`.

    Returns:
        For each picture the index of the first one of its group.
    """
    known = [index for index, value in enumerate(prints) if value is not None]
    first = list(range(len(prints)))
    if not known:
        return first
    table = np.stack([prints[index] for index in known])  # [N, 32]
    pieces = np.ascontiguousarray(table).view(np.uint16)  # [N, 16]
    for column in range(_PIECES):
        order = np.argsort(pieces[:, column], kind="stable")
        values = pieces[order, column]
        starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
        for bucket in np.split(order, starts[1:]):
            _unite_bucket(bucket, table, known, first)
    return [_root(first, index) for index in range(len(prints))]


def _unite_bucket(bucket, table, known, first):
    """Unite what is near in a bucket, comparing each with those after it."""
    for position, one in enumerate(bucket[:-1]):
        others = bucket[position + 1 :]
        distances = np.unpackbits(table[others] ^ table[one], axis=1).sum(axis=1)
        for other in others[distances <= MAX_DISTANCE]:
            low, high = sorted((_root(first, known[one]), _root(first, known[other])))
            first[high] = low


def _root(first: list[int], index: int) -> int:
    while first[index] != index:
        first[index] = first[first[index]]
        index = first[index]
    return index
