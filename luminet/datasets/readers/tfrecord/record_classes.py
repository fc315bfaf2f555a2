"""Names of classes by their numbers, for TFRecords.

They lie beside the records: tools write `label_map.pbtxt`, Luminoth `classes.json`, a
list of names.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from luminet.datasets import listing
from luminet.datasets.findings import FileFindings, InvalidDataset
from luminet.datasets.readers import json_file
from luminet.datasets.readers.class_name import read_class_name
from luminet.datasets.readers.json_file import JSONError
from luminet.datasets.readers.tfrecord.label_map import read_label_map

_LIST = "classes.json"


@dataclass(frozen=True)
class RecordClasses:
    """The classes of a data set; both are empty where nothing names them.

    Attributes:
        names: by number.
        by_text: names by all that a record may call a class.
    """

    names: dict[int, str] = field(default_factory=dict)
    by_text: dict[str, str] = field(default_factory=dict)

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """In the order of their numbers; None where there are none."""
        return tuple(self.names[number] for number in sorted(self.names)) or None

    def name_of(
        self, number: int | None, text: str, place: str, findings: FileFindings
    ) -> str | None:
        """The class of an object that has a number, a text, or both.

        Args:
            number: None if there is none.
            text: "" if there is none.
            place: of the object, for messages.
            findings: is told of a class that is none.

        Returns:
            The name, or None after a fault.
        """
        by_text = self.by_text.get(text, text)
        if number is None or not self.names:
            has = "" if number is None else f" but only the number {number}"
            hint = f"{has}: put label_map.pbtxt beside the TFRecords"
            return read_class_name(by_text, place, findings, hint)
        name = self.names.get(number)
        if name is None:
            first, last = min(self.names), max(self.names)
            message = f"its class is {number}, where numbers are {first} to {last}"
            findings.fault("unknown-class", place, message)
        elif by_text and by_text.casefold() != name.casefold():
            message = f"class {number} is '{name}' in the list, but '{text}' here"
            findings.fault("class-differs", place, message)
            return None
        return name


def from_names(names: Iterable[str], first: int) -> RecordClasses:
    """Number names; `first` is the number of the first."""
    numbered = dict(enumerate(names, start=first))
    return RecordClasses(numbered, {name: name for name in numbered.values()})


def find(data_dir: Path, folder: Path, named: str, first: int) -> RecordClasses:
    """Find the classes of records, and read them.

    Args:
        data_dir: the folder of the data set.
        folder: of the records; the same, or one in it.
        named: the file, relative to `data_dir`; "" to look for one.
        first: the number of the first class of a list.

    Returns:
        The classes; none where there is no file.

    Raises:
        InvalidDataset: the file is no list of classes, or there are several.
    """
    path = data_dir / named if named else _look_for(data_dir, folder)
    if path is None:
        return RecordClasses()
    if path.suffix == ".json":
        return from_names(_read_list(path), first)
    items = read_label_map(path)
    by_text = {text: item.shown for item in items for text in item.texts}
    return RecordClasses({item.number: item.shown for item in items}, by_text)


def _look_for(data_dir: Path, folder: Path) -> Path | None:
    if (data_dir / _LIST).is_file():
        return data_dir / _LIST
    for place in (folder, data_dir):
        paths = sorted(listing.files(place, ".pbtxt"))
        paths = [path for path in paths if "label" in path.name] or paths
        if len(paths) > 1:
            names = ", ".join(path.name for path in paths)
            message = (
                f"several label maps: {names}; name one: -o label_map={paths[0].name}"
            )
            raise InvalidDataset.of("ambiguous-layout", str(place), "", message)
        if paths:
            return paths[0]
    return None


def _read_list(path: Path) -> list[str]:
    try:
        names = json_file.read(path)
    except JSONError as error:
        code, place = error.code, error.field
        raise InvalidDataset.of(code, str(path), place, error.message) from error
    is_list = isinstance(names, list) and all(
        isinstance(name, str) and name for name in names
    )
    if not is_list or len(set(names)) != len(names):
        message = "must be a list of names, each of them once"
        raise InvalidDataset.of("class-list-malformed", str(path), "", message)
    return names
