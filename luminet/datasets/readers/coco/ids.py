"""The ids by which COCO files refer from one list to another."""

from collections.abc import Mapping, Sequence

from luminet.datasets.readers.coco.faults import Faults
from luminet.datasets.readers.coco.record import Record
from luminet.datasets.readers.json_file import JSONError

_MAX_ID = 2**63


def by_id(
    items: Sequence[object], key: str, faults: Faults, texts: bool = False
) -> dict:
    """The objects of a list by their ids.

    Args:
        items: the list.
        key: its name, for messages.
        faults: is told where something else is in the list, an id is none or comes
            twice; such items are left out.
        texts: whether ids may be texts, if all are.
    """
    found = {}
    kinds = (int, str) if texts else (int,)
    for index, item in enumerate(items):
        with faults:
            _check_item(item, kinds, f"{key}[{index}]", found)
            found[item["id"]] = item
            # The first one decides.
            kinds = (type(item["id"]),)
    return found


def _check_item(item, kinds, place, found):
    if not isinstance(item, dict):
        raise JSONError("json-structure", place, "must be an object")
    number = item.get("id")
    _check(number, kinds, f"{place}: id")
    if number in found:
        raise JSONError("duplicate-id", f"{place}: id", f"{number} comes twice")


class RecordCheck:
    """Checks the ids of annotations.

    Args:
        pictures: by id, at least one.
    """

    def __init__(self, pictures: Mapping):
        self._kinds = (type(next(iter(pictures))),)
        self._seen: set[int] = set()

    def __call__(self, record: object, place: str) -> None:
        """Check the next one.

        Raises:
            JSONError: an id is none, or its own comes twice.
        """
        if not isinstance(record, Record):
            message = "must be an object with image_id and category_id"
            raise JSONError("json-structure", place, message)
        _check(record.id, (int,), f"{place}: id")
        _check(record.image_id, self._kinds, f"{place}: image_id")
        _check(record.category_id, (int,), f"{place}: category_id")
        if record.id in self._seen:
            raise JSONError("duplicate-id", f"{place}: id", f"{record.id} comes twice")
        self._seen.add(record.id)


def _check(value: object, kinds: tuple[type, ...], place: str) -> None:
    # Not isinstance: True is an int, and 1 == True.
    if type(value) in kinds and (
        value.isprintable() and value if type(value) is str else abs(value) < _MAX_ID
    ):
        return
    must = "a whole number" if int in kinds else "a text, like the ids of the pictures"
    came = "it is missing" if value is None else f"not {str(value)[:40]!r}"
    raise JSONError("id-type", place, f"must be {must}: {came}")
