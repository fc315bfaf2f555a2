"""The TFRecord files of a split: parts put together into shards of a good size."""

import hashlib
import mmap
import os
from pathlib import Path

from luminet.datasets import store
from luminet.datasets.records.framing import framed_sizes

DEFAULT_BYTES = 1024 * 1024 * 1024


class ShardWriter:
    """Appends parts to the files of one split.

    Where a file ends depends on the records alone, not on who made which parts when.

    Args:
        folder: where the files go.
        split: its name.
        max_bytes: of a file, unless one record is larger; None: only `next` ends a
            file.
    """

    def __init__(self, folder: Path, split: str, max_bytes: int | None):
        self._folder = folder
        self._split = split
        self._max_bytes = max_bytes
        self._files: list[dict] = []
        self._begin()

    def _begin(self) -> None:
        self._path = self._folder / f"{self._split}.{len(self._files)}.unfinished"
        self._file = open(self._path, "wb")  # noqa: SIM115
        self._digest = hashlib.sha256()
        self._num_records = self._num_bytes = 0

    def append(self, part: Path, num_bytes: int) -> None:
        """Copy the records in the first bytes of a part to the end of the file."""
        if not num_bytes:
            return
        with (
            open(part, "rb") as file,
            mmap.mmap(file.fileno(), num_bytes, access=mmap.ACCESS_READ) as mapped,
            memoryview(mapped) as data,
        ):
            self._append(data)

    def _append(self, data: memoryview) -> None:
        start = end = 0
        for size in framed_sizes(data):
            if self._is_full(end - start + size):
                self._write(data[start:end])
                self.next()
                start = end
            self._num_records += 1
            end += size
        self._write(data[start:end])

    def _is_full(self, num_bytes: int) -> bool:
        """Whether so many bytes more are too many; an empty file takes any record."""
        if self._max_bytes is None or not self._num_records:
            return False
        return self._num_bytes + num_bytes > self._max_bytes

    def _write(self, data: memoryview) -> None:
        with data:
            self._digest.update(data)
            self._file.write(data)
            self._num_bytes += len(data)

    def next(self) -> None:
        """End the file, and begin another."""
        self._end()
        self._begin()

    def _end(self) -> None:
        self._file.close()
        self._files.append(
            {
                "name": self._path.name,
                "num_records": self._num_records,
                "bytes": self._num_bytes,
                "sha256": self._digest.hexdigest(),
            }
        )

    def close(self) -> list[dict]:
        """End the last file, and name all of them; their entries in the manifest."""
        self._end()
        for index, entry in enumerate(self._files):
            name = store.file_name(self._split, index, len(self._files))
            os.rename(self._folder / entry["name"], self._folder / name)
            entry["name"] = name
        return self._files
