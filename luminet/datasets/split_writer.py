"""Write one split of a store, and count what goes into it."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from luminet.datasets import record_file, store, tfrecord
from luminet.datasets.example import Example


class SplitWriter:
    """Writes the TFRecord of a split; a context manager.

    Args:
        folder: where the file goes.
        split: its name.
        class_names: in the order of their numbers.
    """

    def __init__(self, folder: Path, split: str, class_names: Sequence[str]):
        self.path = folder / f"{split}{store.SUFFIX}"
        self._class_names = class_names
        self._writer = tf.io.TFRecordWriter(str(self.path))
        self._class_counts = Counter()
        self._sizes: list[tuple[int, int]] = []
        self._num_difficult = self._num_crowds = self._num_without_objects = 0

    def __enter__(self) -> "SplitWriter":
        return self

    def __exit__(self, *exception) -> None:
        self._writer.close()

    def write(self, example: Example) -> None:
        """Append an example."""
        self._writer.write(tfrecord.serialize(example, self._class_names))
        self._class_counts.update(example.classes.tolist())
        self._sizes.append((example.height, example.width))
        self._num_difficult += int(example.difficult.sum())
        self._num_crowds += int(example.crowd.sum())
        self._num_without_objects += not len(example.classes)

    @property
    def num_examples(self) -> int:
        """How many were written."""
        return len(self._sizes)

    def manifest(self) -> dict:
        """The entry of this split in `dataset.json`, once the file is closed."""
        counts = [self._class_counts[i] for i in range(len(self._class_names))]
        file = {
            "name": self.path.name,
            "num_records": self.num_examples,
            "bytes": self.path.stat().st_size,
            "sha256": record_file.sha256(self.path),
        }
        return {
            "num_examples": self.num_examples,
            "num_without_objects": self._num_without_objects,
            "num_objects": sum(counts),
            "num_difficult": self._num_difficult,
            "num_crowds": self._num_crowds,
            "class_counts": dict(zip(self._class_names, counts, strict=True)),
            "image_height": _spread([height for height, _ in self._sizes]),
            "image_width": _spread([width for _, width in self._sizes]),
            "files": [file],
        }


def _spread(values: Sequence[int]) -> dict[str, float] | None:
    if not values:
        return None
    median = float(np.median(values))
    return {"min": min(values), "median": median, "max": max(values)}
