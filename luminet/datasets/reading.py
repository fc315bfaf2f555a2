"""Say which file and which record it is that cannot be read."""

import contextlib
from pathlib import Path

import tensorflow as tf

from luminet.datasets import tfrecord
from luminet.datasets.records import example_record, schema, tf_example
from luminet.datasets.records.error import RecordError
from luminet.datasets.records.file import read_records
from luminet.datasets.store import Store, open_store
from luminet.errors import InputError, LuminetError


@contextlib.contextmanager
def reading(store: Store):
    """While the block runs, say which file or record it is that cannot be read.

    Raises:
        InputError: a file was damaged, or changed, since it was written, or a record
            is not what luminet writes.
        LuminetError: it cannot be read for another reason.
    """
    try:
        yield
    except (tf.errors.DataLossError, tf.errors.NotFoundError) as error:
        open_store(store.folder).verify()
        message = error.message.splitlines()[0]
        raise LuminetError(f"{store.folder}: cannot be read: {message}") from error
    except tf.errors.UnknownError as error:
        # What the system says of a disk that fails has no class of its own.
        if message := _unreadable(store, error.message):
            raise LuminetError(message) from error
        raise
    except tf.errors.InvalidArgumentError as error:
        # Else it is none of the data's.
        if "IteratorGetNext" in error.message:
            check_records(store)
        raise


def _unreadable(store: Store, message: str) -> str:
    """What TensorFlow's message says of a file of the store; "" if it is of another."""
    for split in store.splits.values():
        for file in split.files:
            _, found, rest = message.partition(f"{file}; ")
            if found:
                return f"{file}: cannot be read ({rest.partition(' [Op:')[0]})"
    return ""


def check_records(store: Store) -> None:
    """Parse and decode every record of a store.

    Raises:
        InputError: it cannot be done with one of them.
    """
    for split in store.splits.values():
        for file in split.files:
            for number, record in enumerate(read_records(file), start=1):
                _check_record(file, number, record)


def _check_record(file: Path, number: int, record: bytes) -> None:
    try:
        example_record.deserialize(record)
        tfrecord.decode_image(tfrecord.parse(record)["encoded"])
    except RecordError as error:
        reason = error.message
    except tf.errors.OpError as error:
        reason = error.message.splitlines()[0]
    else:
        return
    name = _name(record)
    where = f"record {number} ({name})" if name else f"record {number}"
    raise InputError(f"{file}: {where}: {reason}; run `lumi dataset transform` again")


def _name(record: bytes) -> str:
    """What a record says that its picture is called, if it says so."""
    try:
        features = tf_example.parse_example(record)
    except RecordError:
        return ""
    names = [*features.get(schema.SOURCE_ID, ()), *features.get(schema.FILENAME, ())]
    known = (name for name in names if name and isinstance(name, bytes))
    return next(known, b"").decode("utf-8", "backslashreplace")
