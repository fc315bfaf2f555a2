"""The ids by which COCO files refer from one list to another."""

from collections.abc import Mapping, Sequence

from luminet.datasets.readers.coco.record import Record
from luminet.datasets.readers.json_file import JSONError

_MAX_ID = 2**63


def by_id(items: Sequence[object], key: str, texts: bool = False) -> dict:
    """The objects of a list by their ids.

    Args:
        items: the list.
        key: its name, for messages.
        texts: whether ids may be texts, if all are.

    Raises:
        JSONError: something else is in the list, an id is none or comes twice.
    """
    found = {}
    kinds = (int, str) if texts else (int,)
    for index, item in enumerate(items):
        place = f"{key}[{index}]"
        if not isinstance(item, dict):
            raise JSONError("json-structure", place, "must be an object")
        number = item.get("id")
        _check(number, kinds, f"{place}: id")
        if number in found:
            raise JSONError("duplicate-id", f"{place}: id", f"{number} comes twice")
        found[number] = item
        # The first one decides.
        kinds = (type(number),)
    return found


class RecordCheck:
    """Checks the ids of annotations.

    Args:
        categories: by id.
        pictures: by id, at least one.
    """

    def __init__(self, categories: Mapping[int, object], pictures: Mapping):
        self._categories = categories
        self._kinds = (type(next(iter(pictures))),)
        self._seen: set[int] = set()

    def __call__(self, record: object, place: str) -> None:
        """Check the next one.

        Raises:
            JSONError: an id is none, its own comes twice, or there is no such category.
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
        if record.category_id not in self._categories:
            message = f"{record.category_id} is in no list of categories"
            raise JSONError("unknown-category", f"{place}: category_id", message)


def _check(value: object, kinds: tuple[type, ...], place: str) -> None:
    # Not isinstance: True is an int, and 1 == True.
    if type(value) in kinds and (
        value.isprintable() and value if type(value) is str else abs(value) < _MAX_ID
    ):
        return
    must = "a whole number" if int in kinds else "a text, like the ids of the pictures"
    came = "it is missing" if value is None else f"not {str(value)[:40]!r}"
    raise JSONError("id-type", place, f"must be {must}: {came}")
