"""Read TFRecords: luminet's own, those of other tools, and Luminoth's."""

import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path

from luminet.datasets import listing, store
from luminet.datasets.annotation import Annotation
from luminet.datasets.findings import FileFindings, InvalidDataset
from luminet.datasets.readers.reader import Reader
from luminet.datasets.readers.tfrecord import files as tfrecord_files
from luminet.datasets.readers.tfrecord import record_classes
from luminet.datasets.readers.tfrecord.common_record import CommonRecords
from luminet.datasets.readers.tfrecord.luminoth_record import (
    LuminothRecords,
    is_luminoth,
)
from luminet.datasets.readers.tfrecord.record_index import RecordIndex, broken_file
from luminet.datasets.records import file as record_file
from luminet.datasets.records.error import RecordError
from luminet.datasets.regular_file import FileError
from luminet.errors import InputError


class TFRecordReader(Reader):
    """Read one split of a data set that is TFRecords.

    Three kinds are told apart by what lies in the folder and in the first record:

    - What luminet wrote: `dataset.json` says what there is.
    - `tf.train.Example` in the schema of the TensorFlow Object Detection API. Classes
      are those of a `label_map.pbtxt` beside the records, else of `class/text`.
    - `tf.train.SequenceExample` that Luminoth wrote, with its `classes.json`.

    Where the files lie is told in `tfrecord/files.py`. They are read once in full when
    the reader is made; that takes some 250 bytes of memory for a picture.

    Args:
        data_dir: the folder of the data set.
        split: what the names of the files begin with, or a folder in it.
        label_map: the file with the classes, relative to `data_dir`.
        first_pixel: of Luminoth's records: 0, or 1 where they were made of Pascal VOC
            and boxes count from 1, their ends inclusive.

    Attributes:
        category_ids: COCO's numbers of the classes by name, where luminet wrote the
            records and knows them.

    Raises:
        InvalidDataset: there is no such data set or split, or a file is cut.
        InputError: an option is wrong, or something is missing of what luminet wrote.
    """

    def __init__(
        self,
        data_dir: Path,
        split: str,
        label_map: str = "",
        first_pixel: str = "0",
    ):
        super().__init__(data_dir, split)
        if str(first_pixel) not in ("0", "1"):
            message = f"the option first_pixel must be 0 or 1, not '{first_pixel}'"
            raise InputError(message)
        files = tfrecord_files.find_split(self.data_dir, _splits(self.data_dir), split)
        self._records = self._kind(files, label_map, int(first_pixel))
        self._index = RecordIndex(files, self.relative, self._records.identify)
        if not self._index.keys():
            message = "its TFRecords are empty"
            raise InvalidDataset.of("split-empty", self.relative(files[0]), "", message)
        self.findings = tuple(self._index.findings)
        self.class_names = self._records.classes.class_names
        self.category_ids = _category_ids(self.data_dir)

    @classmethod
    def recognise(cls, data_dir: Path) -> str | None:
        """See `Reader`."""
        splits = tfrecord_files.find_splits(data_dir)
        return f"files like {next(iter(splits.values()))[0].name}" if splits else None

    @classmethod
    def splits(
        cls, data_dir: Path, label_map: str = "", first_pixel: str = "0"
    ) -> tuple[str, ...]:
        """See `Reader`."""
        return tuple(_splits(Path(data_dir)))

    def keys(self) -> tuple[str, ...]:
        """What the records call their pictures; see `RecordIndex`."""
        return self._index.keys()

    def read(self, key: str) -> Annotation:
        """Read the annotation of a picture, which lies in it."""
        file, place = self._index.place(key)
        name = f"{file}: {place}"
        findings, on_picture = FileFindings(file), FileFindings(name)
        annotation = Annotation(findings, None, name, on_picture=on_picture)
        try:
            self._records.fill(annotation, self._index.read(key), place)
        except (RecordError, FileError) as error:
            findings.fault(error.code, place, error.message)
        if annotation.encoded == b"":
            on_picture.fault("not-an-image", "", "the picture is empty")
            annotation.encoded = None
        return annotation

    def _kind(
        self, files: tuple[Path, ...], label_map: str, first_pixel: int
    ) -> CommonRecords | LuminothRecords:
        if _is_store(self.data_dir):
            names = store.open_store(self.data_dir).class_names
            return CommonRecords(record_classes.from_names(names, first=1))
        luminoth = _are_luminoth(files, self.relative)
        first = 0 if luminoth else 1
        classes = record_classes.find(self.data_dir, files[0].parent, label_map, first)
        if luminoth:
            return LuminothRecords(classes, first_pixel)
        return CommonRecords(classes)


def _splits(data_dir: Path) -> dict[str, tuple[Path, ...]]:
    if _is_store(data_dir):
        splits = store.open_store(data_dir).splits
        return {name: split.files for name, split in splits.items()}
    splits = tfrecord_files.find_splits(data_dir)
    if not splits:
        message = "no TFRecords in it, nor in the folders in it"
        raise InvalidDataset.of("layout-unknown", str(data_dir), "", message)
    return splits


def _is_store(data_dir: Path) -> bool:
    has_records = next(listing.files(data_dir, store.SUFFIX), None)
    return bool(has_records) and (data_dir / store.MANIFEST).is_file()


def _category_ids(data_dir: Path) -> dict[str, int] | None:
    if not _is_store(data_dir):
        return None
    ids = store.open_store(data_dir).manifest.get("coco_category_ids")
    sound = isinstance(ids, dict) and all(type(n) is int for n in ids.values())
    return ids if sound else None


def _are_luminoth(files: Iterable[Path], relative: Callable[[Path], str]) -> bool:
    """Whether the first record that can be read is one of Luminoth."""
    for path in files:
        try:
            for offset in record_file.record_offsets(path):
                with contextlib.suppress(RecordError):
                    return is_luminoth(record_file.read_record(path, offset))
        except (RecordError, FileError) as error:
            raise broken_file(error, relative(path)) from error
    return False
