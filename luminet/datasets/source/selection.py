"""Which pictures and classes of a data set are taken."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from luminet.datasets.source.scan import Counts
from luminet.errors import InputError
from luminet.spelling import did_you_mean


@dataclass(frozen=True)
class Selection:
    """What is taken; by default everything.

    Attributes:
        only_classes: by their new names; objects of others are left out, their pictures
            stay. Empty: all.
        rename: new names of classes, by the old ones; several may get the same.
        only_images: names of pictures, see `named_images`. Empty: all.
        limit_examples: pictures of each split, the first ones.
        class_examples: take pictures of a split until each class has as many objects;
            pictures that add to no class that wants more are left out.
        drop_empty: leave pictures without objects out.
    """

    only_classes: tuple[str, ...] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    only_images: tuple[str, ...] = ()
    limit_examples: int | None = None
    class_examples: int | None = None
    drop_empty: bool = False

    def __post_init__(self):
        for name in ("limit_examples", "class_examples"):
            value = getattr(self, name)
            if value is not None and value < 1:
                option = f"--{name.replace('_', '-')}"
                raise InputError(f"{option} must be positive, not {value}")

    @property
    def needs_objects(self) -> bool:
        """Whether the objects have to be known before pictures are chosen."""
        return self.drop_empty or self.class_examples is not None

    def class_names(self, names: Sequence[str]) -> tuple[str, ...]:
        """The classes that are left of all classes, in their order."""
        renamed = dict.fromkeys(self.rename.get(name, name) for name in names)
        return tuple(
            name
            for name in renamed
            if not self.only_classes or name in self.only_classes
        )

    def check_classes(self, names: Sequence[str]) -> None:
        """Refuse a class to rename or to keep that is none of all classes.

        Raises:
            InputError: it names the first of them.
        """
        for old in self.rename:
            _check_known(old, names, "--rename")
        renamed = dict.fromkeys(self.rename.get(name, name) for name in names)
        for name in self.only_classes:
            _check_known(name, renamed, "--only-classes")

    def dropped(self, names: Sequence[str]) -> frozenset[str]:
        """The classes, by their new names, whose objects are left out."""
        renamed = {self.rename.get(name, name) for name in names}
        return frozenset(renamed.difference(self.class_names(names)))

    def keys(
        self,
        keys: Sequence[str],
        objects: Mapping[str, Counts] | None = None,
        class_names: Collection[str] = (),
    ) -> list[str]:
        """The pictures of a split that are taken, in their order.

        Args:
            keys: all of the split that were named, if some were.
            objects: what is on each, where `needs_objects`. A picture with a fault
                is taken: the fault has to be told.
            class_names: that are taken, by their new names.
        """
        if self.drop_empty:
            keys = [
                key
                for key in keys
                if objects[key] is None or self.counts(objects[key], class_names)
            ]
        if self.class_examples is not None:
            keys = self._until_enough(keys, objects, class_names)
        return list(keys[: self.limit_examples])

    def counts(self, objects: Counts, class_names: Collection[str]) -> Counter:
        """Objects of a picture that stay, by new class names."""
        counts = Counter()
        for name, count in objects or ():
            new = self.rename.get(name, name)
            if new in class_names:
                counts[new] += count
        return counts

    def _until_enough(self, keys, objects, class_names):
        totals, taken = Counter(), []
        for key in keys:
            counts = self.counts(objects[key], class_names)
            if objects[key] is None or any(
                totals[name] < self.class_examples for name in counts
            ):
                totals.update(counts)
                taken.append(key)
        return taken


def _check_known(name, names, option):
    if name not in names:
        known = ", ".join(names)
        hint = did_you_mean(name, names)
        raise InputError(f"{option}: no class '{name}', only {known}{hint}")
