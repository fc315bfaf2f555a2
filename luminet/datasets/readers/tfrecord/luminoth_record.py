"""Records that Luminoth wrote: `tf.train.SequenceExample`, with boxes in pixels.

It took the numbers of the data set as they were, and cut what stood behind the point.
So where they count from depends on where they came from: those of COCO begin at 0, with
the end exclusive; those of Pascal VOC begin at 1, with the end inclusive.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from luminet.datasets import box_check
from luminet.datasets.annotation import AnnotatedObject, Annotation
from luminet.datasets.readers.tfrecord.common_record import text_of
from luminet.datasets.readers.tfrecord.record_classes import RecordClasses
from luminet.datasets.records import tf_example
from luminet.datasets.records.error import RecordError

_IMAGE = "image_raw"
_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_LABEL = "label"


def is_luminoth(data: bytes) -> bool:
    """Whether a record is one of Luminoth.

    Raises:
        RecordError: it is no record at all.
    """
    # The context of a SequenceExample is what an Example has.
    return _IMAGE in tf_example.parse_example(data)


class LuminothRecords:
    """Reads such records.

    Args:
        classes: of the data set; numbers of classes count from 0.
        first_pixel: the number of the first pixel: 0, the ends of boxes exclusive, or
            1, the ends inclusive.
    """

    def __init__(self, classes: RecordClasses, first_pixel: int):
        self.classes, self._first_pixel = classes, first_pixel

    def identify(self, data: bytes) -> tuple[str, str]:
        """The picture's id, which there is not, and the name of its file.

        Raises:
            RecordError: this is no record.
        """
        return "", text_of(tf_example.parse_example(data), "filename")

    def fill(self, annotation: Annotation, data: bytes, place: str) -> None:
        """Put into an annotation what a record says; see `CommonRecords.fill`."""
        context, lists = tf_example.parse_sequence_example(data)
        image = context.get(_IMAGE, ())
        if len(image) != 1 or not isinstance(image[0], bytes):
            raise RecordError("feature-missing", f"{_IMAGE} is missing")
        annotation.encoded = image[0]
        name = text_of(context, "filename")
        annotation.picture_name = name or annotation.picture_name
        annotation.size = _number(context, "height"), _number(context, "width")
        *sides, labels = (_column(lists, key) for key in (*_CORNERS, _LABEL))
        if len({len(column) for column in (*sides, labels)}) > 1:
            message = "its lists of objects differ in length"
            raise RecordError("lengths-differ", message)
        for index, (*corners, label) in enumerate(zip(*sides, labels, strict=True)):
            where = f"{place}: object {index + 1}"
            name = self.classes.name_of(label, "", where, annotation.findings)
            box = self._box(corners, where, annotation.findings)
            if name and box:
                annotation.objects.append(AnnotatedObject(where, name, box))
            else:
                annotation.findings.leave_out(where, name, box)

    def _box(self, corners, place, findings):
        box = box_check.from_corners(corners, _CORNERS, place, findings)
        if box is None:
            return None
        y1, x1, y2, x2 = map(float, box)
        return y1 - self._first_pixel, x1 - self._first_pixel, y2, x2


def _number(context: Mapping, key: str) -> int:
    return _only(context.get(key, ()), key)


def _column(lists: Mapping[str, Sequence], key: str) -> list[int]:
    return [_only(values, key) for values in lists.get(key, ())]


def _only(values: Sequence, key: str) -> int:
    is_number = isinstance(values, np.ndarray) and values.dtype.kind == "i"
    if not is_number or len(values) != 1:
        raise RecordError("feature-type", f"{key} is not one whole number")
    return int(values[0])
