"""Read rectangles with a label, as simple labelling programs write them in JSON."""

from collections.abc import Sequence

from luminet.datasets.findings import FileFindings
from luminet.datasets.readers.class_name import read_class_name
from luminet.datasets.readers.number import plain_number


def read_label(
    item: dict, key: str, default_class: str, place: str, findings: FileFindings
) -> str | None:
    """The class of an object: a text or a whole number; None after a fault.

    Args:
        item: what the file says of the object.
        key: of the label.
        default_class: of objects without a label; "" makes that a fault.
        place: of the object, for messages.
        findings: is told of a fault.
    """
    label = item.get(key)
    if isinstance(label, int) and not isinstance(label, bool):
        label = str(label)
    if label is not None and not isinstance(label, str):
        message = "the class is neither a text nor a whole number"
        findings.fault("name-missing", f"{place}: {key}", message)
        return None
    label = (label or "").strip() or default_class
    hint = "; the option default_class gives one to all"
    return read_class_name(label, f"{place}: {key}", findings, hint)


def read_numbers(
    item: dict, keys: Sequence[str], place: str, findings: FileFindings
) -> list[float] | None:
    """Numbers of an object, in the order of their keys; None after a fault."""
    numbers = [plain_number(item.get(key)) for key in keys]
    for key, number in zip(keys, numbers, strict=True):
        if number is None:
            came = f"not a number: {item[key]!r:.40}" if key in item else "missing"
            findings.fault("coord-invalid", f"{place}: {key}", came)
    return None if None in numbers else numbers
