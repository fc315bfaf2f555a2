"""The classes of a COCO file: its categories, or the groups that these belong to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from luminet.datasets.readers.json_file import JSONError


@dataclass(frozen=True)
class Categories:
    """The classes of a file.

    Attributes:
        class_names: in the order of the ids of the categories.
        names: class names by the ids of the categories.
        ids: of the categories by class name; of groups, which have none, their numbers
            from 1.
    """

    class_names: tuple[str, ...]
    names: Mapping[int, str]
    ids: Mapping[str, int]


def read_categories(
    categories: Mapping[int, dict], used: Collection[int], use_supercategory: bool
) -> Categories:
    """Read the list of categories.

    Roboflow lists what all classes belong to as a category of its own, with id 0; it is
    left out where no object has it.

    Args:
        categories: of the file, by id.
        used: ids of those that have objects.
        use_supercategory: take the groups as classes.

    Raises:
        JSONError: a category has no name, or that of another one.
    """
    listed = {number: categories[number] for number in sorted(categories)}
    for number in [*listed]:
        others = [item for other, item in listed.items() if other != number]
        if number not in used and _contains(listed[number], others):
            del listed[number]
    key = "supercategory" if use_supercategory else "name"
    names = {number: _name(item, number, key) for number, item in listed.items()}
    class_names = tuple(dict.fromkeys(names.values()))
    if use_supercategory:
        ids = {name: number for number, name in enumerate(class_names, start=1)}
    else:
        _check_unique(names)
        ids = {name: number for number, name in names.items()}
    return Categories(class_names, names, ids)


def _contains(category: dict, others: list[dict]) -> bool:
    """Whether a category is nothing but what all others belong to."""
    name, above = category.get("name"), category.get("supercategory")
    return (
        above in (None, "", "none")
        and bool(others)
        and all(item.get("supercategory") == name for item in others)
    )


def _name(category: dict, number: int, key: str) -> str:
    name = category.get(key)
    if not isinstance(name, str) or len(name.strip().splitlines()) != 1:
        message = "must be the name of a class, in one line"
        raise JSONError("json-structure", f"category {number}: {key}", message)
    return name.strip()


def _check_unique(names: Mapping[int, str]) -> None:
    first: dict[str, int] = {}
    for number, name in names.items():
        if first.setdefault(name, number) != number:
            message = f"'{name}' is that of category {first[name]}, too"
            raise JSONError("duplicate-class", f"category {number}: name", message)
