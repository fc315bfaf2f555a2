"""The features of a record that any tool may have written: of which kind, how many."""

from collections.abc import Mapping

import numpy as np

from luminet.datasets.records import schema as record_schema
from luminet.datasets.records.error import RecordError

_NOTHING = {
    "bytes": [],
    "integers": np.zeros([0], np.int64),
    "floats": np.zeros([0], np.float32),
}
_KINDS = {
    **dict.fromkeys(record_schema.BYTES, "bytes"),
    **dict.fromkeys(record_schema.INTEGERS, "integers"),
    **dict.fromkeys(record_schema.FLOATS, "floats"),
}
_OBJECT_KEYS = [key for key in _KINDS if key.startswith(record_schema.OBJECT)]


class RecordFeatures:
    """Asks for features of `record_schema`.

    Args:
        features: by name, see `tf_example.parse_example`.

    Raises:
        RecordError: its lists of objects differ in length, or one is of another kind.
    """

    def __init__(self, features: Mapping[str, list[bytes] | np.ndarray]):
        self._features = features
        self.num_objects = self._count_objects()

    def values(self, key: str) -> list[bytes] | np.ndarray:
        """All values of a feature; none if it is not there.

        Raises:
            RecordError: they are of another kind.
        """
        kind = _KINDS[key]
        found = self._features.get(key, ())
        if not len(found):
            return _NOTHING[kind]
        found_kind = _kind(found)
        if found_kind != kind:
            raise RecordError("feature-type", f"{key} holds {found_kind}, not {kind}")
        return found

    def value(self, key: str):
        """The one value of a feature; None if it is not there.

        Raises:
            RecordError: there are more, or it is of another kind.
        """
        values = self.values(key)
        if len(values) > 1:
            message = f"{key} has {len(values)} values instead of one"
            raise RecordError("lengths-differ", message)
        return values[0] if len(values) else None

    def of_objects(self, key: str) -> list[bytes] | np.ndarray | None:
        """One value for each object; None if it is not there."""
        values = self.values(key)
        there = key in self._features and len(values) == self.num_objects
        return values if there else None

    def _count_objects(self):
        counts = {key: len(self.values(key)) for key in _OBJECT_KEYS}
        # A tool may leave a list empty that it knows nothing of, but no side of a box.
        counts = {k: n for k, n in counts.items() if n or k in record_schema.SIDES}
        names = {n: k.removeprefix(record_schema.OBJECT) for k, n in counts.items()}
        if len(names) > 1:
            lengths = ", ".join(f"{n} {key}" for n, key in sorted(names.items()))
            message = f"its lists of objects differ in length: {lengths}"
            raise RecordError("lengths-differ", message)
        return counts[record_schema.SIDES[0]]


def _kind(values):
    if isinstance(values, np.ndarray):
        return "floats" if values.dtype.kind == "f" else "integers"
    return "bytes"
