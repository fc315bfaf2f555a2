"""The lists of pictures in `ImageSets/DET` of ImageNet's detection challenge.

A line is a picture's path without extension, and its number in the list. `train_7.txt`
has lines of the seventh class: instead of the number stands 1 where the picture shows
it, 0 where it does and not all of it is marked, -1 where it does not.
"""

import re
from pathlib import Path

from luminet.datasets import listing
from luminet.datasets.findings import FileFindings, Finding, InvalidDataset
from luminet.datasets.readers.list_file import each_once, read_rows
from luminet.datasets.readers.pictures import is_unsafe
from luminet.spelling import did_you_mean

_ROW = re.compile(r"(\S+)(?:\s+(-?[0-9]{1,9}))?")
# Pictures that were looked for because they show nothing of the classes.
EXTRA = "extra"


class DetectionLists:
    """The lists of a data set.

    Args:
        folder: `ImageSets/DET`.
        picture_folders: names of the folders in `Data/DET`: "train", "val" ...

    Attributes:
        names: of all lists, sorted.
    """

    def __init__(self, folder: Path, picture_folders: list[str]):
        self._folder = folder
        self._picture_folders = picture_folders
        self.names = sorted(path.stem for path in listing.files(folder, ".txt"))

    def picture_folder(self, name: str) -> str | None:
        """Where the pictures of a list lie: those of `train_7` and `train` in train."""
        starts = [other for other in self._picture_folders if name.startswith(other)]
        return max(starts, key=len, default=None)

    def whole(self) -> tuple[str, ...]:
        """The lists that are no part of another: `train`, not `train_7` or `train1`."""
        return tuple(name for name in self.names if not self._is_part(name))

    def _is_part(self, name: str) -> bool:
        whole = self.picture_folder(name)
        return _is_of_class(name, whole) or (name != whole and whole in self.names)

    def read(
        self, name: str, with_extra: bool
    ) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
        """Read the paths in a list, each once, below the folder of their pictures.

        Args:
            name: of the list.
            with_extra: whether pictures count that were added as counterexamples.

        Returns:
            The paths in the order of the list; a finding for each that is repeated.

        Raises:
            InvalidDataset: there is no such list, it is empty, or has what is no path.
        """
        path = self._folder / f"{name}.txt"
        if name not in self.names:
            known = ", ".join(self.whole()) or "none"
            message = f"missing; splits there: {known}{did_you_mean(name, self.names)}"
            raise InvalidDataset.of("split-missing", str(path), "", message)
        folder = self.picture_folder(name)
        of_class = _is_of_class(name, folder)
        rows = [
            (line, key.removeprefix(f"{folder}/"))
            for line, key, number in _parsed(path)
            if not (of_class and number == "-1") and (with_extra or EXTRA not in key)
        ]
        if not rows:
            raise InvalidDataset.of("split-empty", str(path), "", "the list is empty")
        findings = FileFindings(f"ImageSets/DET/{path.name}")
        return each_once(rows, findings), tuple(findings.found)


def _is_of_class(name: str, folder: str | None) -> bool:
    return re.fullmatch(rf"{re.escape(folder or '')}_[0-9]{{1,4}}", name) is not None


def _parsed(path: Path):
    for line, row in read_rows(path):
        match = _ROW.fullmatch(row)
        if match is None:
            message = "not the path of a picture and a number"
            raise InvalidDataset.of(
                "split-malformed", str(path), f"line {line}", message
            )
        if is_unsafe(match[1]):
            message = f"{match[1]!r} leads out of the folder of the pictures"
            raise InvalidDataset.of("unsafe-path", str(path), f"line {line}", message)
        yield line, match[1], match[2]
