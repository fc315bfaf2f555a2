"""Read Pascal VOC annotations: one XML file for each picture."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from lxml import etree

from luminet.datasets import image
from luminet.datasets.example import Example
from luminet.datasets.findings import FileFindings, Finding, InvalidExample
from luminet.datasets.image import ImageError, StandardForm
from luminet.datasets.readers import annotation_xml
from luminet.datasets.readers.annotation_xml import XMLError, number, text
from luminet.datasets.readers.pascal_layout import find_layout
from luminet.datasets.readers.pascal_object import PascalObject, read_objects
from luminet.datasets.readers.pictures import Pictures


class PascalReader:
    """Read one split of a data set in Pascal VOC notation.

    Where the files lie is told in `pascal_layout`. A picture whose annotation has no
    objects is a picture without objects.

    Args:
        data_dir: the folder of the data set, or the one that it lies in.
        split: a list in `ImageSets/Main`, or a folder of XML and pictures.

    Raises:
        InputError: there is no such data set or split.
    """

    def __init__(self, data_dir: Path, split: str):
        self.data_dir = Path(data_dir)
        self._layout = find_layout(self.data_dir, split)
        self._pictures = Pictures(self._layout.pictures)
        self.findings = self._layout.findings

    def keys(self) -> list[str]:
        """Names of the pictures without extension."""
        if self._layout.keys is not None:
            return list(self._layout.keys)
        # A picture without XML is listed, too: whoever forgot it wants to know.
        annotated = {path.stem for path in self._layout.annotations.glob("*.xml")}
        return sorted(annotated.union(self._pictures.stems()))

    @cached_property
    def class_names(self) -> tuple[str, ...]:
        """As the data set lists them; else all that its annotations name, sorted.

        Those of the other splits count, too: a class has one number in all of them.
        """
        if self._layout.class_names is not None:
            return self._layout.class_names
        names = set()
        for folder in self._layout.class_folders:
            for path in folder.glob("*.xml"):
                names |= _class_names_in(path)
        return tuple(sorted(names))

    def read(
        self, key: str, class_names: Sequence[str]
    ) -> tuple[Example, list[Finding]]:
        """Read one picture.

        Args:
            key: one of `keys`.
            class_names: in the order of their numbers.

        Returns:
            The picture with its objects, and warnings.

        Raises:
            InvalidExample: something is wrong with it; all that is.
        """
        path = self._layout.annotations / f"{key}.xml"
        on_picture, on_xml = FileFindings(key), FileFindings(self._relative(path))
        picture = self._read_picture(key, on_picture)
        annotation = _read_annotation(path, on_xml)
        objects = []
        if annotation is not None:
            size = _check_size(annotation, picture, on_xml)
            _check_filename(annotation, key, on_xml)
            objects = read_objects(annotation, size, class_names, on_xml)
        findings = on_picture.found + on_xml.found
        if any(finding.fatal for finding in findings):
            raise InvalidExample(findings)
        return _example(key, on_picture.file, picture, objects), findings

    def _read_picture(self, key: str, findings: FileFindings) -> StandardForm | None:
        findings.file = self._relative(self._layout.pictures / key)
        try:
            path = self._pictures.find(key)
            findings.file = self._relative(path)
            picture = image.standard_form(image.read(path))
        except ImageError as error:
            findings.fault(error.code, "", error.message)
            return None
        for code, message in picture.oddities:
            findings.warn(code, "", message)
        if image.EXTENSIONS[path.suffix.lower()] != picture.file_format:
            message = f"its content is {picture.file_format}, whatever its name says"
            findings.warn("extension", "", message)
        return picture

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.data_dir).as_posix()


def _class_names_in(path: Path) -> set[str]:
    try:
        annotation = annotation_xml.read(path, root="annotation")
    except XMLError:
        return set()  # `read` tells of it
    return {text(element, "name") for element in annotation.findall("object")} - {
        None,
        "",
    }


def _read_annotation(path: Path, findings: FileFindings) -> etree._Element | None:
    try:
        return annotation_xml.read(path, root="annotation")
    except XMLError as error:
        findings.fault(error.code, error.field, error.message)
        return None


def _check_size(
    annotation: etree._Element, picture: StandardForm | None, findings: FileFindings
) -> tuple[int, int] | None:
    """Compare the size that the annotation names with the picture's; that is right."""
    if picture is None:
        return None
    size = annotation.find("size")
    named = number(text(size, "height")), number(text(size, "width"))
    actual = picture.height, picture.width
    if not all(named):
        findings.warn("size-missing", "size", "not given; the picture's is taken")
    elif named != actual:
        swapped = named == actual[::-1]
        hint = "; swapped, or from before its EXIF orientation was applied?"
        findings.fault(
            "size-mismatch",
            "size",
            f"{named[1]:g}x{named[0]:g}, but the picture is {actual[1]}x{actual[0]}"
            f"{hint if swapped else ''}",
        )
    return actual


def _check_filename(
    annotation: etree._Element, key: str, findings: FileFindings
) -> None:
    # The name of the XML file is what counts: this one is never used as a path.
    filename = (text(annotation, "filename") or key).replace("\\", "/").split("/")[-1]
    if key not in (filename, Path(filename).stem):
        findings.warn("filename-differs", "filename", f"'{filename}' is not '{key}'")


def _example(
    key: str, filename: str, picture: StandardForm, objects: list[PascalObject]
) -> Example:
    boxes = np.array([item.box for item in objects], np.float32)
    return Example(
        image_id=key,
        filename=filename,
        image=picture.data,
        height=picture.height,
        width=picture.width,
        boxes=boxes.reshape(-1, 4),
        classes=np.array([item.class_number for item in objects], np.int32),
        difficult=np.array([item.difficult for item in objects], bool),
    )
