"""Find pictures that show nearly the same: resized or compressed copies, still scenes.

A fingerprint is the difference hash: a picture is shrunk to 17x16 grey values, and each
bit says whether a value is darker than its right neighbour. Copies differ in few bits.
(Krawetz, "Kind of Like That", 2013.)
"""

import io
from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

from luminet.datasets import image
from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.image import ImageError

_SIDE = 16
# Of 256 bits. Measured on 700 photographs of six data sets: copies in JPEG of quality
# 30, and copies of half the size in quality 60, differ in 5 bits on average, 99 of 100
# in 22 or less; the others, of plain skies and walls, in up to 50. Pictures of the same
# microscope or workbench differ in 31 and more, usually 120.
MAX_DISTANCE = 24
# Of 16 pieces of 16 bits, two fingerprints that near agree in one, but for 8 in 1,000.
_PIECES = 16
# Of those with an equal piece, each is compared with so many that come after it.
_WINDOW = 256
# How many bits of each piece are set.
_ONES = np.unpackbits(np.arange(2**16, dtype=np.uint16).view(np.uint8))
_ONES = _ONES.reshape(-1, 16).sum(axis=1, dtype=np.uint8)


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

    Two are compared if a piece of them agrees, and if they come close to each other
    once those with that piece are sorted: an equal border makes all pictures agree. So
    the work grows with the number of pictures, not with its square.

    Args:
        prints: of the pictures, `fingerprint`.

    Returns:
        For each picture the index of the first one of its group.
    """
    known = np.array([i for i, value in enumerate(prints) if value is not None], int)
    numbers = np.arange(len(prints))
    if not len(known):
        return numbers.tolist()
    table = np.stack([prints[index] for index in known])  # [N, 32]
    _, first, same = np.unique(table, axis=0, return_index=True, return_inverse=True)
    distinct = np.sort(first)  # [D], in the order of the pictures
    labels = np.arange(len(distinct))
    table = table[distinct]
    for one, other in _candidates(table):
        apart = labels[one] != labels[other]
        one, other = one[apart], other[apart]
        near = _distances(table[one], table[other]) <= MAX_DISTANCE
        _unite(labels, one[near], other[near])
    firsts = np.searchsorted(distinct, first)[same.reshape(-1)]  # [N]
    numbers[known] = known[distinct[labels[firsts]]]
    return numbers.tolist()


def _candidates(table: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows of fingerprints `[D, 32]` that are to be compared, some pairs at a time."""
    pieces = table.view(np.uint16)  # [D, 16]
    for column in range(_PIECES):
        rotated = np.roll(table, -2 * column, axis=1)
        order = np.argsort(rotated.view("S32")[:, 0], kind="stable")
        piece = pieces[order, column]
        places = np.arange(len(table))
        for step in range(1, _WINDOW + 1):
            places = places[: np.searchsorted(places, len(table) - step)]
            places = places[piece[places] == piece[places + step]]
            if not len(places):
                break
            yield order[places], order[places + step]


def _distances(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """In how many bits fingerprints `[N, 32]` differ, `[N]`."""
    return _ONES[(one ^ other).view(np.uint16)].sum(axis=1, dtype=np.int32)


def _unite(labels: np.ndarray, one: np.ndarray, other: np.ndarray) -> None:
    """Give rows that are near the smaller label of their two groups, in place."""
    while True:
        low = np.minimum(labels[one], labels[other])
        high = np.maximum(labels[one], labels[other])
        apart = low != high
        if not apart.any():
            return
        np.minimum.at(labels, high[apart], low[apart])
        # A label is the first row of its group, whose own label may now be smaller.
        while (labels[labels] != labels).any():
            labels[:] = labels[labels]
