"""What a reader says of one picture: its file, and the objects on it, by name."""

from dataclasses import dataclass, field
from pathlib import Path

from luminet.datasets.box_check import Box
from luminet.datasets.findings import FileFindings


@dataclass(slots=True)
class AnnotatedObject:
    """One object, as it is written down.

    Attributes:
        place: where in the file, like "object 2" or "line 14": for messages.
        class_name: of the notation, before anything is renamed.
        box: `y1, x1, y2, x2`, the end exclusive; in pixels from 0, or in parts of the
            picture's height and width where `Annotation.relative` says so.
        difficult: hard even for people (VOC): neither a target nor an error.
        crowd: a group that was not told apart (COCO, OpenImages): likewise.
        area: of the object itself, in units of the box; None: its box's.
        segmentation: JSON text of its outline as COCO has it, or "": polygons in units
            of the box, or RLE.
    """

    place: str
    class_name: str
    box: Box
    difficult: bool = False
    crowd: bool = False
    area: float | None = None
    segmentation: str = ""


@dataclass(slots=True)
class Annotation:
    """What a data set says of one picture.

    Attributes:
        findings: what is wrong with the annotation itself; names the file it lies in.
        picture: the file of the picture; None if it was not found, which is a finding.
        picture_name: it, relative to the data set's folder, for people.
        objects: those that could be read.
        size: height and width, where the annotation names them; compared with the
            picture's.
        relative: whether boxes are in parts of the picture.
        encoded: the picture itself, where it lies in the annotation's own file.
        on_picture: what is wrong with finding the picture; names the picture.
        place: of this picture in the annotation's file, where that has several.
    """

    findings: FileFindings
    picture: Path | None
    picture_name: str
    objects: list[AnnotatedObject] = field(default_factory=list)
    size: tuple[float, float] | None = None
    relative: bool = False
    encoded: bytes | None = None
    on_picture: FileFindings | None = None
    place: str = ""
