"""An annotated data set in any notation: its splits, its classes, its pictures."""

import contextlib
import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from luminet.datasets import workers
from luminet.datasets.example_reader import DEFAULT_RULES, ExampleReader, Rules
from luminet.datasets.readers import AUTO, find_splits, make_reader, recognise
from luminet.datasets.readers.reader import Reader
from luminet.datasets.source import named_images
from luminet.datasets.source.scan import Counts, count_objects, names_in
from luminet.datasets.source.selection import Selection
from luminet.datasets.source.split_names import (
    UNDIVIDED,
    check_split_names,
    check_undivided,
)
from luminet.errors import InputError
from luminet.remote import RemotePath


class Source:
    """A data set, and what is taken of it.

    Args:
        data_dir: its folder.
        type: of its notation, see `readers.reader_class`, or "auto".
        splits: which ones, by name; by default all.
        options: of the reader.
        selection: which pictures and classes.
        rules: how strict reading is.
        num_workers: processes that read annotations.
        given: where it really lies, if `data_dir` is a copy.

    Attributes:
        data_dir: its folder.
        given: the folder that was named; for people.
        type: of its notation.
        reason: by what it was recognised; "" where the type was given.
        readers: `Reader` by split.

    Raises:
        InputError: there is no such data set, split, class or picture.
    """

    def __init__(
        self,
        data_dir: Path | str,
        type: str = AUTO,
        splits: Sequence[str] = (),
        options: Mapping[str, str] | None = None,
        selection: Selection | None = None,
        rules: Rules = DEFAULT_RULES,
        num_workers: int | None = None,
        given: Path | RemotePath | None = None,
    ):
        self.data_dir = Path(data_dir)
        self.given = given or self.data_dir
        self.type, self.reason = type, ""
        if type == AUTO:
            self.type, self.reason = recognise(self.data_dir)
        self.selection = selection or Selection()
        if self.type == "tfrecord":
            # TensorFlow, which reads them, pays no attention to the orientation.
            rules = dataclasses.replace(rules, ignore_exif=True)
        self.rules = rules
        self._num_workers = num_workers or workers.default_workers()
        self._options = options
        self._listed_splits = find_splits(self.type, self.data_dir, options)
        splits = splits or self._listed_splits or (UNDIVIDED,)
        check_split_names(splits)
        if not self._listed_splits:
            check_undivided(splits, self.given)
        self.readers = {split: self._make_reader(split) for split in splits}

    @cached_property
    def listed_keys(self) -> dict[str, list[str]]:
        """All pictures, by split."""
        return {split: list(reader.keys()) for split, reader in self.readers.items()}

    @cached_property
    def objects(self) -> dict[str, dict[str, Counts]]:
        """What is on each picture, by split and key: reads all annotations."""
        names, dropped = self.listed_names, self.selection.dropped(self.listed_names)
        dropped = {n for n in names if self.selection.rename.get(n, n) in dropped}
        return {
            split: count_objects(
                reader, self.listed_keys[split], self._num_workers, dropped
            )
            for split, reader in self.readers.items()
        }

    @cached_property
    def listed_names(self) -> tuple[str, ...]:
        """All classes: as the splits that are read list them, else as they occur.

        What occurs in the splits that are not read counts, too: so a class has one
        number, whichever splits are converted together. What is renamed counts even if
        it only occurs, and is on no list.
        """
        names = self._lists_united()
        unlisted = [name for name in self.selection.rename if name not in names]
        if unlisted:
            occurring = self._names_that_occur()
            names += tuple(name for name in unlisted if name in occurring)
        return names

    def _lists_united(self) -> tuple[str, ...]:
        lists = {reader.class_names for reader in self.readers.values()}
        if None in lists:
            return tuple(sorted(self._names_that_occur()))
        if len(lists) == 1:
            return lists.pop()
        return tuple(sorted(set().union(*lists)))

    def _names_that_occur(self) -> set[str]:
        readers = [(r, self.listed_keys[split]) for split, r in self.readers.items()]
        for split in self._listed_splits:
            if split not in self.readers:
                # What is wrong with a split that nobody asked for is not told.
                with contextlib.suppress(InputError):
                    other = self._make_reader(split)
                    readers.append((other, list(other.keys())))
        return set().union(*(names_in(*pair, self._num_workers) for pair in readers))

    def _make_reader(self, split: str) -> Reader:
        return make_reader(self.type, self.data_dir, split, self._options)

    @cached_property
    def class_names(self) -> tuple[str, ...]:
        """The classes that are taken, by their new names, in their order.

        Raises:
            InputError: a class to rename or to keep is none of the data set.
        """
        self.selection.check_classes(self.listed_names)
        return self.taken_names

    @cached_property
    def taken_names(self) -> tuple[str, ...]:
        """The same where the selection may name classes of other data sets."""
        return self.selection.class_names(self.listed_names)

    @cached_property
    def category_ids(self) -> dict[str, int] | None:
        """COCO's numbers of the classes that are taken, by their new names.

        None where they have none, or splits contradict each other. Where several
        classes become one, the first one's number counts.
        """
        of_splits = [getattr(r, "category_ids", None) for r in self.readers.values()]
        known = unite_ids([ids for ids in of_splits if ids])
        if known is None:
            return None
        renamed: dict[str, int] = {}
        for name, number in known.items():
            renamed.setdefault(self.selection.rename.get(name, name), number)
        return {n: renamed[n] for n in self.taken_names if n in renamed} or None

    @cached_property
    def keys(self) -> dict[str, list[str]]:
        """The pictures that are taken, by split.

        Raises:
            InputError: a name stands for no picture, or for several.
        """
        needed, taken = self.selection.needs_objects, self.taken_names
        return {
            split: self.selection.keys(
                keys, self.objects[split] if needed else None, taken
            )
            for split, keys in self._named_keys().items()
        }

    def _named_keys(self) -> dict[str, list[str]]:
        names, listed = self.selection.only_images, self.listed_keys
        if not names:
            return listed
        chosen = named_images.choose(names, self.readers, listed, self._num_workers)
        return {
            split: [key for key in keys if key in chosen[split]]
            for split, keys in listed.items()
        }

    def counts(self, split: str, key: str) -> Counter:
        """Objects of a picture that are taken, by new class names."""
        return self.selection.counts(self.objects[split][key], self.taken_names)

    def example_reader(
        self, split: str, class_names: Sequence[str] | None = None
    ) -> ExampleReader:
        """The reader of a split's examples.

        Args:
            split: one of `readers`.
            class_names: in the order of their numbers; by default those of this source.
        """
        return ExampleReader(
            self.readers[split],
            self.class_names if class_names is None else class_names,
            rename=self.selection.rename,
            dropped=self.selection.dropped(self.listed_names),
            rules=self.rules,
        )


def unite_ids(mappings: Sequence[Mapping[str, int]]) -> dict[str, int] | None:
    """Unite numbers of classes by name; None where two contradict each other."""
    united: dict[str, int] = {}
    for mapping in mappings:
        for name, number in mapping.items():
            if united.setdefault(name, number) != number:
                return None
    return united if len(set(united.values())) == len(united) else None
