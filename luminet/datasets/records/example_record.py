"""`Example` to record, and a record of any tool to what stands in it.

Nothing here needs TensorFlow. `tfrecord.parse` reads the same in a graph, for training.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from luminet.datasets.example import Example
from luminet.datasets.image_error import PNG_SIGNATURE
from luminet.datasets.records import schema as record_schema
from luminet.datasets.records import tf_example
from luminet.datasets.records.error import RecordError
from luminet.datasets.records.features import RecordFeatures


@dataclass(frozen=True)
class ExampleRecord:
    """What a record says; N objects.

    Attributes:
        image_id: as it stands there, maybe empty; likewise `filename`.
        image: the encoded file.
        size: height and width in pixels; None if the record does not say.
        parts: float32 `[N, 4]`, `[y1, x1, y2, x2]` in parts of the image's size.
        class_labels: int64 `[N]`, from 1 in luminet's own records; None if not there.
        class_texts: `[N]`, names of classes; None if not there.
        difficult: bool `[N]`, false where the record does not say; likewise `crowd`.
        area: float32 `[N]`, square pixels; None if not there.
        segmentations: `[N]`, see `Example`; None if not there.
    """

    image_id: str
    filename: str
    image: bytes
    size: tuple[int, int] | None
    parts: np.ndarray
    class_labels: np.ndarray | None
    class_texts: tuple[str, ...] | None
    difficult: np.ndarray
    crowd: np.ndarray
    area: np.ndarray | None
    segmentations: tuple[str, ...] | None

    @property
    def boxes(self) -> np.ndarray:
        """Float32 `[N, 4]`, `[y1, x1, y2, x2]` in pixels.

        Raises:
            RecordError: the record does not say the size of the image.
        """
        if self.size is None:
            missing = f"{record_schema.HEIGHT} and {record_schema.WIDTH}"
            message = f"{missing} are missing, so its boxes are no pixels"
            raise RecordError("feature-missing", message)
        return in_pixels(self.parts, self.size)


def serialize(example: Example, class_names: Sequence[str]) -> bytes:
    """Write an example as a record: the same bytes for the same example.

    Args:
        example: what to write.
        class_names: the names of its class numbers.
    """
    size = np.float64([example.height, example.width] * 2)
    parts = np.asarray(example.boxes, np.float64) / size  # [N, 4]
    features = {
        record_schema.ENCODED: [example.image],
        record_schema.FORMAT: [_image_format(example.image)],
        record_schema.HEIGHT: [example.height],
        record_schema.WIDTH: [example.width],
        record_schema.FILENAME: [_to_utf8(example.filename)],
        record_schema.SOURCE_ID: [_to_utf8(example.image_id)],
        **dict(zip(record_schema.SIDES, parts.T, strict=True)),
        record_schema.LABEL: example.classes + 1,
        record_schema.TEXT: [class_names[i].encode() for i in example.classes],
        record_schema.DIFFICULT: example.difficult,
        record_schema.CROWD: example.crowd,
        record_schema.AREA: example.area,
    }
    if any(example.segmentations or ()):
        texts = [text.encode() for text in example.segmentations]
        features[record_schema.SEGMENTATION] = texts
    return tf_example.to_bytes(tf_example.example(features))


def _image_format(encoded: bytes) -> bytes:
    return b"png" if encoded.startswith(PNG_SIGNATURE) else b"jpeg"


def _to_utf8(text: str) -> bytes:
    # The name of a file may be no valid text: what is not becomes an escape sequence.
    return text.encode("utf-8", "backslashreplace")


def deserialize(data: bytes) -> ExampleRecord:
    """Read a record of this schema, whatever tool wrote it.

    Only the image has to be there. Numbers are as they stand in the record: whether
    boxes lie inside the image, say, is for others to check.

    Raises:
        RecordError: it is no record of this schema, or its lists of objects differ in
            length.
    """
    features = RecordFeatures(tf_example.parse_example(data))
    image = features.value(record_schema.ENCODED)
    if image is None:
        message = f"{record_schema.ENCODED} is missing"
        raise RecordError("feature-missing", message)
    sides = [features.values(side) for side in record_schema.SIDES]
    return ExampleRecord(
        image_id=_text(features.value(record_schema.SOURCE_ID)),
        filename=_text(features.value(record_schema.FILENAME)),
        image=image,
        size=_size(features),
        parts=np.stack(sides, axis=-1),
        class_labels=features.of_objects(record_schema.LABEL),
        class_texts=_texts(features.of_objects(record_schema.TEXT)),
        difficult=_flags(features, record_schema.DIFFICULT),
        crowd=_flags(features, record_schema.CROWD)
        | _flags(features, record_schema.GROUP_OF),
        area=features.of_objects(record_schema.AREA),
        segmentations=_texts(features.of_objects(record_schema.SEGMENTATION)),
    )


def _text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "backslashreplace")


def _texts(values: list[bytes] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(_text(value) for value in values)


def _size(features: RecordFeatures) -> tuple[int, int] | None:
    height = features.value(record_schema.HEIGHT)
    width = features.value(record_schema.WIDTH)
    return (int(height), int(width)) if height and width else None


def _flags(features: RecordFeatures, key: str) -> np.ndarray:
    values = features.of_objects(key)
    return np.zeros([features.num_objects], bool) if values is None else values != 0


def in_pixels(parts: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Boxes `[N, 4]` in pixels; what was a whole number comes back as one.

    Args:
        parts: `[N, 4]`, `[y1, x1, y2, x2]` in parts of the image's size.
        size: height and width, pixels.
    """
    # What is no box, as infinite, stays so, and is for others to find.
    with np.errstate(invalid="ignore", over="ignore"):
        pixels = parts.astype(np.float64) * np.float64([*size, *size])
        whole = np.round(pixels)
        error = np.abs(pixels) * record_schema.STORAGE_ERROR
        was_whole = np.abs(pixels - whole) <= error
        return np.where(was_whole, whole, pixels).astype(np.float32)
