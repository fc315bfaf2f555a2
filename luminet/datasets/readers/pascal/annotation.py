"""Read the XML of one picture in Pascal VOC notation."""

from pathlib import Path

from lxml import etree

from luminet.datasets.annotation import Annotation
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers import annotation_xml
from luminet.datasets.readers.annotation_xml import (
    XMLError,
    tell_repeated,
    text,
    texts,
)
from luminet.datasets.readers.number import parse_number
from luminet.datasets.readers.pascal.object import VOC, Counting, read_objects

_SIDES = ("height", "width")


def fill(
    annotation: Annotation, path: Path | str, stem: str, counting: Counting = VOC
) -> None:
    """Put into an annotation what its XML says.

    Args:
        annotation: gets the size, the objects and what is wrong.
        path: of the XML.
        stem: the picture's name without folder and extension.
        counting: how boxes count pixels.
    """
    findings = annotation.findings
    try:
        element = annotation_xml.read(path, root="annotation")
    except XMLError as error:
        findings.fault(error.code, error.field, error.message)
        return
    annotation.size = _size(element, findings)
    _check_filename(element, stem, findings)
    annotation.objects = read_objects(element, findings, counting)


def _size(
    annotation: etree._Element, findings: FileFindings
) -> tuple[float, float] | None:
    tell_repeated(annotation, ("size",), "", findings)
    size = next(annotation.iterchildren("size"), None)
    tell_repeated(size, _SIDES, "size", findings)
    sides = texts(size)
    named = tuple(parse_number(sides.get(side)) for side in _SIDES)
    if all(named):
        return named
    findings.warn("size-missing", "size", "not given; the picture's is taken")
    return None


def _check_filename(
    annotation: etree._Element, stem: str, findings: FileFindings
) -> None:
    # The name of the XML file is what counts: this one is never used as a path.
    filename = text(next(annotation.iterchildren("filename"), None)) or stem
    name = filename.replace("\\", "/").rpartition("/")[2]
    if stem not in (name, name.rpartition(".")[0]):
        findings.warn("filename-differs", "filename", f"'{name}' is not '{stem}'")
