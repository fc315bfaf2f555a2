"""What stands on a page: pictures and tables, each with a sentence that explains it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture with a line under it.

    Attributes:
        image: as it is drawn.
        line: says which one of several it is, or numbers; may be "".
    """

    image: Image.Image
    line: str = ""


@dataclass(frozen=True)
class Score:
    """A number from 0 to 1 that is drawn as a bar.

    Attributes:
        name: what it is a score of.
        value: it.
        color: of the bar, "#rrggbb".
    """

    name: str
    value: float
    color: str


@dataclass(frozen=True)
class Word:
    """A word that catches the eye.

    Attributes:
        text: it.
        color: of its ground, "#rrggbb".
    """

    text: str
    color: str


@dataclass(frozen=True, eq=False)
class Table:
    """Rows under titles.

    Attributes:
        titles: of the columns.
        rows: of cells: texts, numbers (at the right), a `Word`, `Score`s, an image.
    """

    titles: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True, eq=False)
class Figure:
    """One part of a page.

    Attributes:
        title: of a few words.
        sentence: what it shows, and how to read it.
        pictures: side by side, where there is room.
        legend: colours by what they mean, "#rrggbb".
        heat: whether colours of pictures are scores from 0 to 1.
        table: or None.
    """

    title: str
    sentence: str
    pictures: Sequence[Picture] = ()
    legend: Sequence[tuple[str, str]] = ()
    heat: bool = False
    table: Table | None = None
