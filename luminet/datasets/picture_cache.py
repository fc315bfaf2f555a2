"""Decoded pictures of a split, by number: decoded once, in memory or in a file."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from luminet import atomic, file_lock
from luminet.datasets import tfrecord
from luminet.datasets.store import Split
from luminet.errors import InputError, LuminetError
from luminet.free_memory import free_memory

MEMORY = "memory"
SUFFIX = ".pixels"
# Raised whenever pictures are decoded in another way.
_VERSION = 1
# Other programs, and training itself, want some of what is free.
_SHARE = 0.8
_CHUNK = 256
_BUSY = "{}: {{owner}} is decoding pictures into it; start again when it is done"


class PictureCache:
    """Gives pictures by their number in the split.

    Args:
        sizes: int `[N, 2]`, heights and widths.
        read: function from an offset and a count to so many bytes, uint8.
    """

    def __init__(self, sizes: np.ndarray, read: Callable[[int, int], np.ndarray]):
        self._sizes = sizes.astype(np.int64)
        self._ends = np.cumsum(3 * self._sizes.prod(axis=1))
        self._read = read

    def image(self, number):
        """A picture, uint8 `[H, W, 3]`, in a graph; `number` is int64 `[]`."""
        # Stateless: TensorFlow may call it from several threads at a time.
        pixels = tf.numpy_function(self._image, [number], tf.uint8, stateful=False)
        return tf.ensure_shape(pixels, [None, None, 3])

    def _image(self, number):
        height, width = self._sizes[number]
        count = 3 * height * width
        pixels = self._read(self._ends[number] - count, count)
        return pixels.reshape(height, width, 3)


def make_cache(
    where: str, split: Split, checksums: Sequence[str], say: Callable[[str], None]
) -> PictureCache:
    """Decode all pictures of a split, or find the file where that was done.

    Args:
        where: `MEMORY`, or a folder.
        split: `store.Split`.
        checksums: of its files; another one makes another cache.
        say: is told, in one line, what takes time.

    Raises:
        InputError: there is not enough memory, or not enough room on the disk.
        LuminetError: a picture is not as large as its record says, or another run
            fills the folder.
    """
    sizes = _read_sizes(split)
    num_bytes = 3 * int(sizes.astype(np.int64).prod(axis=1).sum())
    work = f"decoding {split.num_examples} pictures, {_megabytes(num_bytes)}"
    if where == MEMORY:
        _check_room(num_bytes, _SHARE * free_memory(), "memory", "or a folder")
        say(f"{work}, into memory")
        return PictureCache(sizes, _in_memory(split, sizes, num_bytes))
    path = Path(where) / f"{split.name}-{_key(checksums)}{SUFFIX}"
    if not path.is_file() or path.stat().st_size != num_bytes:
        path.parent.mkdir(parents=True, exist_ok=True)
        with file_lock.exclusive(path.parent / ".lock", _BUSY.format(path.parent)):
            atomic.sweep(path.parent)
            free = shutil.disk_usage(path.parent).free
            _check_room(num_bytes, free, f"room in {path.parent}", "or another folder")
            say(f"{work}, into {path}")
            with atomic.open_file(path, "wb") as file:
                for pixels in _decoded(split, sizes):
                    file.write(pixels)
    return PictureCache(sizes, _in_file(path))


def _in_memory(split, sizes, num_bytes):
    memory, end = np.empty([num_bytes], np.uint8), 0
    for pixels in _decoded(split, sizes):
        memory[end : end + pixels.size] = pixels.reshape(-1)
        end += pixels.size
    return lambda offset, count: memory[offset : offset + count]


def _in_file(path):
    file = open(path, "rb")  # noqa: SIM115

    def read(offset, count):
        # A short answer fails when it gets its shape.
        return np.frombuffer(os.pread(file.fileno(), count, offset), np.uint8)

    return read


def _decoded(split, sizes) -> Iterator[np.ndarray]:
    images = _records(split).map(
        lambda record: tfrecord.decode_image(tfrecord.parse(record)["encoded"]),
        tf.data.AUTOTUNE,
    )
    for number, pixels in enumerate(images.as_numpy_iterator()):
        if pixels.shape[:2] != tuple(sizes[number]):
            raise LuminetError(
                f"{split.files[0]}: picture {number + 1} of the split "
                f"'{split.name}' is not as large as its record says; "
                "run `lumi dataset transform` again"
            )
        yield pixels


def _read_sizes(split) -> np.ndarray:
    parts = _records(split).batch(_CHUNK).map(tfrecord.parse_sizes)
    return np.concatenate(list(parts.as_numpy_iterator()))


def _records(split):
    return tf.data.TFRecordDataset([str(file) for file in split.files])


def _key(checksums):
    """Of what is in the files, and of how it is decoded."""
    text = " ".join([f"version {_VERSION}", *checksums])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _check_room(num_bytes, free, what, instead):
    if num_bytes > free:
        raise InputError(
            f"dataset.cache: the decoded pictures need {_megabytes(num_bytes)}, and "
            f"there are {_megabytes(free)} of {what}; leave it out, {instead}"
        )


def _megabytes(num_bytes):
    return f"{num_bytes / 2**20:.0f} MiB"
