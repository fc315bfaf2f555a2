"""The lists of names in the folder `ImageSets/Main` of a VOC data set.

`train.txt` has a name a line. `dog_train.txt`, where there is one, says of each of them
whether it shows a dog: 1 or -1, or 0 for dogs that are hard to see.
"""

import re
from pathlib import Path

from luminet.datasets import listing
from luminet.datasets.findings import FileFindings, Finding, InvalidDataset
from luminet.datasets.readers.list_file import each_once, read_rows
from luminet.spelling import did_you_mean

_MARKED = re.compile(r"(\S+)\s+(-1|0|1)")


class SplitLists:
    """The lists of a data set.

    Args:
        folder: `ImageSets/Main`.

    Attributes:
        splits: the names of the splits; lists of one class are none.
        class_names: sorted, from the lists of one class; None where there are none.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        lists = {path.stem: path for path in sorted(listing.files(folder, ".txt"))}
        self._marked = {name for name, path in lists.items() if _is_marked(path)}
        self.splits = tuple(name for name in lists if name not in self._marked)
        classes = {self._class_of(name) for name in self._marked} - {None}
        self.class_names = tuple(sorted(classes)) or None

    def _class_of(self, name: str) -> str | None:
        """`dog` of `dog_train`. Classes and splits may have a `_` of their own."""
        ends = [f"_{split}" for split in self.splits if name.endswith(f"_{split}")]
        return name.removesuffix(max(ends, key=len)) if ends else None

    def read(self, split: str) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
        """Read the names of a split, each once.

        A list of one class is a split too: the pictures that show the class.

        Returns:
            The names, in the order of the list; a finding for each that is repeated.

        Raises:
            InvalidDataset: there is no such list, it is empty, or has what is no name.
        """
        path = self.folder / f"{split}.txt"
        if split not in self._marked and split not in self.splits:
            known = ", ".join(self.splits) or "none"
            hint = did_you_mean(split, self.splits)
            message = f"missing; splits there: {known}{hint}"
            raise InvalidDataset.of("split-missing", str(path), "", message)
        rows = read_rows(path)
        if split in self._marked:
            rows = self._shown(path, rows)
        if not rows:
            raise InvalidDataset.of("split-empty", str(path), "", "the list is empty")
        _check_names(path, rows)
        findings = FileFindings(f"ImageSets/Main/{path.name}")
        return each_once(rows, findings), tuple(findings.found)

    def _shown(self, path: Path, rows: list[tuple[int, str]]) -> list[tuple[int, str]]:
        if self._class_of(path.stem) is None:
            message = (
                "two columns, as in the list of one class; the list of a split has one "
                "name a line: remove the second column"
            )
            raise InvalidDataset.of("split-malformed", str(path), "", message)
        matches = [(line, _MARKED.fullmatch(row)) for line, row in rows]
        broken = [line for line, match in matches if match is None]
        if broken:
            message = "not a name and 1, 0 or -1"
            place = f"line {broken[0]}"
            raise InvalidDataset.of("split-malformed", str(path), place, message)
        return [(line, match[1]) for line, match in matches if match[2] != "-1"]


def _is_marked(path: Path) -> bool:
    rows = read_rows(path)
    return bool(rows) and _MARKED.fullmatch(rows[0][1]) is not None


def _check_names(path: Path, rows: list[tuple[int, str]]) -> None:
    for line, name in rows:
        if name in (".", "..") or set(name) & set("/\\\0"):
            message = f"{name!r}: not the plain name of a picture, but a path"
            raise InvalidDataset.of("unsafe-path", str(path), f"line {line}", message)
