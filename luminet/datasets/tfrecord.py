"""Records in a TensorFlow graph: parsed and decoded, for training.

What is written in them, and how they are read elsewhere, is in `example_record`.
"""

import tensorflow as tf

from luminet.datasets.records import schema as record_schema


def _list_of(dtype):
    return tf.io.FixedLenSequenceFeature([], dtype, allow_missing=True)


_FEATURES = {
    record_schema.ENCODED: tf.io.FixedLenFeature([], tf.string),
    record_schema.HEIGHT: tf.io.FixedLenFeature([], tf.int64),
    record_schema.WIDTH: tf.io.FixedLenFeature([], tf.int64),
    record_schema.FILENAME: tf.io.FixedLenFeature([], tf.string, default_value=""),
    record_schema.SOURCE_ID: tf.io.FixedLenFeature([], tf.string, default_value=""),
    **{side: _list_of(tf.float32) for side in record_schema.SIDES},
    record_schema.LABEL: _list_of(tf.int64),
    record_schema.DIFFICULT: _list_of(tf.int64),
    record_schema.CROWD: _list_of(tf.int64),
    record_schema.AREA: _list_of(tf.float32),
}


# Of the lists with a value for each object, those that other tools leave out.
_MAY_BE_MISSING = (record_schema.DIFFICULT, record_schema.CROWD, record_schema.AREA)


def parse(serialized):
    """Read a record, in a graph or outside one.

    Args:
        serialized: string `[]`.

    Returns:
        dict of
            `encoded`: string, see `decode_image`;
            `height` and `width`: int32, pixels;
            `boxes`: float32 `[N, 4]`, `[y1, x1, y2, x2]` in pixels;
            `classes`: int32 `[N]`, 0 to C-1;
            `difficult` and `crowd`: bool `[N]`, false where the record does not say;
            `area`: float32 `[N]`, square pixels, of the box where it does not say;
            `image_id` and `filename`: string.

    Raises:
        tf.errors.InvalidArgumentError: the record has no picture, or its lists of
            objects differ in length.
    """
    record = tf.io.parse_single_example(serialized, _FEATURES)
    boxes = _pixels(record)
    labels = tf.cast(record[record_schema.LABEL], tf.int32)
    lists = {key: record[key] for key in _MAY_BE_MISSING}
    missing = _check_lengths(boxes, labels, lists.values())  # [3]
    _check(tf.reduce_all(labels > 0), "Class labels in a TFRecord count from 1.")
    # Few operations: each costs time, on every picture of every epoch.
    difficult, crowd, area = (
        tf.pad(values, [[0, missing[i]]]) for i, values in enumerate(lists.values())
    )
    return {
        "encoded": record[record_schema.ENCODED],
        "height": tf.cast(record[record_schema.HEIGHT], tf.int32),
        "width": tf.cast(record[record_schema.WIDTH], tf.int32),
        "boxes": boxes,
        "classes": labels - 1,
        "difficult": tf.cast(difficult, tf.bool),
        "crowd": tf.cast(crowd, tf.bool),
        "area": tf.where(missing[2] > 0, _box_areas(boxes), area),
        "image_id": record[record_schema.SOURCE_ID],
        "filename": record[record_schema.FILENAME],
    }


def parse_sizes(serialized):
    """Read the heights and widths alone: int32 `[N, 2]`, of records `[N]`."""
    keys = (record_schema.HEIGHT, record_schema.WIDTH)
    record = tf.io.parse_example(serialized, {key: _FEATURES[key] for key in keys})
    return tf.cast(tf.stack([record[key] for key in keys], axis=1), tf.int32)


def _pixels(record):
    """Boxes `[N, 4]` in pixels; what was a whole number comes back as one."""
    parts = tf.stack([record[side] for side in record_schema.SIDES], axis=-1)
    height, width = record[record_schema.HEIGHT], record[record_schema.WIDTH]
    size = tf.cast(tf.stack([height, width, height, width]), tf.float64)
    pixels = tf.cast(parts, tf.float64) * size  # [N, 4]
    whole = tf.round(pixels)
    was_whole = tf.abs(pixels - whole) <= tf.abs(pixels) * record_schema.STORAGE_ERROR
    return tf.cast(tf.where(was_whole, whole, pixels), tf.float32)


def _check_lengths(boxes, labels, lists):
    """How many values each list lacks: as many as there are boxes, or none."""
    count = tf.shape(boxes)[0]
    sizes = tf.stack([tf.size(values) for values in lists])
    fits = tf.reduce_all((sizes == count) | (sizes == 0)) & (tf.size(labels) == count)
    _check(fits, "A record has not as many classes, flags or areas as boxes.")
    return count - sizes


def _check(condition, message):
    # TensorFlow's other assertions are a dozen operations each.
    tf.debugging.Assert(condition, [message])


def _box_areas(boxes):
    return tf.reduce_prod(boxes[:, 2:] - boxes[:, :2], axis=1)


def decode_image(encoded):
    """Decode JPEG or PNG to uint8 `[H, W, 3]`, RGB, as `datasets.image.decode` does."""
    # This operation decodes PNG, too. The accurate inverse DCT is Pillow's; that of
    # TensorFlow's own choice is off by up to 6.
    return tf.io.decode_jpeg(encoded, 3, dct_method="INTEGER_ACCURATE")
