"""Annotations beside pictures, a file each: in a folder for each split, or in one."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from luminet.datasets import listing
from luminet.datasets.findings import InvalidDataset
from luminet.spelling import did_you_mean

# Folders that a message names.
_MAX_NAMED = 5
# Files of a folder that are looked at to recognise it.
_MAX_TRIED = 5


@dataclass(frozen=True)
class SplitFolders:
    """Finds the folders of a notation.

    Attributes:
        notation: for messages.
        ending: of its files, like ".xml".
        is_annotation: says of a file with this ending whether it is of the notation.
    """

    notation: str
    ending: str
    is_annotation: Callable[[Path], bool]

    def files(self, folder: Path) -> list[Path]:
        """The annotations in a folder, sorted."""
        return sorted(listing.files(folder, self.ending))

    def all_folders(self, data_dir: Path) -> dict[str, Path]:
        """Folders in a folder with such files in them, by name."""
        return {
            folder.name: folder
            for folder in listing.folders(data_dir)
            if self._has_files(folder)
        }

    def splits(self, data_dir: Path) -> dict[str, Path]:
        """The folder of each split, by name; none where `data_dir` is not divided.

        Raises:
            InvalidDataset: both `data_dir` itself and folders in it have annotations:
                read by splits, those in `data_dir` would be lost.
        """
        found = self.all_folders(data_dir)
        if found and any(map(self.is_annotation, listing.files(data_dir, self.ending))):
            names = ", ".join([*found][:_MAX_NAMED])
            more = " ..." if len(found) > _MAX_NAMED else ""
            message = (
                f"annotations lie in this folder and in folders in it ({names}{more}): "
                "move the former into a folder of their own, or the latter away"
            )
            raise InvalidDataset.of("ambiguous-layout", str(data_dir), "", message)
        return found

    def find(self, data_dir: Path, split: str) -> Path:
        """The folder of a split; `data_dir` itself where it is not divided.

        Raises:
            InvalidDataset: there is no such split, or no annotation at all.
        """
        found = self.splits(data_dir)
        if split in found:
            return found[split]
        if found:
            raise no_such_split(data_dir, split, found)
        if self._has_files(data_dir):
            return data_dir
        message = (
            f"not a data set in {self.notation}: no *{self.ending} beside pictures, "
            f"neither in {data_dir / split} nor in the folder itself"
        )
        raise InvalidDataset.of("layout-unknown", str(data_dir), "", message)

    def recognise(self, data_dir: Path) -> str | None:
        """The path of an annotation below a folder, like "train/a.xml", or None.

        Looks at a few files of each folder.
        """
        for folder in (*self.all_folders(data_dir).values(), data_dir):
            tried = islice(listing.files(folder, self.ending), _MAX_TRIED)
            path = next(filter(self.is_annotation, tried), None)
            if path:
                return path.relative_to(data_dir).as_posix()
        return None

    def _has_files(self, folder: Path) -> bool:
        return next(listing.files(folder, self.ending), None) is not None


def no_such_split(data_dir: Path, split: str, found: Collection[str]) -> InvalidDataset:
    """The error of a split that is not there, with the names of those that are."""
    known, hint = ", ".join(found), did_you_mean(split, found)
    message = f"no such split; there are {known}{hint}"
    return InvalidDataset.of("split-missing", str(data_dir / split), "", message)
