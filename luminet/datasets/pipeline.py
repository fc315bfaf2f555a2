"""TFRecords become batches: the dict in which data sets and models meet.

A batch holds, beside what `luminet.models` reads of it:
    image: uint8 or float32 `[B, H, W, 3]`, RGB, 0 to 255, zeros at bottom and right;
    image_size: float32 `[B, 2]`, height and width without that padding;
    scale: float32 `[B, 2]`, resized over original: divide boxes by it to go back;
    gt_boxes: float32 `[B, G, 4]`, pixels of `image`, zeros where there is no object;
    gt_classes: int32 `[B, G]`, -1 where there is no object;
    gt_ignore: bool `[B, G]`, difficult or crowd;
    image_id, filename: string `[B]`;
    seed: int32 `[B]`, in training: one number for each image and epoch.
"""

import contextlib
import math

import tensorflow as tf

from luminet.datasets import tfrecord
from luminet.datasets.store import open_store
from luminet.errors import LuminetError

# Every base network halves a picture up to five times.
SIZE_MULTIPLE = 32
_PADDING = {"gt_classes": -1}
# A block that is shuffled lies in memory as a whole.
_MAX_BLOCK_BYTES = 2**30


def training_batches(
    split, resize, flip, batch_size, seed, first_step=0, shuffle_buffer=10_000
):
    """Endless batches of a split, each epoch in an order of its own.

    The pictures and their transforms are a pure function of seed, epoch and position:
    starting at a later step gives what an earlier start gives from there on.

    Args:
        split: `store.Split`.
        resize: `transforms.Resize`.
        flip: `transforms.Flip`.
        batch_size: int.
        seed: int.
        first_step: int, batches to leave out at the beginning.
        shuffle_buffer: int, pictures, at most a gibibyte of them; a smaller split is
            shuffled as a whole.

    Returns:
        `tf.data.Dataset` of batches. One may end an epoch and begin the next.
    """
    count = split.num_examples
    first = first_step * batch_size
    first_epoch, skipped = divmod(first, count)
    records = tf.data.TFRecordDataset([str(file) for file in split.files])

    mean_bytes = sum(file.stat().st_size for file in split.files) / count
    block_size = min(count, shuffle_buffer, math.ceil(_MAX_BLOCK_BYTES / mean_bytes))

    def turn(epoch):
        """Begin elsewhere in each epoch, so that blocks hold other pictures."""
        if count == block_size:
            return records
        start = tf.random.stateless_uniform(
            [], [seed, epoch], maxval=count, dtype=tf.int64
        )
        return records.skip(start).concatenate(records.take(start))

    def epoch_records(epoch):
        # In blocks, each shuffled by a stateless operation: `Dataset.shuffle` takes no
        # seed that is computed, and keeps a state.
        blocks = turn(epoch).batch(block_size).enumerate()
        shuffled = blocks.flat_map(lambda i, block: _shuffle(block, [seed ^ i, epoch]))
        indexed = shuffled.enumerate()
        return indexed.map(lambda index, record: (epoch, index, record))

    def load(epoch, index, record):
        draws = tf.random.stateless_uniform(
            [3], [seed, epoch * count + index], minval=None, maxval=None, dtype=tf.int32
        )
        sample = resize(flip(_decode(record), draws[:2]))
        return _batch_entry(sample) | {"seed": draws[2]}

    epochs = tf.data.Dataset.range(first_epoch, tf.int64.max)
    samples = epochs.flat_map(epoch_records).skip(skipped)
    samples = samples.map(load, num_parallel_calls=tf.data.AUTOTUNE)
    return _batch(samples, batch_size).prefetch(tf.data.AUTOTUNE)


def evaluation_batches(split, resize, batch_size=1):
    """The pictures of a split, once and in their order; the last batch may be smaller.

    Args:
        split: `store.Split`.
        resize: `transforms.Resize`.
        batch_size: int.
    """
    records = tf.data.TFRecordDataset([str(file) for file in split.files])
    samples = records.map(
        lambda record: _batch_entry(resize(_decode(record))),
        num_parallel_calls=tf.data.AUTOTUNE,
    )
    return _batch(samples, batch_size).prefetch(tf.data.AUTOTUNE)


@contextlib.contextmanager
def reading(store):
    """While the block runs, say which file it is that cannot be read.

    Args:
        store: `store.Store`.

    Raises:
        InputError: a file was damaged, or changed, since it was written.
        LuminetError: it cannot be read for another reason.
    """
    try:
        yield
    except (tf.errors.DataLossError, tf.errors.NotFoundError) as error:
        open_store(store.folder).verify()
        message = error.message.splitlines()[0]
        raise LuminetError(f"{store.folder}: cannot be read: {message}") from error


def pad_image(image):
    """Add zeros at the bottom and right, up to a multiple of `SIZE_MULTIPLE`."""
    size = tf.shape(image)[:2]
    missing = -size % SIZE_MULTIPLE
    return tf.pad(image, [[0, missing[0]], [0, missing[1]], [0, 0]])


def _shuffle(block, seed):
    # Their numbers, not the records: a block is large, and should lie in memory once.
    numbers = tf.range(tf.shape(block)[0])
    order = tf.random.experimental.stateless_shuffle(numbers, seed)
    return tf.data.Dataset.from_tensor_slices(order).map(lambda number: block[number])


def _decode(record):
    sample = tfrecord.parse(record)
    return {**sample, "image": tfrecord.decode_image(sample["encoded"])}


def _batch_entry(sample):
    # A row of padding even where there is no object: nobody reduces over nothing.
    padding = [[0, 1]]
    return {
        "image": pad_image(sample["image"]),
        "image_size": sample["image_size"],
        "scale": sample["scale"],
        "gt_boxes": tf.pad(sample["boxes"], [[0, 1], [0, 0]]),
        "gt_classes": tf.pad(sample["classes"], padding, constant_values=-1),
        "gt_ignore": tf.pad(sample["difficult"] | sample["crowd"], padding),
        "image_id": sample["image_id"],
        "filename": sample["filename"],
    }


def _batch(samples, batch_size):
    padding = {
        key: tf.constant(_PADDING[key], spec.dtype) if key in _PADDING else None
        for key, spec in samples.element_spec.items()
    }
    return samples.padded_batch(batch_size, padding_values=padding)
