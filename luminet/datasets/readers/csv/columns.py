"""Which column of a table of boxes holds what."""

from collections.abc import Sequence
from dataclasses import dataclass

from luminet.datasets.readers.number import parse_number
from luminet.datasets.readers.pictures import looks_like_picture
from luminet.errors import InputError
from luminet.spelling import did_you_mean

IGNORED = "_"
# As keras-retinanet writes tables without a header.
WITHOUT_HEADER = ("filename", "xmin", "ymin", "xmax", "ymax", "class")
_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_SIZED = ("x", "y", "w", "h")
_UNITED = ("bbox",)
# Names of columns, in small letters without `_`, `-`, `.` and blanks.
_ALIASES = {
    "filename": "filename file filepath path frame picture image imageid imagename "
    "imagefile imagefilename imagepath img imgid imgname imgpath",
    "class": "class classname classlabel label labelname category categoryname",
    "xmin": "xmin x1 minx left xtl bboxxmin bboxx1",
    "ymin": "ymin y1 miny top ytl bboxymin bboxy1",
    "xmax": "xmax x2 maxx right xbr bboxxmax bboxx2",
    "ymax": "ymax y2 maxy bottom ybr bboxymax bboxy2",
    "x": "x bboxx boxx",
    "y": "y bboxy boxy",
    "w": "w bboxw boxw bboxwidth boxwidth",
    "h": "h bboxh boxh bboxheight boxheight",
    "bbox": "bbox boundingbox",
    "width": "width imagewidth imgwidth imagew imgw",
    "height": "height imageheight imgheight imageh imgh",
    "split": "split",
}
_ROLES = {name: role for role, names in _ALIASES.items() for name in names.split()}


class ColumnsError(InputError):
    """Columns that do not say which boxes are on which picture."""


@dataclass(frozen=True)
class Columns:
    """Places of columns, counted from 0.

    Attributes:
        count: of all columns.
        picture: the column with names of pictures.
        class_name: that of classes; None where all objects are of one.
        box: those of two corners, x1, y1, x2, y2; or of x, y, width, height. Behind all
            columns where one has all four: see `apart`.
        has_corners: which of the two.
        box_names: what the table calls them.
        size: those of height and width of the picture; None if it has none.
        split: that of names of splits; None if it has none.
        united: the one that has x, y, width and height together, like "[1, 2, 3, 4]".
    """

    count: int
    picture: int
    class_name: int | None
    box: tuple[int, int, int, int]
    has_corners: bool
    box_names: tuple[str, str, str, str]
    size: tuple[int, int] | None
    split: int | None = None
    united: int | None = None

    def apart(self, fields: Sequence[str]) -> Sequence[str]:
        """A row with a field for each number of its box, behind the others if need be.

        If there are not four numbers, these are the text and nothing.
        """
        if self.united is None:
            return fields
        text = fields[self.united].strip()
        numbers = text.strip("[]() ").replace(",", " ").split()
        return [*fields, *(numbers if len(numbers) == 4 else (text, "", "", ""))]


def parse_names(text: str) -> tuple[str, ...]:
    """Read the option `columns`, like "filename,_,xmin,ymin,xmax,ymax,class".

    Raises:
        InputError: there is a name that stands for nothing.
    """
    names = tuple(name.strip() for name in text.split(",")) if text else ()
    for name in names:
        if name != IGNORED and _role(name) is None:
            hint = did_you_mean(name, _ALIASES)
            known = ", ".join(_ALIASES)
            raise InputError(
                f"the option columns must have names from {known} and {IGNORED} for "
                f"what is not needed; not '{name}'{hint}"
            )
    return names


def is_header(fields: Sequence[str]) -> bool:
    """Whether a row names columns: it has neither a number nor a picture in it."""
    return not any(map(_is_value, (field.strip() for field in fields)))


def _is_value(field: str) -> bool:
    number = parse_number(field.replace(",", "."), exponent=True)
    return number is not None or looks_like_picture(field)


def find_columns(names: Sequence[str], has_classes: bool = True) -> Columns:
    """Find the columns by their names.

    Args:
        names: of all.
        has_classes: whether there must be one of classes.

    Raises:
        ColumnsError: some are missing, or there are two for the same.
    """
    names = [name.strip() for name in names]
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        role = _role(name)
        if role in places:
            text = f"'{names[places[role]]}' and '{name}' are both the {role}"
            raise ColumnsError(f"{text}; {_advice(names, ())}")
        if role:
            places[role] = place
    box = _box_roles(places)
    needed = ("filename", "class", *box) if has_classes else ("filename", *box)
    missing = [role for role in needed if role not in places]
    if missing:
        found = ", ".join(names)[:300]
        text = f"no column for {', '.join(missing)} among {found}"
        if missing == ["class"]:
            text += " (if all are of one: --type csv -o default_class=NAME)"
        raise ColumnsError(f"{text}; {_advice(names, missing)}")
    used, count = set(box), len(names)
    united = None
    if box == _UNITED:
        united, box = places["bbox"], box * 4
    sized = {"height", "width"} <= places.keys() - used
    return Columns(
        count=count,
        picture=places["filename"],
        class_name=places.get("class"),
        box=tuple(
            places[role] if united is None else count + i for i, role in enumerate(box)
        ),
        has_corners=box == _CORNERS,
        box_names=tuple(names[places[role]] for role in box),
        size=(places["height"], places["width"]) if sized else None,
        split=places.get("split"),
        united=united,
    )


def _role(name: str) -> str | None:
    plain = name.strip().lower()
    for mark in "_-. ":
        plain = plain.replace(mark, "")
    return _ROLES.get(plain)


def _box_roles(places) -> tuple[str, ...]:
    """The corners, or what stands for `_SIZED`, or one column for all four.

    The corners if none of them is complete.
    """
    x, y = (name if name in places else f"{name}min" for name in ("x", "y"))
    # Width and height are the picture's where there are others for the box.
    w, h = ("w", "h") if "w" in places or "h" in places else ("width", "height")
    if all(role in places for role in _CORNERS):
        return _CORNERS
    sized = (x, y, w, h)
    if all(role in places for role in sized):
        return sized
    if "bbox" in places:
        return _UNITED
    return _SIZED if {"x", "y"} <= places.keys() else _CORNERS


def _advice(names: Sequence[str], missing: Sequence[str]) -> str:
    """What to write on the command line; what is missing may be what has odd names."""
    missing, seen, proposed = list(missing), set(), []
    for name in names:
        role = _role(name)
        if role is None and missing:
            role = missing.pop(0)
        proposed.append(IGNORED if role is None or role in seen else role)
        seen.add(role)
    return (
        f"names like {', '.join(WITHOUT_HEADER)} (or x, y, w, h) are understood; "
        f"name all by their places, like --columns {','.join(proposed)[:300]}"
    )
