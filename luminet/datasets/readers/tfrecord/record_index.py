"""Where each record of a split is, and what its picture is called."""

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from luminet.datasets.findings import FileFindings, Finding, InvalidDataset
from luminet.datasets.records import file as record_file
from luminet.datasets.records.error import RecordError
from luminet.datasets.regular_file import FileError

# What a record calls its picture: an id, and the name of a file; both may be empty.
Names = tuple[str, str]


class RecordIndex:
    """Reads all records once, and any of them again; some 250 bytes for each.

    Pictures are called by their ids, if these are unique; else by the names of their
    files, likewise; else by their numbers.

    Args:
        paths: of the TFRecords, in order.
        relative: brings a path into the form in which findings name it.
        identify: says what a record calls its picture.

    Attributes:
        findings: of ids that are not unique.

    Raises:
        InvalidDataset: a file is no TFRecord, or cut, or the length of a record is
            damaged. Damaged data is found by `read`.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        relative: Callable[[Path], str],
        identify: Callable[[bytes], Names],
    ):
        self._paths, self._relative = tuple(paths), relative
        self._files, self._offsets, self._numbers = array("l"), array("q"), array("q")
        names: list[Names | None] = []
        for file in range(len(paths)):
            names += self._add_file(file, identify)
        self.findings: list[Finding] = []
        self._positions = {key: i for i, key in enumerate(self._choose_keys(names))}

    def keys(self) -> tuple[str, ...]:
        """What the pictures are called, in the order of the records."""
        return tuple(self._positions)

    def place(self, key: str) -> tuple[str, str]:
        """The file of a record as findings name it, and its place there."""
        position = self._positions[key]
        path = self._paths[self._files[position]]
        return self._relative(path), f"record {self._numbers[position]}"

    def read(self, key: str) -> bytes:
        """Read a record.

        Raises:
            RecordError: it is damaged.
            FileError: the file cannot be read any more.
        """
        position = self._positions[key]
        path = self._paths[self._files[position]]
        return record_file.read_record(path, self._offsets[position])

    def _add_file(self, file: int, identify) -> list[Names | None]:
        path = self._paths[file]
        names = []
        try:
            for number, offset in enumerate(record_file.record_offsets(path), start=1):
                self._files.append(file)
                self._offsets.append(offset)
                self._numbers.append(number)
                names.append(_identify(path, offset, identify))
        except (RecordError, FileError) as error:
            raise broken_file(error, self._relative(path)) from error
        return names

    def _choose_keys(self, names: Sequence[Names | None]) -> list[str]:
        sound = [pair for pair in names if pair is not None]
        for which, what in enumerate(("id", "file name")):
            counts = Counter(pair[which] for pair in sound)
            if "" in counts:
                continue
            if len(counts) == len(sound):
                return [
                    self._unnamed(position) if pair is None else pair[which]
                    for position, pair in enumerate(names)
                ]
            self._tell_repeated(what, counts)
        return [str(number) for number in range(1, len(names) + 1)]

    def _unnamed(self, position: int) -> str:
        """Stands for what a damaged record cannot say."""
        path = self._paths[self._files[position]]
        return f"{self._relative(path)}: record {self._numbers[position]}"

    def _tell_repeated(self, what: str, counts: Counter) -> None:
        name, count = counts.most_common(1)[0]
        findings = FileFindings(self._relative(self._paths[0].parent))
        message = f"{count} records have the {what} {name!r}: no name for a picture"
        findings.warn("duplicate-id", "", message)
        self.findings += findings.found


def _identify(path: Path, offset: int, identify) -> Names | None:
    try:
        return identify(record_file.read_record(path, offset))
    except RecordError:
        return None


def broken_file(error: RecordError | FileError, name: str) -> InvalidDataset:
    """The error of a file that cannot be read to its end; `name` is for messages."""
    is_of_file = isinstance(error, FileError)
    code = error.code_as(missing="unreadable") if is_of_file else error.code
    return InvalidDataset.of(code, name, "", error.message)
