"""Figures become one HTML page that needs nothing else: no network, no other file."""

import base64
import html
import io
from collections.abc import Sequence
from importlib import resources

from PIL import Image

from luminet.inspection.figure import Figure, Picture, Score, Table, Word
from luminet.inspection.heat import COLORS
from luminet.inspection.marking import MATCH_IOU

_QUALITY = 82
# A photograph is smaller as JPEG; what is small has sharp edges, and is PNG.
_LARGEST_PNG = 20_000


def make_page(title: str, lines: Sequence[str], figures: Sequence[Figure]) -> str:
    """Put figures under each other.

    Args:
        title: of the page.
        lines: of text under it.
        figures: in their order.
    """
    style = (resources.files("luminet.inspection") / "page.css").read_text("utf-8")
    header = "".join(f"<p>{_text(line)}</p>" for line in lines)
    links = "".join(
        f'<a href="#figure-{number}">{_text(figure.title)}</a>'
        for number, figure in enumerate(figures, 1)
    )
    sections = "\n".join(
        _section(number, figure) for number, figure in enumerate(figures, 1)
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{_text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<header><h1>{_text(title)}</h1>{header}<nav>{links}</nav></header>\n"
        f"{sections}\n</body>\n</html>\n"
    )


def _text(text: str) -> str:
    """Escaped; what is no Unicode, as a file's name may be, is shown as such."""
    return html.escape(text.encode("utf-8", "backslashreplace").decode())


def _section(number: int, figure: Figure) -> str:
    parts = [
        f'<section id="figure-{number}">',
        f"<h2>{_text(figure.title)}</h2>",
        f"<p>{_text(figure.sentence)}</p>",
    ]
    if figure.heat:
        parts.append(_heat_bar())
    if figure.legend:
        parts.append(_legend(figure.legend))
    if figure.pictures:
        pictures = "".join(_figure(figure.title, each) for each in figure.pictures)
        parts.append(f'<div class="pictures">{pictures}</div>')
    if figure.table:
        parts.append(_table(figure.table))
    return "\n".join([*parts, "</section>"])


def _heat_bar() -> str:
    ticks = "".join(f"<span>{number:g}</span>" for number in (0, 0.25, 0.5, 0.75, 1))
    return (
        '<div class="heat"><i style="background:linear-gradient(90deg,'
        f'{",".join(COLORS)})"></i><span>{ticks}</span></div>'
    )


def _legend(legend) -> str:
    items = "".join(
        f'<li><i style="background:{color}"></i>{_text(name)}</li>'
        for name, color in legend
    )
    return f'<ul class="legend">{items}</ul>'


def _figure(title: str, picture: Picture) -> str:
    alt = f"{title}: {picture.line}" if picture.line else title
    line = f"<figcaption>{_text(picture.line)}</figcaption>" if picture.line else ""
    return f"<figure>{_image(picture.image, alt)}{line}</figure>"


def _image(image: Image.Image, alt: str) -> str:
    file = io.BytesIO()
    if image.width * image.height <= _LARGEST_PNG:
        kind = "png"
        image.save(file, "PNG", optimize=True)
    else:
        kind = "jpeg"
        # Colours at full size: boxes are thin.
        image.save(file, "JPEG", quality=_QUALITY, subsampling=0, optimize=True)
    data = base64.b64encode(file.getvalue()).decode()
    return (
        f'<img src="data:image/{kind};base64,{data}" width="{image.width}" '
        f'height="{image.height}" alt="{_text(alt)}">'
    )


def _table(table: Table) -> str:
    numeric = [
        bool(table.rows) and isinstance(cell, int | float)
        for cell in (table.rows[0] if table.rows else table.titles)
    ]
    titles = "".join(
        f'<th class="number">{_text(title)}</th>'
        if is_number
        else f"<th>{_text(title)}</th>"
        for title, is_number in zip(table.titles, numeric, strict=True)
    )
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in table.rows)
    return f'<div class="table"><table><tr>{titles}</tr>{rows}</table></div>'


def _cell(cell) -> str:
    if isinstance(cell, int):
        return f'<td class="number">{cell:,}</td>'
    if isinstance(cell, float):
        poor = " poor" if cell < MATCH_IOU else ""
        return f'<td class="number{poor}">{cell:.2f}</td>'
    if isinstance(cell, Word):
        style = f'class="word" style="--ground:{cell.color}"'
        return f"<td><span {style}>{_text(cell.text)}</span></td>"
    if isinstance(cell, Image.Image):
        return f"<td>{_image(cell, '')}</td>"
    if isinstance(cell, list):
        return f"<td>{''.join(map(_score, cell))}</td>"
    kind = ' class="text"' if len(cell) > 30 else ""
    return f"<td{kind}>{_text(cell)}</td>"


def _score(score: Score) -> str:
    width = f"{100 * min(max(score.value, 0.0), 1.0):.0f}%"
    return (
        f'<div class="score"><b>{_text(score.name)}</b>'
        f'<i><u style="--ground:{score.color};width:{width}"></u></i>'
        f"<span>{score.value:.2f}</span></div>"
    )
