"""`Example` to TFRecord and back: the schema, written and parsed in one place.

The keys are those of the TensorFlow Object Detection API: a record that another tool
wrote in that schema is read here, and the reverse. In the file, boxes are parts of the
image's height and width and labels count from 1; here boxes are pixels, classes count
from 0.
"""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from luminet.datasets.example import Example

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# A float32 holds a part of the image to within 2^-24 of itself; twice that is room
# for the arithmetic.
_STORAGE_ERROR = 2.0**-23

_SIDES = ("ymin", "xmin", "ymax", "xmax")
_BOX = "image/object/bbox/"


def _list_of(dtype):
    return tf.io.FixedLenSequenceFeature([], dtype, allow_missing=True)


_FEATURES = {
    "image/encoded": tf.io.FixedLenFeature([], tf.string),
    "image/height": tf.io.FixedLenFeature([], tf.int64),
    "image/width": tf.io.FixedLenFeature([], tf.int64),
    "image/filename": tf.io.FixedLenFeature([], tf.string, default_value=""),
    "image/source_id": tf.io.FixedLenFeature([], tf.string, default_value=""),
    **{f"{_BOX}{side}": _list_of(tf.float32) for side in _SIDES},
    "image/object/class/label": _list_of(tf.int64),
    "image/object/difficult": _list_of(tf.int64),
    "image/object/is_crowd": _list_of(tf.int64),
    "image/object/area": _list_of(tf.float32),
}


def serialize(example: Example, class_names: Sequence[str]) -> bytes:
    """Write an example as a record: the same bytes for the same example.

    Args:
        example: what to write.
        class_names: the names of its class numbers.
    """
    size = np.float64([example.height, example.width] * 2)
    parts = np.asarray(example.boxes, np.float64) / size  # [N, 4]
    texts = [class_names[index].encode() for index in example.classes]
    features = {
        "image/encoded": _bytes([example.image]),
        "image/format": _bytes([_image_format(example.image)]),
        "image/height": _integers([example.height]),
        "image/width": _integers([example.width]),
        "image/filename": _bytes([_name(example.filename)]),
        "image/source_id": _bytes([_name(example.image_id)]),
        **{f"{_BOX}{side}": _floats(parts[:, i]) for i, side in enumerate(_SIDES)},
        "image/object/class/label": _integers(example.classes + 1),
        "image/object/class/text": _bytes(texts),
        "image/object/difficult": _integers(example.difficult),
        "image/object/is_crowd": _integers(example.crowd),
        "image/object/area": _floats(example.area),
    }
    record = tf.train.Example(features=tf.train.Features(feature=features))
    return record.SerializeToString(deterministic=True)


def _image_format(encoded):
    return b"png" if encoded.startswith(PNG_SIGNATURE) else b"jpeg"


def _name(text):
    # The name of a file may be no valid text: what is not becomes an escape sequence.
    return text.encode("utf-8", "backslashreplace")


def _bytes(values):
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))


def _integers(values):
    values = [int(value) for value in values]
    return tf.train.Feature(int64_list=tf.train.Int64List(value=values))


def _floats(values):
    return tf.train.Feature(float_list=tf.train.FloatList(value=values))


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
    labels = tf.cast(record["image/object/class/label"], tf.int32)
    tf.debugging.assert_positive(labels, "Class labels in a TFRecord count from 1.")
    objects = {
        "classes": labels - 1,
        "difficult": _flags(record["image/object/difficult"], boxes),
        "crowd": _flags(record["image/object/is_crowd"], boxes),
        "area": _or_default(record["image/object/area"], _box_areas(boxes)),
    }
    for name, values in objects.items():
        message = f"A record has not as many {name} as boxes."
        tf.debugging.assert_equal(tf.shape(values)[0], tf.shape(boxes)[0], message)
    return {
        "encoded": record["image/encoded"],
        "height": tf.cast(record["image/height"], tf.int32),
        "width": tf.cast(record["image/width"], tf.int32),
        "boxes": boxes,
        **objects,
        "image_id": record["image/source_id"],
        "filename": record["image/filename"],
    }


def _pixels(record):
    """Boxes `[N, 4]` in pixels; what was a whole number comes back as one."""
    parts = tf.stack([record[f"{_BOX}{side}"] for side in _SIDES], axis=-1)
    height, width = record["image/height"], record["image/width"]
    size = tf.cast(tf.stack([height, width, height, width]), tf.float64)
    pixels = tf.cast(parts, tf.float64) * size  # [N, 4]
    whole = tf.round(pixels)
    was_whole = tf.abs(pixels - whole) <= tf.abs(pixels) * _STORAGE_ERROR
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
