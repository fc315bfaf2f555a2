"""The truth in TFRecords of the common schema, written by TensorFlow."""

import tensorflow as tf

FLAGS = ("difficult", "crowd")


def write(folder, pictures):
    (folder / "label_map.pbtxt").write_text(
        "item { id: 1 name: 'cat' }\nitem { id: 2 name: 'dog' }"
    )
    with tf.io.TFRecordWriter(str(folder / "train.record")) as writer:
        for picture in pictures:
            writer.write(example(features(picture)))


def features(picture):
    """What tools that go by the Object Detection API write of a picture."""
    height, width = picture.height, picture.width
    names = [name for name, _ in picture.objects]
    boxes = [box for _, box in picture.objects]
    flags = [(difficult, crowd) for _, _, difficult, crowd in picture.marked()]
    return {
        "image/encoded": [picture.png()],
        "image/format": [b"png"],
        "image/height": [height],
        "image/width": [width],
        "image/filename": [f"{picture.name}.png".encode()],
        "image/source_id": [picture.name.encode()],
        "image/object/bbox/xmin": [x1 / width for x1, _, _, _ in boxes],
        "image/object/bbox/ymin": [y1 / height for _, y1, _, _ in boxes],
        "image/object/bbox/xmax": [x2 / width for _, _, x2, _ in boxes],
        "image/object/bbox/ymax": [y2 / height for _, _, _, y2 in boxes],
        "image/object/class/text": [name.encode() for name in names],
        "image/object/difficult": [difficult for difficult, _ in flags],
        "image/object/is_crowd": [crowd for _, crowd in flags],
        "image/object/class/label": [("cat", "dog").index(name) + 1 for name in names],
    }


def example(values):
    """A serialised `tf.train.Example`."""
    features = {name: feature(items) for name, items in values.items()}
    features = tf.train.Features(feature=features)
    return tf.train.Example(features=features).SerializeToString()


def feature(values):
    """A `tf.train.Feature` of bytes or numbers; an empty one has no kind."""
    if not values:
        return tf.train.Feature()
    if isinstance(values[0], bytes):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
    if isinstance(values[0], int):
        return tf.train.Feature(int64_list=tf.train.Int64List(value=values))
    return tf.train.Feature(float_list=tf.train.FloatList(value=values))
