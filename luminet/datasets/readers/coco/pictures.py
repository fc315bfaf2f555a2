"""In which folder the pictures of a COCO file lie."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from luminet.datasets.findings import Finding
from luminet.datasets.readers.coco.layout import AnnotationFile
from luminet.datasets.readers.picture_folder import no_pictures, picture_names
from luminet.datasets.readers.pictures import is_unsafe

# Pictures that are looked for in each folder, at first.
_NUM_SAMPLES = 32


def find_folder(
    root: Path, file: AnnotationFile, names: Sequence[str], images: Path | None = None
) -> Path:
    """Find the folder where most pictures lie; of equal ones the first.

    Args:
        root: of the data set.
        file: that lists the pictures.
        names: of the pictures, as it has them; paths relative to the wanted folder.
        images: where to look; by default wherever they may lie.

    Raises:
        InvalidDataset: not a single picture was found.
    """
    candidates = _named(images, file) if images else _usual(root, file)
    folders = [folder for folder in dict.fromkeys(candidates) if folder.is_dir()]
    safe = [name for name in names if not is_unsafe(name)]
    if not safe:
        return folders[0]
    spread = safe[:: max(1, len(safe) // _NUM_SAMPLES)]
    for sample in (spread, safe):
        counts = [_count(folder, sample) for folder in folders]
        if any(counts):
            return folders[counts.index(max(counts))]
    raise no_pictures(folders, safe, file.path)


def _named(images: Path, file: AnnotationFile) -> list[Path]:
    return [images / file.name, images / file.split, images]


def _usual(root: Path, file: AnnotationFile) -> Iterator[Path]:
    for name in (file.name, file.split):
        yield from (root / name, root / "images" / name, root / name / "images")
    beside = file.path.parent
    yield from (root / "images", root / "data", beside / "images", beside, root)


def _count(folder: Path, names: Sequence[str]) -> int:
    return sum(os.path.lexists(folder / name) for name in names)


def unlisted(folder: Path, name: str, names: Sequence[str]) -> list[Finding]:
    """Tell of pictures in the folder that are not listed: nobody will read them.

    Args:
        folder: all of its own; others may use others.
        name: it, as findings name it.
        names: of the pictures that are listed, relative to it.
    """
    extra = sorted({*picture_names(folder)}.difference(names))
    if not extra:
        return []
    message = f"{len(extra)} pictures are not listed, like {extra[0]!r}: left out"
    return [Finding("image-unlisted", name, "", message, fatal=False)]
