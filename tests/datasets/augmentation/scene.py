"""Pictures whose objects are found again by their colours."""

import numpy as np
import tensorflow as tf

from luminet.datasets.augmentation.augmentation import Augmentation

BACKGROUND = (120, 120, 120)
# Corners of the colour cube: no mixture with the background comes near another one.
COLOURS = np.array(
    [
        *([255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]),
        *([255, 0, 255], [0, 255, 255], [0, 0, 0], [255, 255, 255]),
    ]
)
SIZE = (60, 80)
BOXES = ((5, 8, 25, 30), (30, 40, 55, 72), (2, 50, 12, 78))
# Enough of each step to be seen in every picture.
SETTINGS = {
    "flip": {"vertical": True},
    "patch": {"min_height": 30, "min_width": 30},
    "colour": {"brightness": 0.3, "contrast": 0.4, "saturation": 0.4, "hue": 0.1},
    "blur": {"min_sigma": 1.0},
}


def scene(size=SIZE, boxes=BOXES, first=0, dtype="uint8", ellipses=False):
    """A sample: the object of class i fills its box, or the ellipse in it.

    Args:
        size: height and width.
        boxes: of whole pixels, `[N, 4]`.
        first: class of the first object; the others count on.
        dtype: of the image.
        ellipses: whether objects are round.
    """
    pixels = np.full([*size, 3], BACKGROUND, dtype)
    for index, box in enumerate(boxes):
        pixels[shape(size, box, ellipses)] = COLOURS[first + index]
    boxes = np.reshape(np.float32(boxes), [-1, 4])
    count = len(boxes)
    return {
        "image": tf.constant(pixels),
        "boxes": tf.constant(boxes),
        "classes": tf.range(first, first + count),
        "difficult": tf.range(count) == 1,
        "crowd": tf.zeros([count], tf.bool),
        "area": tf.constant(np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)),
        "image_id": tf.constant("a"),
        "filename": tf.constant("a.jpg"),
        "encoded": tf.constant(b"..."),
        "height": tf.constant(size[0]),
        "width": tf.constant(size[1]),
    }


def shape(size, box, ellipse):
    """Which pixels have their middle in the box, or in the ellipse that fills it."""
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    y1, x1, y2, x2 = box
    y = (2 * y - y1 - y2) / (y2 - y1)
    x = (2 * x - x1 - x2) / (x2 - x1)
    return y**2 + x**2 < 1 if ellipse else np.maximum(np.abs(y), np.abs(x)) < 1


def partners(count, dtype="uint8"):
    """Samples of other sizes, of classes that `scene()` does not have."""
    sizes = [(50, 50), (40, 90), (90, 61)][:count]
    boxes = [(4, 6, 22, 20), (25, 24, 38, 48)]
    return tuple(
        scene(size, boxes[: 2 if index else 1], [3, 4, 6][index], dtype)
        for index, size in enumerate(sizes)
    )


def single(name, prob=1.0, **settings):
    """A list of one step."""
    return Augmentation([{name: {**SETTINGS.get(name, {}), **settings, "prob": prob}}])


def run(augmentation, sample, seeds, others=()):
    """What becomes of a sample with each of the seeds, in a graph: a list of dicts."""
    dataset = tf.data.Dataset.range(seeds).map(
        lambda seed: augmentation(
            sample, tf.stack([tf.cast(seed, tf.int32), 7]), others
        )
    )
    return list(dataset.as_numpy_iterator())


def pixels_of(image, colour):
    """Which pixels are more of an object's colour than of the background's."""
    distance = np.linalg.norm(image.astype(float) - colour, axis=-1)
    return distance < np.linalg.norm(colour - np.array(BACKGROUND)) / 2


def bounds(mask):
    """The box around everything that is true, or None."""
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return None
    return [rows.min(), columns.min(), rows.max() + 1, columns.max() + 1]


def assert_boxes_are_on_their_objects(sample, tolerance=0.0):
    """The box around the pixels of each object is the box that the sample says."""
    for box, index in zip(sample["boxes"], sample["classes"], strict=True):
        found = bounds(pixels_of(sample["image"], COLOURS[index]))
        assert found is not None, f"object {index} is not to be seen"
        np.testing.assert_allclose(box, found, atol=tolerance + 1e-4)


def visible_pixels(sample):
    """How many pixels are seen of the object of each class, `[8]`."""
    image = np.asarray(sample["image"])
    return np.array([pixels_of(image, colour).sum() for colour in COLOURS])
