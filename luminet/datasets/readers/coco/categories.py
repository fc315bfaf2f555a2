"""The classes of a COCO file: its categories, or the groups that these belong to."""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass

from luminet.datasets.readers.coco.faults import Faults
from luminet.datasets.readers.json_file import JSONError


@dataclass(frozen=True)
class Categories:
    """The classes of a file.

    Attributes:
        class_names: in the order of the ids of the categories.
        names: class names by the ids of the categories; what objects have that is not
            listed is called like "category_77", which is no class.
        ids: of the categories by class name; of groups, which have none, their numbers
            from 1.
    """

    class_names: tuple[str, ...]
    names: Mapping[int, str]
    ids: Mapping[str, int]


def read_categories(
    categories: Mapping[int, dict],
    used: Set[int],
    use_supercategory: bool,
    faults: Faults,
) -> Categories:
    """Read the list of categories.

    Roboflow lists what all classes belong to as a category of its own, with id 0; it is
    left out where no object has it.

    Args:
        categories: of the file, by id.
        used: ids of those that have objects.
        use_supercategory: take the groups as classes.
        faults: is told of a category that has no name, or that of another one.
    """
    listed = {number: categories[number] for number in sorted(categories)}
    for number in [*listed]:
        others = [item for other, item in listed.items() if other != number]
        if number not in used and _contains(listed[number], others):
            del listed[number]
    key = "supercategory" if use_supercategory else "name"
    names = {}
    for number, item in listed.items():
        with faults:
            names[number] = _name(item, number, key)
    class_names = tuple(dict.fromkeys(names.values()))
    if use_supercategory:
        ids = {name: number for number, name in enumerate(class_names, start=1)}
    else:
        _check_unique(names, faults)
        ids = {name: number for number, name in names.items()}
    unlisted = {
        number: _unlisted(number, class_names) for number in used - names.keys()
    }
    return Categories(class_names, names | unlisted, ids)


def _unlisted(number: int, class_names: Collection[str]) -> str:
    name = f"category_{number}"
    while name in class_names:
        name += "?"
    return name


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


def _check_unique(names: Mapping[int, str], faults: Faults) -> None:
    first: dict[str, int] = {}
    for number, name in names.items():
        if first.setdefault(name, number) != number:
            message = f"'{name}' is that of category {first[name]}, too"
            faults.add("duplicate-class", f"category {number}: name", message)
