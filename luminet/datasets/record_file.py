"""TFRecord files as files: how many records, and which one is broken."""

import hashlib
import os
from pathlib import Path

# A record: 8 bytes of length, 4 of checksum, the data, 4 of checksum.
_BEFORE, _AROUND = 12, 16


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def count_records(path: Path) -> tuple[int, bool]:
    """Count the records by their lengths alone, without reading their data.

    Returns:
        How many are complete, and whether the file ends with the last of them.
    """
    end, position, count = path.stat().st_size, 0, 0
    with open(path, "rb") as file:
        while position + _BEFORE <= end:
            file.seek(position)
            length = int.from_bytes(file.read(8), "little")
            if position + length + _AROUND > end:
                break
            position, count = position + length + _AROUND, count + 1
    return count, position == end


def what_is_cut(path: Path, expected_bytes: int, expected_records: int) -> str:
    """Say in words what a file of the wrong size lacks or has too much."""
    records, ends_clean = count_records(path)
    size = f"{path.stat().st_size} bytes instead of {expected_bytes}"
    if not records:
        return f"no whole record ({size}); is this a TFRecord?"
    if records >= expected_records:
        return f"something follows the {expected_records} records ({size})"
    if ends_clean:
        return f"only {records} of {expected_records} records ({size})"
    return f"record {records + 1} of {expected_records} is cut ({size})"


def what_is_damaged(path: Path, expected_records: int) -> str:
    """Say in words where a file of the right size, but of the wrong sum, is damaged."""
    import tensorflow as tf

    count = 0
    try:
        for _ in tf.data.TFRecordDataset(os.fspath(path)):
            count += 1
    except tf.errors.OpError:
        return f"record {count + 1} of {expected_records} is damaged"
    return "not the file that was written here: its checksum is another one"
