"""What a row in Open Images notation says of an object, checked."""

from collections.abc import Mapping, Sequence

from luminet.datasets import box_check
from luminet.datasets.annotation import AnnotatedObject
from luminet.datasets.box_check import Box
from luminet.datasets.findings import FileFindings
from luminet.datasets.readers.class_name import read_class_name
from luminet.datasets.readers.coordinate_text import describe, parse_coordinate
from luminet.datasets.readers.csv.row import check_count
from luminet.datasets.readers.table_file import TableError

_COORDINATES = ("XMin", "YMin", "XMax", "YMax")
REQUIRED = ("ImageID", "LabelName", *_COORDINATES)
GROUP, DEPICTION, INSIDE = "IsGroupOf", "IsDepiction", "IsInside"
# -1: nobody looked.
_FLAGS = {"": False, "0": False, "1": True, "-1": False}


class RowReader:
    """Reads rows of a table.

    Args:
        header: the names of its columns, `REQUIRED` among them.
        class_names: by the codes of the table; None: the codes are the names.
        dropped: which objects are left out, `DEPICTION` or `INSIDE`.

    Raises:
        TableError: two columns have one name.

    Attributes:
        count: of columns.
        picture: the column with the ids of pictures.
        label: that with the codes of classes.
        box: those of the coordinates.
        comma: whether the decimal sign is a comma; False at first.
    """

    def __init__(
        self,
        header: Sequence[str],
        class_names: Mapping[str, str] | None,
        dropped: Sequence[str] = (),
    ):
        places = _places(header)
        self.count = len(header)
        self.picture, self.label = places["ImageID"], places["LabelName"]
        self.box = [places[name] for name in _COORDINATES]
        self.comma = False
        flags = (GROUP, DEPICTION, INSIDE)
        self._flags = [(name, places[name]) for name in flags if name in places]
        self._class_names = class_names
        self._dropped = dropped

    def read(
        self, fields: Sequence[str], line: int, findings: FileFindings
    ) -> AnnotatedObject | None:
        """The object of a row; None after a fault, or if such objects are dropped."""
        place = f"line {line}"
        if not check_count(fields, self.count, place, findings):
            return None
        flags = self._read_flags(fields, place, findings)
        if flags and any(flags.get(name) for name in self._dropped):
            return None
        code = read_class_name(fields[self.label], f"{place}: LabelName", findings)
        box = self._read_box(fields, place, findings)
        name = self._class_names[code] if code and self._class_names else code
        if None in (code, box, flags):
            return findings.leave_out(place, name, box)
        return AnnotatedObject(place, name, box, crowd=flags.get(GROUP, False))

    def _read_flags(self, fields, place, findings) -> dict[str, bool] | None:
        flags = {}
        for name, column in self._flags:
            text = fields[column].strip()
            if text not in _FLAGS:
                message = f"must be 0, 1 or -1, not '{text[:40]}'"
                findings.fault("flag-invalid", f"{place}: {name}", message)
                return None
            flags[name] = _FLAGS[text]
        return flags

    def _read_box(self, fields, place, findings) -> Box | None:
        corners = []
        for name, column in zip(_COORDINATES, self.box, strict=True):
            text = fields[column].strip()
            number = parse_coordinate(text, self.comma, relative=True)
            if number is None:
                findings.fault("coord-invalid", f"{place}: {name}", describe(text))
            corners.append(number)
        if None in corners:
            return None
        return box_check.from_corners(corners, _COORDINATES, place, findings)


def _places(header: Sequence[str]) -> dict[str, int]:
    places = {name.strip(): place for place, name in enumerate(header)}
    if len(places) < len(header):
        raise TableError("csv-columns", "", "two columns of one name")
    return places
