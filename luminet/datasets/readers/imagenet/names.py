"""Names of ImageNet's classes, which annotations call by their WordNet ids: n02084071.

The challenge comes with `map_det.txt` ("n02084071 58 dog") in its development kit; its
copy on Kaggle with `LOC_synset_mapping.txt` ("n01440764 tench, Tinca tinca"), which
names the thousand classes of another challenge.
"""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from luminet.datasets.findings import InvalidDataset
from luminet.datasets.readers.list_file import read_rows

_ROW = re.compile(r"(n[0-9]{8})\s+(?:[0-9]{1,4}\s+)?([^,]*\S)\s*(?:,.*)?")
_CLASSES = ("map_det.txt", "devkit/data/map_det.txt")
_MORE_CLASSES = ("LOC_synset_mapping.txt",)


def find_names(folders: Iterable[Path]) -> tuple[dict[str, str], bool]:
    """Look for names in the folders of a data set.

    Returns:
        Names by WordNet ids, empty where there are none; and whether these are the
        classes of the data set, in the order of their numbers.

    Raises:
        InvalidDataset: a file has another form.
    """
    folders = list(folders)
    for files in (_CLASSES, _MORE_CLASSES):
        paths = [folder / file for folder in folders for file in files]
        for path in paths:
            if path.is_file():
                return _read(path), files is _CLASSES
    return {}, False


def _read(path: Path) -> dict[str, str]:
    names = {}
    for line, row in read_rows(path):
        match = _ROW.fullmatch(row)
        if match is None or match[1] in names:
            message = "not a new WordNet id and a name, as in 'n02084071 58 dog'"
            code, place = "class-list-malformed", f"line {line}"
            raise InvalidDataset.of(code, str(path), place, message)
        names[match[1]] = match[2]
    # A crane lifts, or flies: two classes of one name must not become one.
    counts = Counter(names.values())
    return {
        wnid: f"{name} ({wnid})" if counts[name] > 1 else name
        for wnid, name in names.items()
    }
