"""Records in the schema of the TensorFlow Object Detection API, as luminet's are."""

import math

from luminet.datasets import box_check
from luminet.datasets.annotation import AnnotatedObject, Annotation
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers import json_file
from luminet.datasets.readers.json_file import JSONError
from luminet.datasets.readers.tfrecord.record_classes import RecordClasses
from luminet.datasets.records import example_record, tf_example
from luminet.datasets.records import schema as record_schema

_CORNERS = ("xmin", "ymin", "xmax", "ymax")


class CommonRecords:
    """Reads such records.

    Args:
        classes: of the data set; numbers of classes count from 1.
    """

    def __init__(self, classes: RecordClasses):
        self.classes = classes

    def identify(self, data: bytes) -> tuple[str, str]:
        """The picture's id and the name of its file; "" for what is not there.

        Raises:
            RecordError: this is no record.
        """
        features = tf_example.parse_example(data)
        keys = record_schema.SOURCE_ID, record_schema.FILENAME
        return tuple(text_of(features, key) for key in keys)

    def fill(self, annotation: Annotation, data: bytes, place: str) -> None:
        """Put into an annotation what a record says.

        Args:
            annotation: gets the picture, its size, the objects and what is wrong.
            data: of the record.
            place: of the record, for messages.

        Raises:
            RecordError: it is no record of this schema, or its lists differ in length.
        """
        record = example_record.deserialize(data)
        annotation.encoded = record.image
        annotation.picture_name = record.filename or annotation.picture_name
        annotation.size, annotation.relative = record.size, record.size is None
        boxes = record.parts if record.size is None else record.boxes
        boxes = zip(record.parts.tolist(), boxes.tolist(), strict=True)
        for index, (part, box) in enumerate(boxes):
            where = f"{place}: object {index + 1}"
            is_box = _is_box(part, where, annotation.findings)
            found = self._object(record, index, box, where, annotation.findings)
            if is_box and found is not None:
                annotation.objects.append(found)
            elif found is not None:
                annotation.findings.leave_out(where, found.class_name, tuple(box))

    def _object(self, record, index, box, place, findings) -> AnnotatedObject | None:
        labels, texts = record.class_labels, record.class_texts
        label = None if labels is None else int(labels[index])
        text = "" if texts is None else texts[index]
        name = self.classes.name_of(label, text, place, findings)
        outline = _segmentation(record, index, place, findings)
        if name is None or outline is None:
            return findings.leave_out(place, name, tuple(box))
        difficult, crowd = bool(record.difficult[index]), bool(record.crowd[index])
        area = _area(record, index)
        if record.size is None:
            # Pixels of a picture whose size nobody knows: the box has to do.
            area, outline = None, ""
        return AnnotatedObject(place, name, tuple(box), difficult, crowd, area, outline)


def text_of(features: dict, key: str) -> str:
    """A text among the features of a record; "" if it is not there, or no text."""
    values = features.get(key, ())
    if len(values) != 1 or not isinstance(values[0], bytes):
        return ""
    return values[0].decode("utf-8", "backslashreplace")


def _is_box(part: list[float], place: str, findings: FileFindings) -> bool:
    y1, x1, y2, x2 = part
    if not all(map(math.isfinite, part)):
        findings.fault("coord-invalid", place, f"no finite box: {x1}, {y1}, {x2}, {y2}")
        return False
    corners = x1, y1, x2, y2
    return box_check.from_corners(corners, _CORNERS, place, findings) is not None


def _segmentation(record, index, place, findings) -> str | None:
    text = record.segmentations[index] if record.segmentations else ""
    try:
        content = json_file.parse(text.encode()) if text else []
    except JSONError:
        content = None
    if not isinstance(content, list | dict):
        message = "its outline is not JSON as COCO has it"
        findings.fault("segmentation-invalid", place, message)
        return None
    return text


def _area(record, index) -> float | None:
    """Square pixels; None if the record does not say, or nothing that can be."""
    area = math.nan if record.area is None else float(record.area[index])
    return area if 0 <= area < math.inf else None
