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
    tf.debugging.assert_positive(labels, "Class labels in a TFRecord count from 1.")
    objects = {
        "classes": labels - 1,
        "difficult": _flags(record[record_schema.DIFFICULT], boxes),
        "crowd": _flags(record[record_schema.CROWD], boxes),
        "area": _or_default(record[record_schema.AREA], _box_areas(boxes)),
    }
    for name, values in objects.items():
        message = f"A record has not as many {name} as boxes."
        tf.debugging.assert_equal(tf.shape(values)[0], tf.shape(boxes)[0], message)
    return {
        "encoded": record[record_schema.ENCODED],
        "height": tf.cast(record[record_schema.HEIGHT], tf.int32),
        "width": tf.cast(record[record_schema.WIDTH], tf.int32),
        "boxes": boxes,
        **objects,
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


def _box_areas(boxes):
    size = boxes[:, 2:] - boxes[:, :2]
    return size[:, 0] * size[:, 1]


def _flags(values, boxes):
    return _or_default(tf.cast(values, tf.bool), tf.zeros(tf.shape(boxes)[:1], tf.bool))


def _or_default(values, default):
    return tf.cond(tf.size(values) > 0, lambda: values, lambda: default)


def decode_image(encoded):
    """Decode JPEG or PNG to uint8 `[H, W, 3]`, RGB, as `datasets.image.decode` does."""
    # The accurate inverse DCT is Pillow's; TensorFlow's own choice is off by up to 6.
    pixels = tf.cond(
        tf.io.is_jpeg(encoded),
        lambda: tf.io.decode_jpeg(encoded, 3, dct_method="INTEGER_ACCURATE"),
        lambda: tf.io.decode_png(encoded, 3),
    )
    return tf.ensure_shape(pixels, [None, None, 3])
