"""What is really on a picture: taken from an annotated data set, by its name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np

from luminet import proposals
from luminet.datasets import image
from luminet.datasets.example import Example
from luminet.datasets.example_reader import Rules
from luminet.datasets.source.source import Source
from luminet.errors import InputError
from luminet.spelling import did_you_mean


@dataclass(frozen=True, eq=False)
class Truth:
    """The objects of a picture.

    Attributes:
        boxes: float32 `[G, 4]`, in pixels of the resized picture.
        classes: int32 `[G]`, the model's numbers.
        ignored: bool `[G]`, difficult objects and crowds: nobody asks for them.
    """

    boxes: np.ndarray
    classes: np.ndarray
    ignored: np.ndarray

    def __len__(self) -> int:
        return len(self.classes)


class TruthSource:
    """An annotated data set, in any notation that luminet reads.

    Args:
        folder: of annotations, or of TFRecords.
        class_names: of the model; objects of other classes are left out. See also
            `proposals.CLASS_NAMES`.
        type: of its notation, see `Source`.
        splits: where to look; by default everywhere.

    Attributes:
        reason: by what the notation was recognised; "" where it was given.
        type: of its notation.
        left_out: classes of the data set that the model does not know.

    Raises:
        InputError: there is no such data set, or none of its classes is the model's.
    """

    def __init__(
        self,
        folder: Path,
        class_names: Sequence[str],
        type: str = "auto",
        splits: Sequence[str] = (),
    ):
        rules = Rules(ignore_unknown_classes=True)
        self._source = Source(folder, type, splits, rules=rules)
        self._folder = folder
        self.reason, self.type = self._source.reason, self._source.type
        names = self._source.class_names
        self._objects_only = tuple(class_names) == proposals.CLASS_NAMES
        if self._objects_only:
            class_names = names
        self._class_names = class_names
        self.left_out = tuple(name for name in names if name not in class_names)
        if names and len(self.left_out) == len(names):
            raise InputError(
                f"{folder}: none of its classes ({', '.join(names)}) is one of the "
                f"model's ({', '.join(class_names)})"
            )

    def find(self, name: str) -> tuple[Example, np.ndarray]:
        """A picture and its objects.

        Args:
            name: its id, or the name of its file, with or without folder and ending.

        Returns:
            The example, and uint8 `[H, W, 3]`, RGB: its pixels.

        Raises:
            InputError: there is none of that name, or several; or it is faulty.
        """
        found = self._by_id(name) or self._by_file(name)
        if not found:
            known = [key for _, key in self._keys()]
            hint = did_you_mean(name, known) or f"; there is '{known[0]}', for one"
            raise InputError(f"{self._folder}: no picture '{name}'{hint}")
        if len(found) > 1:
            places = " and ".join(f"'{key}' in {split}" for split, key in found[:3])
            raise InputError(
                f"{self._folder}: '{name}' may be {places}; give its id, or --split"
            )
        split, key = found[0]
        reader = self._source.example_reader(split, self._class_names)
        example, _ = reader.read(key)
        if self._objects_only:
            (example,) = proposals.without_classes([example])
        # The reader has turned it upright, if it was to be.
        return example, image.decode(example.image, ignore_exif=True)

    def _keys(self) -> Iterator[tuple[str, str]]:
        for split, keys in self._source.listed_keys.items():
            for key in keys:
                yield split, key

    def _by_id(self, name):
        exact = [place for place in self._keys() if place[1] == name]
        return exact or [place for place in self._keys() if _is_of(place[1], name)]

    def _by_file(self, name):
        return [
            (split, key)
            for split, key in self._keys()
            if _is_of(self._source.readers[split].read(key).picture_name, name)
        ]


def _is_of(path: str, name: str) -> bool:
    """Whether a path ends in the name of a file, with or without its ending."""
    path, wanted = PurePath(path), PurePath(name)
    return wanted.name in (path.name, path.stem) or wanted.stem == path.name
