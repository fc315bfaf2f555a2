"""What is in a split: counted while it is written, listed in the manifest."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from luminet.datasets.example import Example


@dataclass
class SplitCounts:
    """Counts of examples; those of parts of a split add up.

    Attributes:
        num_examples: pictures.
        classes: objects by class number.
        sizes: pictures by height and width.
        num_difficult: objects, likewise `num_crowds`.
        num_without_objects: pictures.
    """

    num_examples: int = 0
    classes: Counter = field(default_factory=Counter)
    sizes: Counter = field(default_factory=Counter)
    num_difficult: int = 0
    num_crowds: int = 0
    num_without_objects: int = 0

    def add(self, example: Example) -> None:
        """Count an example."""
        self.num_examples += 1
        self.classes.update(example.classes.tolist())
        self.sizes[example.height, example.width] += 1
        self.num_difficult += int(np.count_nonzero(example.difficult))
        self.num_crowds += int(np.count_nonzero(example.crowd))
        self.num_without_objects += not len(example.classes)

    def merge(self, other: "SplitCounts") -> None:
        """Add the counts of another part."""
        self.num_examples += other.num_examples
        self.classes.update(other.classes)
        self.sizes.update(other.sizes)
        self.num_difficult += other.num_difficult
        self.num_crowds += other.num_crowds
        self.num_without_objects += other.num_without_objects

    def manifest(self, class_names: Sequence[str], files: Sequence[dict]) -> dict:
        """The entry of the split in `dataset.json`."""
        counts = [self.classes[index] for index in range(len(class_names))]
        return {
            "num_examples": self.num_examples,
            "num_without_objects": self.num_without_objects,
            "num_objects": sum(counts),
            "num_difficult": self.num_difficult,
            "num_crowds": self.num_crowds,
            "class_counts": dict(zip(class_names, counts, strict=True)),
            "image_height": self._spread(0),
            "image_width": self._spread(1),
            "files": list(files),
        }

    def _spread(self, axis: int) -> dict[str, float] | None:
        """Smallest, median and largest height (0) or width (1)."""
        counts = Counter()
        for size, count in self.sizes.items():
            counts[size[axis]] += count
        if not counts:
            return None
        values = sorted(counts)
        lower = _at(values, counts, (self.num_examples - 1) // 2)
        upper = _at(values, counts, self.num_examples // 2)
        return {"min": values[0], "median": (lower + upper) / 2, "max": values[-1]}


def _at(values: Sequence[int], counts: Counter, position: int) -> int:
    """The value at a position, were each written as often as it is counted."""
    for value in values:
        position -= counts[value]
        if position < 0:
            return value
    raise IndexError(position)
