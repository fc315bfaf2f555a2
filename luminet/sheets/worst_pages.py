"""Sheets of the pictures with findings, the worst first."""

from collections.abc import Iterator, Sequence

from PIL import Image

from luminet.datasets.annotation import Annotation
from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.findings import Finding
from luminet.datasets.image import ImageError
from luminet.datasets.source.source import Source
from luminet.datasets.worst import Place
from luminet.sheets.annotated import read_pixels
from luminet.sheets.cell import Cell, Mark, draw_marks, placeholder
from luminet.sheets.page import draw_page

_SIZE, _COLUMNS = (560, 440), 4
_GOOD, _BAD = "#ffffff", "#ff1f2e"
# Lines under a picture.
_MOST_LINES = 4


def worst_pages(
    source: Source, worst: Sequence[tuple[Place, list[Finding]]], count: int
) -> Iterator[tuple[str, Image.Image]]:
    """Draw pictures with their findings under them, and the boxes that they are about.

    A box is drawn as it is written down; what leaves the picture is cut off there.

    Args:
        source: the data set.
        worst: pictures and what was found, see `find_worst`.
        count: pictures on each sheet.

    Yields:
        Names, like "findings-1", and sheets.
    """
    readers = {split: source.example_reader(split) for split in source.readers}
    name = source.data_dir.resolve().name
    legend = {"box with a finding": _BAD, "box without": "#d5d8dd"}
    for number, start in enumerate(range(0, len(worst), count), 1):
        cells = [
            _draw(readers[place.split], place, findings)
            for place, findings in worst[start : start + count]
        ]
        title = f"{name}: pictures with findings, {start + 1} to {start + len(cells)}"
        yield f"findings-{number}", draw_page(cells, _COLUMNS, _SIZE[0], title, legend)


def _draw(reader: ExampleReader, place: Place, findings: Sequence[Finding]) -> Cell:
    annotation = reader.reader.read(place.key)
    caption = (f"{annotation.picture_name} ({place.split})", *_lines(findings))
    try:
        pixels = read_pixels(reader, annotation)
    except ImageError:
        return Cell(placeholder(_SIZE), caption, alarming=True)
    marks = _marks(annotation, findings, pixels.shape[:2])
    return Cell(draw_marks(pixels, marks, _SIZE), caption, alarming=True)


def _marks(annotation: Annotation, findings: Sequence[Finding], size) -> list[Mark]:
    height, width = size if annotation.relative else (1, 1)
    marks = []
    for item in annotation.objects:
        y1, x1, y2, x2 = item.box
        box = (y1 * height, x1 * width, y2 * height, x2 * width)
        codes = sorted(
            {finding.code for finding in findings if finding.is_in(item.place)}
        )
        color = _BAD if codes else _GOOD
        marks.append(Mark(box, color, item.difficult or item.crowd, ", ".join(codes)))
    for finding in findings:
        if finding.fatal and finding.box is not None:
            # Of an object that the reader left out; it may be inside out.
            (y1, y2), (x1, x2) = sorted(finding.box[::2]), sorted(finding.box[1::2])
            box = (y1 * height, x1 * width, y2 * height, x2 * width)
            marks.append(Mark(box, _BAD, label=finding.code))
    return marks


def _lines(findings: Sequence[Finding]) -> list[str]:
    ordered = sorted(findings, key=lambda finding: not finding.fatal)
    lines = [
        f"{finding.code}: {finding.field or finding.message}" for finding in ordered
    ]
    if len(lines) > _MOST_LINES:
        more = len(lines) - _MOST_LINES + 1
        lines[_MOST_LINES - 1 :] = [f"and {more} more"]
    return lines
