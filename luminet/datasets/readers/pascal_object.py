"""What a Pascal VOC annotation says of its objects, checked."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from luminet.datasets import box_check
from luminet.datasets.box_check import Box, BoxError
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers.annotation_xml import number, text
from luminet.spelling import did_you_mean

_COORDINATES = ("ymin", "xmin", "ymax", "xmax")


@dataclass(frozen=True)
class PascalObject:
    """One object: the number of its class, its box (`y1, x1, y2, x2`), its flag."""

    class_number: int
    box: Box
    difficult: bool


def read_objects(
    annotation: etree._Element,
    size: tuple[int, int] | None,
    class_names: Sequence[str],
    findings: FileFindings,
) -> list[PascalObject]:
    """Read the objects of an annotation; their parts (heads, hands) are none.

    Args:
        annotation: the outermost element.
        size: height and width of the picture; None leaves out what needs it.
        class_names: in the order of their numbers.
        findings: is told of what is wrong.

    Returns:
        Those without a fault.
    """
    objects = []
    for index, element in enumerate(annotation.findall("object"), start=1):
        place = f"object {index}"
        class_number = _class_number(element, class_names, place, findings)
        difficult = _difficult(element, place, findings)
        box = _box(element.find("bndbox"), size, place, findings)
        if None not in (class_number, difficult, box):
            objects.append(PascalObject(class_number, box, difficult))
    _warn_of_duplicates(objects, findings)
    return objects


def _class_number(element, class_names, place, findings):
    name = text(element, "name")
    if not name:
        findings.fault("name-missing", f"{place}: name", "the class has no name")
    elif name not in class_names:
        message = (
            f"'{name}' is no class of this data set{did_you_mean(name, class_names)}"
        )
        findings.fault("unknown-class", f"{place}: name", message)
    else:
        return class_names.index(name)


def _difficult(element, place, findings):
    value = text(element, "difficult")
    if value in (None, "0", "1"):
        return value == "1"
    message = f"must be 0 or 1, not '{value}'"
    findings.fault("flag-invalid", f"{place}: difficult", message)
    return None


def _box(bndbox, size, place, findings) -> Box | None:
    numbers = [_coordinate(bndbox, tag, place, findings) for tag in _COORDINATES]
    if None in numbers:
        return None
    ymin, xmin, ymax, xmax = numbers
    try:
        box_check.check_order(xmin, xmax, ("xmin", "xmax"))
        box_check.check_order(ymin, ymax, ("ymin", "ymax"))
        # VOC counts pixels from 1, and the last one belongs to the box: taking 1 off
        # the first corner counts both from 0, and makes the second one exclusive.
        box = (ymin - 1.0, xmin - 1.0, ymax, xmax)
        fitted = box_check.fit(box, *size) if size else box
    except BoxError as error:
        findings.fault(error.code, place, str(error))
        return None
    if fitted != box:
        message = "leaves the picture by a pixel at most: clipped"
        findings.warn("box-clipped", place, message)
    if 0.0 in (ymin, xmin):
        message = "a corner at 0, where pixels count from 1: is this file off by one?"
        findings.warn("zero-based-suspected", place, message)
    return fitted


def _coordinate(bndbox, tag, place, findings):
    value = text(bndbox, tag)
    coordinate = number(value)
    if coordinate is None:
        came = "missing" if value is None else f"not a number: '{value[:40]}'"
        findings.fault("coord-invalid", f"{place}: {tag}", came)
    return coordinate


def _warn_of_duplicates(objects, findings):
    seen = set()
    for item in objects:
        if (item.class_number, item.box) in seen:
            y1, x1, y2, x2 = item.box
            message = (
                f"two of a class have the box x {x1:g} to {x2:g}, y {y1:g} to {y2:g}"
            )
            findings.warn("duplicate-box", "", message)
        seen.add((item.class_number, item.box))
