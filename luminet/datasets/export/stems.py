"""Choose the names of the files before they are written: each must be unique."""

from collections.abc import Sequence

from luminet.datasets import workers
from luminet.datasets.conversion.chunk import Picture
from luminet.datasets.conversion.plan import Plan
from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.export.file_names import stem_of, unique_stems
from luminet.datasets.export.notation import Notation

RENAMED = "pictures under another name, to be safe and unique"

_BATCH = 64


def choose_stems(
    plan: Plan, notation: Notation, num_workers: int
) -> tuple[dict[str, list[str]], int]:
    """Choose the stem of each picture's file; this reads all annotations.

    Returns:
        Stems by split, in the order of the pictures; and of how many pictures it is not
        the one that they had.
    """
    names = {
        split: _file_names(plan.readers, pictures, num_workers)
        for split, pictures in plan.splits.items()
    }
    blanks = notation.blanks_in_names
    if notation.common_folder:
        # What tells pictures apart may be their split.
        all_names = [f"{split}/{name}" for split in names for name in names[split]]
        all_stems = iter(unique_stems(all_names, blanks))
        stems = {split: [next(all_stems) for _ in names[split]] for split in names}
    else:
        stems = {split: unique_stems(names[split], blanks) for split in names}
    num_renamed = sum(
        stem != stem_of(name)
        for split in names
        for stem, name in zip(stems[split], names[split], strict=True)
    )
    return stems, num_renamed


def _file_names(
    readers: Sequence[ExampleReader], pictures: Sequence[Picture], num_workers: int
) -> list[str]:
    starts = range(0, len(pictures), _BATCH)
    if len(starts) < 2 * num_workers:
        num_workers = 1
    batches = (pictures[start : start + _BATCH] for start in starts)
    results = workers.map_in_order(_names_of, readers, batches, num_workers)
    return [name for result in results for name in result]


def _names_of(readers, pictures) -> list[str]:
    return [
        readers[item.reader].reader.read(item.key).picture_name for item in pictures
    ]
