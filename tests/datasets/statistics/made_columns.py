"""Columns of pictures that a test writes down."""

import numpy as np

from luminet.datasets.example import Example
from luminet.datasets.statistics.columns import from_examples


def example(size, boxes=(), classes=None, difficult=None, crowd=None, area=None):
    """A picture of a height and width with boxes `y1, x1, y2, x2`; all of class 0."""
    boxes = np.array(boxes, np.float32).reshape(-1, 4)
    classes = [0] * len(boxes) if classes is None else classes
    flags = [None if flag is None else np.array(flag) for flag in (difficult, crowd)]
    area = None if area is None else np.array(area, np.float32)
    classes = np.array(classes, np.int32)
    return Example("", "", b"", *size, boxes, classes, *flags, area)


def columns(*examples):
    return from_examples(range(len(examples)), examples)
