"""The order of pictures in training: a pure function of seed, epoch and position.

So that any step can be the first one, for any number of processes that do the work.
"""

import math
from collections.abc import Callable

import tensorflow as tf

from luminet.datasets import tfrecord
from luminet.datasets.store import Split

# Records that are shuffled lie in memory.
_MAX_BYTES = 2**30
# What chance decides here; each has seeds of its own.
_START, _SHUFFLE, _BATCHES, _PARTNERS = range(-4, 0)


class Order:
    """The records of a split, endlessly, each epoch in an order of its own.

    They are shuffled in blocks that fit into memory, by stateless operations:
    `Dataset.shuffle` takes no seed that is computed, and keeps a state. A split that
    fits is one block, read once. Where there are several, each epoch begins at another
    picture, so that blocks hold others; the next block is read ahead.

    Args:
        split: `store.Split`.
        seed: int.
        batch_size: int.
        shuffle_buffer: int, pictures of a block, at most; memory may allow fewer.
        shape_of: function from the heights and widths of pictures, int32 `[N, 2]`, to
            a number for each, int32 `[N]`: those of equal or neighbouring numbers
            go into the same batch. None leaves batches to chance.
        num_partners: int, other pictures of the block that come with each picture.
    """

    def __init__(
        self,
        split: Split,
        seed: int,
        batch_size: int,
        shuffle_buffer: int = 10_000,
        shape_of: Callable | None = None,
        num_partners: int = 0,
    ):
        self.count = split.num_examples
        self.seed = seed
        self.batch_size = batch_size
        self.shape_of = shape_of
        self.num_partners = num_partners
        self.block_size = _block_size(split, shuffle_buffer)
        self._records = tf.data.TFRecordDataset([str(file) for file in split.files])

    def start_at(self, first: int):
        """The endless data set from a position on.

        Args:
            first: int, pictures to leave out at the beginning; none of them is decoded.

        Returns:
            `tf.data.Dataset` of dicts of
                `index`: int64 `[]`, pictures before this one, in all epochs;
                `numbers`: int64 `[1 + num_partners]`, places in the split, the
                picture's own and those of its partners;
                `records`: string `[1 + num_partners]`, theirs.
        """
        epoch, skipped = divmod(first, self.count)
        block, skipped = divmod(skipped, self.block_size)
        return self._blocks(epoch, block).flat_map(self._pictures).skip(skipped)

    def _blocks(self, first_epoch, first_block):
        """Epoch, number of the block, place of the epoch's first picture, records."""
        epochs = tf.data.Dataset.range(first_epoch, tf.int64.max)
        if self.block_size == self.count:
            records = self._records.batch(self.count).cache().repeat()
            zero = tf.constant(0, tf.int64)
            blocks = tf.data.Dataset.zip((epochs, records))
            return blocks.map(lambda epoch, records: (epoch, zero, zero, records))

        def of_epoch(epoch):
            seed = self._seed(_START, epoch)
            start = tf.random.stateless_uniform([], seed, 0, self.count, tf.int64)
            turned = self._records.skip(start).concatenate(self._records.take(start))
            done = tf.where(epoch == first_epoch, first_block, 0)
            done = tf.cast(done, tf.int64)
            numbers = tf.data.Dataset.range(done, tf.int64.max)
            records = turned.skip(done * self.block_size).batch(self.block_size)
            blocks = tf.data.Dataset.zip((numbers, records))
            return blocks.map(lambda block, records: (epoch, block, start, records))

        return epochs.flat_map(of_epoch).prefetch(1)

    def _pictures(self, epoch, block, start, records):
        size = tf.shape(records, tf.int64)[0]
        index = epoch * self.count + block * self.block_size + tf.range(size)
        rows = self._shuffle(epoch, block, index[0], records)[:, None]  # [N, 1]
        if self.num_partners:
            rows = tf.concat([rows, self._partners(epoch, block, rows)], axis=1)

        # Numbers are shuffled, not records: those should lie in memory once.
        def gather(index, rows):
            numbers = (start + block * self.block_size + rows) % self.count
            return {
                "index": index,
                "numbers": numbers,
                "records": tf.gather(records, rows),
            }

        return tf.data.Dataset.from_tensor_slices((index, rows)).map(gather)

    def _shuffle(self, epoch, block, first_index, records):
        """Places in the block, int64 `[N]`, in their order."""
        rows = tf.range(tf.shape(records, tf.int64)[0])
        seed = self._seed(_SHUFFLE, epoch, block)
        rows = tf.random.experimental.stateless_shuffle(rows, seed)
        if self.shape_of is None:
            return rows
        # The first pictures complete a batch that the block before has begun.
        begun = -first_index % self.batch_size
        shapes = self.shape_of(tfrecord.parse_sizes(records))
        seed = self._seed(_BATCHES, epoch, block)
        rest = _by_shape(rows[begun:], shapes, self.batch_size, seed)
        return tf.concat([rows[:begun], rest], axis=0)

    def _partners(self, epoch, block, rows):
        """Places in the block, int64 `[N, num_partners]`; another than the own one."""
        size = tf.shape(rows, tf.int64)[0]
        seed = self._seed(_PARTNERS, epoch, block)
        steps = tf.random.stateless_uniform(
            [size, self.num_partners], seed, 1, tf.maximum(size, 2), tf.int64
        )
        return (rows + steps) % size

    def _seed(self, purpose, epoch, block=0):
        seed = tf.constant([self.seed, purpose], tf.int64)
        seed = tf.random.fold_in(seed, tf.cast(epoch, tf.int64))
        return tf.random.fold_in(seed, tf.cast(block, tf.int64))


def _by_shape(rows, shapes, batch_size, seed):
    """Sort into batches of one shape, as far as it goes, and shuffle the batches.

    What does not fill a batch stays at the end.
    """
    num_batches = tf.shape(rows)[0] // batch_size
    whole, rest = rows[: num_batches * batch_size], rows[num_batches * batch_size :]
    # Stable: within a shape, chance decides as before.
    by_shape = tf.argsort(tf.gather(shapes, whole), stable=True)
    batches = tf.reshape(tf.gather(whole, by_shape), [num_batches, batch_size])
    shuffled = tf.random.experimental.stateless_shuffle(batches, seed)
    return tf.concat([tf.reshape(shuffled, [-1]), rest], axis=0)


def _block_size(split, shuffle_buffer):
    num_bytes = sum(file.stat().st_size for file in split.files)
    if num_bytes <= _MAX_BYTES:
        return min(split.num_examples, shuffle_buffer)
    # One is in use while the next is read.
    mean_bytes = num_bytes / split.num_examples
    in_memory = math.ceil(_MAX_BYTES / 2 / mean_bytes)
    return min(split.num_examples, shuffle_buffer, in_memory)
