"""The pictures and objects of a split as columns: small, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from luminet.datasets.example import Example


@dataclass(frozen=True, eq=False)
class Columns:
    """What is on P pictures: N objects, those of a picture one after the other.

    Attributes:
        keys: int32 `[P]`, the place of each picture among the keys of its split.
        sizes: int32 `[P, 2]`, height and width in pixels.
        counts: int32 `[P]`, objects of each picture.
        boxes: float32 `[N, 4]`, `[y1, x1, y2, x2]` in pixels of the picture.
        classes: int32 `[N]`.
        difficult: bool `[N]`, likewise `crowd`.
    """

    keys: np.ndarray
    sizes: np.ndarray
    counts: np.ndarray
    boxes: np.ndarray
    classes: np.ndarray
    difficult: np.ndarray
    crowd: np.ndarray

    @property
    def pictures(self) -> np.ndarray:
        """The index of the picture that each object lies on, `[N]`."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    @cached_property
    def first(self) -> np.ndarray:
        """The index of the first object of each picture, `[P]`."""
        return np.cumsum(self.counts) - self.counts

    @property
    def box_sizes(self) -> np.ndarray:
        """Height and width of each box, `[N, 2]`."""
        return self.boxes[:, 2:] - self.boxes[:, :2]

    @property
    def targets(self) -> np.ndarray:
        """Which objects a network should find, bool `[N]`: not difficult, no crowd."""
        return ~(self.difficult | self.crowd)


def from_examples(keys: Sequence[int], examples: Sequence[Example]) -> Columns:
    """The columns of a few pictures.

    Args:
        keys: the place of each among the keys of its split.
        examples: the pictures.
    """

    def stack(name, dtype, *shape):
        rows = [getattr(example, name) for example in examples]
        return np.concatenate([np.zeros([0, *shape], dtype), *rows]).astype(dtype)

    sizes = [(example.height, example.width) for example in examples]
    return Columns(
        keys=np.array(keys, np.int32),
        sizes=np.array(sizes, np.int32).reshape(-1, 2),
        counts=np.array([len(example.classes) for example in examples], np.int32),
        boxes=stack("boxes", np.float32, 4),
        classes=stack("classes", np.int32),
        difficult=stack("difficult", bool),
        crowd=stack("crowd", bool),
    )


def concatenate(parts: Sequence[Columns]) -> Columns:
    """One after the other; at least one."""
    names = [field.name for field in fields(Columns)]
    return Columns(*(np.concatenate([getattr(p, n) for p in parts]) for n in names))
