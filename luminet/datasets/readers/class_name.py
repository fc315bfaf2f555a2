"""What the name of a class may be, in any notation."""

import re
from collections.abc import Iterable
from pathlib import Path

from luminet.datasets.findings import FileFindings, InvalidDataset

# What breaks a line, or cannot be written in XML.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_MESSAGE = "the name of a class has a line break or control character in it"


def is_plain(name: str) -> bool:
    """Whether a name is on one line, and can be written in every notation."""
    return _FORBIDDEN.search(name) is None


def check_class_names(names: Iterable[str], data_dir: Path) -> None:
    """Refuse a list of classes with a name that is not plain.

    Raises:
        InvalidDataset: it names the first of them.
    """
    for name in names:
        if not is_plain(name):
            message = f"{_MESSAGE}: {ascii(name)[:80]}"
            raise InvalidDataset.of("name-invalid", str(data_dir), "", message)


def read_class_name(
    written: str | None, field: str, findings: FileFindings, hint: str = ""
) -> str | None:
    """The class of an object.

    Args:
        written: its name as it is written; None if there is none.
        field: the place of the name, for messages.
        findings: is told of a name that is none.
        hint: what to do if it is missing.

    Returns:
        The name without blanks around it, or None after a fault.
    """
    name = (written or "").strip()
    if not name:
        findings.fault("name-missing", field, f"the class has no name{hint}")
    elif not is_plain(name):
        findings.fault("name-invalid", field, f"{_MESSAGE}: {ascii(name)[:80]}")
        return None
    return name or None
