"""Read the XML of one picture in Pascal VOC notation."""

from pathlib import Path

from lxml import etree

from luminet.datasets.annotation import Annotation
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers import annotation_xml
from luminet.datasets.readers.annotation_xml import XMLError, children, text
from luminet.datasets.readers.number import parse_number
from luminet.datasets.readers.pascal.object import read_objects


def fill(
    annotation: Annotation, path: Path | str, stem: str, counted_from: int = 1
) -> None:
    """Put into an annotation what its XML says.

    Args:
        annotation: gets the size, the objects and what is wrong.
        path: of the XML.
        stem: the picture's name without folder and extension.
        counted_from: the number of the first pixel, 1 in VOC.
    """
    findings = annotation.findings
    try:
        element = annotation_xml.read(path, root="annotation")
    except XMLError as error:
        findings.fault(error.code, error.field, error.message)
        return
    annotation.size = _size(element, findings)
    _check_filename(element, stem, findings)
    annotation.objects = read_objects(element, findings, counted_from)


def class_names(path: Path | str) -> set[str]:
    """The classes of the objects in an XML; none if it cannot be read."""
    try:
        element = annotation_xml.read(path, root="annotation")
    except XMLError:
        return set()  # `fill` tells of it
    names = (text(item) for item in element.iterfind("object/name"))
    return {name for name in names if name}


def _size(
    annotation: etree._Element, findings: FileFindings
) -> tuple[float, float] | None:
    size = children(annotation.find("size"))
    named = tuple(parse_number(text(size.get(side))) for side in ("height", "width"))
    if all(named):
        return named
    findings.warn("size-missing", "size", "not given; the picture's is taken")
    return None


def _check_filename(
    annotation: etree._Element, stem: str, findings: FileFindings
) -> None:
    # The name of the XML file is what counts: this one is never used as a path.
    filename = text(annotation.find("filename")) or stem
    name = filename.replace("\\", "/").rpartition("/")[2]
    if stem not in (name, name.rpartition(".")[0]):
        findings.warn("filename-differs", "filename", f"'{name}' is not '{stem}'")
