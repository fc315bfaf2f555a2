"""TFRecords become batches: the dict in which data sets and models meet.

A batch holds, beside what `luminet.models` reads of it:
    image: `[B, H, W, 3]`, RGB, 0 to 255, zeros at bottom and right; uint8 in training,
        float32 in evaluation;
    image_size: float32 `[B, 2]`, height and width without that padding;
    scale: float32 `[B, 2]`, resized over original: divide boxes by it to go back;
    gt_boxes: float32 `[B, G, 4]`, pixels of `image`, zeros where there is no object;
    gt_classes: int32 `[B, G]`, -1 where there is no object;
    gt_ignore: bool `[B, G]`, difficult or crowd;
    image_id, filename: string `[B]`;
    seed: int32 `[B]`, in training: one number for each image and epoch.
"""

from collections.abc import Sequence

import tensorflow as tf

from luminet.datasets import data_service, padding, tfrecord
from luminet.datasets.order import Order

_PARALLEL = tf.data.AUTOTUNE


def training_batches(
    split,
    resize,
    augmentation,
    batch_size: int,
    seed: int,
    first_step: int = 0,
    shuffle_buffer: int = 10_000,
    shape_buckets: int | None = None,
    cache=None,
    services: Sequence[str] = (),
):
    """Endless batches of a split, each epoch in an order of its own.

    The pictures and what is done to them are a pure function of seed, epoch and
    position: starting at a later step gives what an earlier start gives from there on,
    whatever number of processors or machines does the work.

    Args:
        split: `store.Split`.
        resize: `transforms.Resize`.
        augmentation: `augmentation.Augmentation`.
        batch_size: int.
        seed: int.
        first_step: int, batches to leave out at the beginning.
        shuffle_buffer: int, pictures, at most a gibibyte of them; a smaller split is
            shuffled as a whole.
        shape_buckets: int, put pictures of similar shape into a batch, and pad their
            sides to so many lengths, see `padding.ShapeBuckets`; None: neither.
        cache: `picture_cache.PictureCache` of the split, or None.
        services: addresses of tf.data services that do the work; see `data_service`.

    Returns:
        `tf.data.Dataset` of batches. One may end an epoch and begin the next.
    """
    choose_size, shape_of = padding.next_size, None
    if shape_buckets is not None:
        choose_size = padding.ShapeBuckets(resize, shape_buckets)

        def shape_of(sizes):
            height, width = tf.unstack(choose_size(resize.new_size(sizes)), axis=1)
            return width - height

    def load(picture):
        seeds = tf.stack([tf.constant(seed, tf.int64), picture["index"]])
        draws = tf.random.stateless_uniform([3], seeds, None, None, tf.int32)
        sample, *partners = (
            _decode(picture["records"][i], picture["numbers"][i], cache)
            for i in range(1 + augmentation.num_partners)
        )
        sample = resize(augmentation(sample, draws[:2], partners))
        # A quarter of the bytes on the way to the network, for half a grey level.
        sample["image"] = tf.cast(tf.round(sample["image"]), tf.uint8)
        return _batch_entry(sample, choose_size) | {"seed": draws[2]}

    order = Order(
        split, seed, batch_size, shuffle_buffer, shape_of, augmentation.num_partners
    )
    pictures = order.start_at(first_step * batch_size)

    def batches_of(pictures):
        samples = pictures.map(load, _PARALLEL)
        return padding.padded_batch(samples, batch_size).prefetch(_PARALLEL)

    if services:
        return data_service.share(pictures, batch_size, batches_of, services)
    return batches_of(pictures).with_options(_options())


def evaluation_batches(split, resize, batch_size=1):
    """The pictures of a split, once and in their order; the last batch may be smaller.

    Args:
        split: `store.Split`.
        resize: `transforms.Resize`.
        batch_size: int.
    """
    records = tf.data.TFRecordDataset([str(file) for file in split.files])
    samples = records.map(
        lambda record: _batch_entry(resize(_decode(record)), padding.next_size),
        _PARALLEL,
    )
    return padding.padded_batch(samples, batch_size).prefetch(_PARALLEL)


def _options():
    options = tf.data.Options()
    options.deterministic = True
    # Several machines divide each batch among them, and do not each take some files.
    sharding = tf.data.experimental.AutoShardPolicy.DATA
    options.experimental_distribute.auto_shard_policy = sharding
    return options


def _decode(record, number=None, cache=None):
    sample = tfrecord.parse(record)
    encoded = sample.pop("encoded")
    image = tfrecord.decode_image(encoded) if cache is None else cache.image(number)
    # Once, and not again in every step.
    return {**sample, "image": tf.cast(image, tf.float32)}


def _batch_entry(sample, choose_size):
    # A row of padding even where there is no object: nobody reduces over nothing.
    row = [[0, 1]]
    return {
        "image": padding.pad_image(sample["image"], choose_size),
        "image_size": sample["image_size"],
        "scale": sample["scale"],
        "gt_boxes": tf.pad(sample["boxes"], [[0, 1], [0, 0]]),
        "gt_classes": tf.pad(sample["classes"], row, constant_values=-1),
        "gt_ignore": tf.pad(sample["difficult"] | sample["crowd"], row),
        "image_id": sample["image_id"],
        "filename": sample["filename"],
    }
