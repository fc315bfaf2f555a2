"""What a notation is that data sets are written in."""

import abc
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from luminet.datasets.conversion.plan import Plan
from luminet.datasets.example import Example

# What a notation cannot hold, and how much of it there is.
Losses = Counter[str]

OUTLINES = "outlines left out, as there are only boxes"
AREAS = "areas left out, so that they become those of the boxes"


class Notation(abc.ABC):
    """Writes the files of a data set, but for its pictures.

    `write` is called for one picture at a time, in any process and any order. What it
    returns comes back to `collect`, in the order of the pictures, all in one process.

    Args:
        folder: to fill; empty.
        plan: what will be written.

    Attributes:
        type: of the reader that reads it back.
        title: what people call it.
        common_folder: whether the pictures of all splits lie in one folder.
        blanks_in_names: whether a name of a picture may have blanks.

    Raises:
        InputError: the name of a class cannot be written.
    """

    type: str
    title: str
    common_folder = False
    blanks_in_names = True

    def __init__(self, folder: Path, plan: Plan):
        self.folder = folder
        self.class_names = plan.class_names
        self.splits = tuple(plan.splits)

    @abc.abstractmethod
    def pictures(self, split: str) -> Path:
        """The folder of a split's pictures."""

    @abc.abstractmethod
    def write(self, split: str, file_name: str, example: Example) -> object:
        """Write what is known of a picture, as far as it has a file of its own.

        Args:
            split: of the picture.
            file_name: of the picture, without folders.
            example: the picture with its objects.

        Returns:
            What `collect` needs to know of it.
        """

    @abc.abstractmethod
    def collect(self, split: str, entries: Sequence) -> None:
        """Note what `write` returned for pictures of a split."""

    @abc.abstractmethod
    def finish(self) -> Losses:
        """Write what comes last.

        Returns:
            What is lost of the data set as a whole.
        """

    @abc.abstractmethod
    def losses(self, example: Example) -> Losses:
        """What is lost of a picture."""


def lost_outlines_and_areas(example: Example) -> Losses:
    """What is lost of a picture where there are only boxes."""
    size = example.boxes[:, 2:] - example.boxes[:, :2]
    own_area = ~np.isclose(example.area, size[:, 0] * size[:, 1], rtol=1e-5)
    outlines = sum(map(bool, example.segmentations or ()))
    return Losses({OUTLINES: outlines, AREAS: int(own_area.sum())})
