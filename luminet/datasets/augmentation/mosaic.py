"""Put four pictures together into one."""

import tensorflow as tf

from luminet.datasets.augmentation import draws, objects
from luminet.datasets.augmentation.geometry import crop, resize, size_of
from luminet.datasets.augmentation.limits import check_between, check_share
from luminet.datasets.augmentation.step import Step


class Mosaic(Step):
    """Fill the four parts of a picture with this sample and three others (YOLOv4).

    The size stays. Each part shows as much of its sample as has its aspect ratio: all
    of the height or of the width, at a random place along the other.

    Args:
        margin: nearest that the common corner comes to the border, as a share of height
            and width.
        min_visible: share of an object that must be seen, see `objects`.
    """

    num_partners = 3

    def __init__(self, margin: float = 0.3, min_visible: float = 0.3):
        check_between("margin", margin, 0.0, 0.5)
        check_share("min_visible", min_visible)
        self.margin = margin
        self.min_visible = min_visible

    def __call__(self, sample, seed, *partners):
        """Put a sample and three others together."""
        seeds = tf.unstack(tf.random.split(seed, 5))
        # Every part has a pixel at least.
        size = tf.maximum(size_of(sample), 2)
        share = draws.uniform(seeds[0], self.margin, 1.0 - self.margin, [2])
        corner = tf.cast(tf.round(tf.cast(size, tf.float32) * share), tf.int32)
        corner = tf.clip_by_value(corner, 1, size - 1)
        parts = [
            self._part(each, part_seed, begin, end)
            for each, part_seed, (begin, end) in zip(
                (sample, *partners), seeds[1:], _quarters(corner, size), strict=True
            )
        ]
        return {**objects.unite(*parts), "image": _join(parts)}

    def _part(self, sample, seed, begin, end):
        """What shows of a sample between two corners."""
        seen = _cover(sample, end - begin, seed, self.min_visible)
        return objects.shift(seen, begin)


def _quarters(corner, size):
    """First pixel and end of each: top left, top right, bottom left, bottom right."""
    (y, x), (height, width) = tf.unstack(corner), tf.unstack(size)
    return (
        (tf.stack([0, 0]), tf.stack([y, x])),
        (tf.stack([0, x]), tf.stack([y, width])),
        (tf.stack([y, 0]), tf.stack([height, x])),
        (tf.stack([y, x]), tf.stack([height, width])),
    )


def _cover(sample, size, seed, min_visible):
    """Cut a sample to an aspect ratio and scale it to a size."""
    limit = size_of(sample)
    ratio = tf.reduce_min(limit / size)
    window = tf.cast(tf.round(tf.cast(size, tf.float64) * ratio), tf.int32)
    window = tf.clip_by_value(window, 1, limit)
    start = draws.whole(seed, 0, limit - window, [2])
    return resize(crop(sample, start, window, min_visible), size)


def _join(parts):
    images = [part["image"] for part in parts]
    rows = [tf.concat(images[i : i + 2], axis=1) for i in (0, 2)]
    return tf.concat(rows, axis=0)
