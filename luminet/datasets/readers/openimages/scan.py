"""Look through a table in Open Images notation once: which row is of which picture."""

from collections.abc import Sequence

from luminet.datasets.findings import FileFindings, Finding, InvalidDataset
from luminet.datasets.readers.coordinate_text import DecimalSign
from luminet.datasets.readers.named_pictures import check_safe, plain_name
from luminet.datasets.readers.openimages.classes import (
    USUAL_NAME,
    ClassDescriptions,
    looks_like_code,
)
from luminet.datasets.readers.openimages.row import RowReader
from luminet.datasets.readers.row_index import RowIndex
from luminet.datasets.readers.table_file import TableFile

# Rows without a picture that are told.
_MAX_FINDINGS = 1_000


def scan(
    table: TableFile, reader: RowReader, classes: ClassDescriptions | None, name: str
) -> tuple[RowIndex, Sequence[Finding]]:
    """Look through a table, and tell its reader what the decimal sign is.

    Args:
        table: the table.
        reader: of its rows.
        classes: that it may name; None: any.
        name: of the table, for findings.

    Raises:
        TableError: it is damaged.
        InvalidDataset: it is empty, or names a class that is not listed, or what is no
            picture in the data set.
    """
    index, findings, sign = RowIndex(), FileFindings(name), DecimalSign(True)
    add, picture, label, count = index.add, reader.picture, reader.label, reader.count
    known = {"", *(classes.names if classes else ())}
    rows = table.rows()
    next(rows)
    for line, offset, fields in rows:
        key = fields[picture].strip() if picture < len(fields) else ""
        if not key:
            if any(map(str.strip, fields)) and len(findings.found) < _MAX_FINDINGS:
                findings.fault("csv-row", f"line {line}", "names no picture")
            continue
        if add(plain_name(key), line, offset):
            check_safe(key, table.path, line)
        if len(fields) != count:
            continue
        if fields[label] not in known:
            known.add(_checked(fields[label], classes, table, line))
        if not sign.point_seen:
            sign.look(fields[column] for column in reader.box)
    index.close(table.size)
    if not index.names():
        message = "no row with a picture in it"
        raise InvalidDataset.of("split-empty", str(table.path), "", message)
    reader.comma = sign.is_comma
    return index, tuple(findings.found)


def _checked(
    written: str, classes: ClassDescriptions | None, table: TableFile, line: int
) -> str:
    """What a row has for its class, if it may."""
    label = written.strip()
    if label and (label not in classes.names if classes else looks_like_code(label)):
        where = f"not in {classes.path.name}" if classes else f"without {USUAL_NAME}"
        message = f"'{label[:40]}' is {where}, which would name it"
        field = f"line {line}: LabelName"
        raise InvalidDataset.of("mid-unknown", str(table.path), field, message)
    return written
