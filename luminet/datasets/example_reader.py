"""What is the same for every notation: an annotation and its picture become an example.

Here pictures are decoded, sizes compared, boxes clipped, duplicates found, classes
renamed, chosen and numbered.
"""

import enum
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from luminet.datasets import box_check, image
from luminet.datasets.annotation import AnnotatedObject, Annotation
from luminet.datasets.box_check import Box, BoxError
from luminet.datasets.example import Example
from luminet.datasets.findings import FileFindings, Finding, InvalidExample
from luminet.datasets.image import ImageError, StandardForm
from luminet.datasets.in_pixels import in_pixels
from luminet.datasets.readers.reader import Reader, naming_reader
from luminet.spelling import did_you_mean


class Decode(enum.Enum):
    """How closely pictures are looked at."""

    FULL = "full"  # every pixel is decoded
    TRUST = "trust"  # the whole file is read, its header looked at
    HEADER = "header"  # the header is read; the example has no picture then


@dataclass(frozen=True)
class Rules:
    """How strict reading is.

    Attributes:
        decode: how closely pictures are looked at.
        ignore_exif: take pictures as they are stored, not upright; for data sets whose
            boxes were drawn on them like that.
        clip_boxes: clip a box that leaves its picture, however far, if some of it is
            inside; otherwise more than a pixel is a fault.
        ignore_unknown_classes: leave objects out whose class the data set does not
            list; otherwise they are faults.
    """

    decode: Decode = Decode.FULL
    ignore_exif: bool = False
    clip_boxes: bool = False
    ignore_unknown_classes: bool = False


DEFAULT_RULES = Rules()


class Inspected(NamedTuple):
    """What came of a picture.

    Attributes:
        example: the picture with its objects; None if it has a fault.
        findings: all that is wrong, and warnings.
        digest: of the picture, whatever its annotation is like; see `StandardForm`.
    """

    example: Example | None
    findings: list[Finding]
    digest: int | None


class ExampleReader:
    """Reads the examples of one split.

    Args:
        reader: of the notation.
        class_names: in the order of their numbers.
        rename: new names of classes, by the old ones.
        dropped: classes, by their new names, whose objects are left out.
        rules: how strict it is.
    """

    def __init__(
        self,
        reader: Reader,
        class_names: Sequence[str],
        rename: Mapping[str, str] | None = None,
        dropped: Collection[str] = (),
        rules: Rules = DEFAULT_RULES,
    ):
        self.reader = reader
        self.rename = dict(rename or {})
        self.rules = rules
        overshoot = math.inf if rules.clip_boxes else box_check.MAX_OVERSHOOT
        self._max_overshoot = overshoot
        self._numbers = {name: number for number, name in enumerate(class_names)}
        self._dropped = frozenset(dropped)

    def read(
        self, key: str, image_id: str | None = None
    ) -> tuple[Example, list[Finding]]:
        """Read one picture.

        Args:
            key: one of the reader's.
            image_id: of the example; by default the key.

        Returns:
            The picture with its objects, and warnings.

        Raises:
            InvalidExample: something is wrong with it; all that is.
        """
        inspected = self.inspect(key, image_id)
        if inspected.example is None:
            raise InvalidExample(inspected.findings)
        return inspected.example, inspected.findings

    def inspect(self, key: str, image_id: str | None = None) -> Inspected:
        """Read one picture like `read`, and tell faults instead of raising them."""
        annotation = self.read_annotation(key)
        picture = self.read_picture(annotation)
        return self.unite(annotation, picture, image_id or key)

    def read_annotation(self, key: str) -> Annotation:
        """The first step of `inspect`, which takes the three of them one by one."""
        with naming_reader(self.reader, key):
            annotation = self.reader.read(key)
        if annotation.on_picture is None:
            annotation.on_picture = FileFindings(annotation.picture_name)
        return annotation

    def unite(
        self, annotation: Annotation, picture: StandardForm | None, image_id: str
    ) -> Inspected:
        """The third step: what the first two found becomes an example."""
        findings = annotation.findings
        if picture is not None:
            check_size(annotation, picture, findings)
        numbered = self._number(annotation.objects, findings)
        checked = self._fit(numbered, annotation, picture, findings)
        found = annotation.on_picture.found + self._that_count(findings.found)
        digest = picture.digest if picture else None
        if any(finding.fatal for finding in found):
            return Inspected(None, found, digest)
        name = annotation.picture_name
        example = _example(image_id, name, picture, checked)
        return Inspected(example, found, digest)

    def _that_count(self, findings: Sequence[Finding]) -> list[Finding]:
        """Findings but for those of objects that would be left out anyway."""
        if not self._dropped:
            return [*findings]
        names = (finding.class_name for finding in findings)
        names = [self.rename.get(name, name) for name in names]
        pairs = zip(findings, names, strict=True)
        return [finding for finding, name in pairs if name not in self._dropped]

    def read_picture(self, annotation: Annotation) -> StandardForm | None:
        """The second step; None where there is no picture, or it has a fault."""
        findings = annotation.on_picture
        if annotation.picture is None and annotation.encoded is None:
            return None
        try:
            picture = self._load(annotation)
        except ImageError as error:
            findings.fault(error.code, "", error.message)
            return None
        for code, message in picture.oddities:
            findings.warn(code, "", message)
        suffix = annotation.picture.suffix.lower() if annotation.picture else ""
        if image.EXTENSIONS.get(suffix, picture.file_format) != picture.file_format:
            message = f"its content is {picture.file_format}, whatever its name says"
            findings.warn("extension", "", message)
        return picture

    def _load(self, annotation: Annotation) -> StandardForm:
        if annotation.encoded is None and self.rules.decode is Decode.HEADER:
            return image.header(annotation.picture, self.rules.ignore_exif)
        data = annotation.encoded or image.read(annotation.picture)
        trust = self.rules.decode is not Decode.FULL
        return image.standard_form(data, trust, self.rules.ignore_exif)

    def _number(
        self, objects: Sequence[AnnotatedObject], findings: FileFindings
    ) -> list[tuple[AnnotatedObject, int]]:
        """The objects that are not left out, with the numbers of their classes."""
        numbered = []
        for item in objects:
            name = self.rename.get(item.class_name, item.class_name)
            number = self._numbers.get(name)
            if number is not None:
                numbered.append((item, number))
            elif not self.rules.ignore_unknown_classes and name not in self._dropped:
                hint = did_you_mean(name, self._numbers)
                message = f"'{name}' is no class of this data set{hint}"
                findings.fault("unknown-class", item.place, message)
        return numbered

    def _fit(self, numbered, annotation, picture, findings) -> list:
        """Boxes in pixels, clipped; none without a picture."""
        if picture is None:
            return []
        size = picture.height, picture.width
        checked, seen = [], set()
        for item, number in numbered:
            if annotation.relative:
                item = in_pixels(item, *size)
            fitted = self._fit_one(item, item.box, size, findings)
            if fitted is None:
                continue
            if (number, fitted) in seen:
                y1, x1, y2, x2 = fitted
                where = f"x {x1:g} to {x2:g}, y {y1:g} to {y2:g}"
                message = f"two of a class have the box {where}"
                findings.warn("duplicate-box", item.place, message)
            seen.add((number, fitted))
            checked.append((item, number, fitted))
        return checked

    def _fit_one(self, item, box, size, findings) -> Box | None:
        if box_check.is_inside(box, *size):
            return box
        try:
            fitted = box_check.fit(box, *size, self._max_overshoot)
        except BoxError as error:
            findings.fault(error.code, item.place, str(error))
            return None
        if max(abs(new - old) for new, old in zip(fitted, box, strict=True)) > 1e-3:
            findings.warn("box-clipped", item.place, "leaves the picture: clipped")
        return fitted


def check_size(
    annotation: Annotation, picture: StandardForm, findings: FileFindings
) -> None:
    """Compare the size that the annotation names with the picture's; that is right."""
    actual = picture.height, picture.width
    if annotation.size is None or tuple(annotation.size) == actual:
        return
    named = annotation.size
    swapped = tuple(named) == actual[::-1]
    hint = "; swapped, or from before its EXIF orientation was applied?"
    findings.fault(
        "size-mismatch",
        f"{annotation.place}: size" if annotation.place else "size",
        f"{named[1]:g}x{named[0]:g}, but the picture is {actual[1]}x{actual[0]}"
        f"{hint if swapped else ''}",
    )


def _example(image_id: str, filename: str, picture: StandardForm, checked) -> Example:
    objects = [item for item, _, _ in checked]
    boxes = np.array([box for _, _, box in checked], np.float32).reshape(-1, 4)
    segmentations = None
    if any(item.segmentation for item in objects):
        segmentations = tuple(item.segmentation for item in objects)
    return Example(
        image_id=image_id,
        filename=filename,
        image=picture.data,
        height=picture.height,
        width=picture.width,
        boxes=boxes,
        classes=np.array([number for _, number, _ in checked], np.int32),
        difficult=np.array([item.difficult for item in objects], bool),
        crowd=np.array([item.crowd for item in objects], bool),
        area=_areas(objects, boxes),
        segmentations=segmentations,
    )


def _areas(objects: Sequence[AnnotatedObject], boxes: np.ndarray) -> np.ndarray:
    size = boxes[:, 2:] - boxes[:, :2]
    if all(item.area is None for item in objects):
        return size[:, 0] * size[:, 1]
    named = [np.nan if item.area is None else item.area for item in objects]
    named = np.array(named, np.float32)
    return np.where(np.isnan(named), size[:, 0] * size[:, 1], named)
