"""Plan to unite data sets: classes by name, splits by name, ids kept apart."""

from collections import Counter
from collections.abc import Mapping, Sequence

from luminet.datasets.conversion.chunk import Picture
from luminet.datasets.conversion.merge_ids import unite_category_ids
from luminet.datasets.conversion.plan import Plan, divide_anew
from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.findings import Finding
from luminet.datasets.readers.prefixed import PrefixedReader
from luminet.datasets.source.source import Source

# Pictures of a data set in a split: its name, the index of its reader, and its keys.
_Part = tuple[str, int, Sequence[str]]


def plan_merge(
    sources: Mapping[str, Source],
    shares: Mapping[str, float] | None = None,
    seed: int = 0,
    num_workers: int | None = None,
) -> Plan:
    """Plan to write several data sets as one.

    The classes of the first one come first, then those that the others add, in their
    order. Splits of one name become one, in the order of the data sets. Ids that
    several have in a split get the name of the data set in front.

    Args:
        sources: data sets by names that are unique, all of one selection; of its
            classes each has some.
        shares: divide the pictures anew, as `plan_source` does.
        seed: of the division.
        num_workers: processes that look for pictures that show nearly the same.

    Raises:
        InputError: a class to rename or to keep is in none of them.
    """
    title = ", ".join(sources)
    listed = [*dict.fromkeys(n for s in sources.values() for n in s.listed_names)]
    selection = next(iter(sources.values())).selection
    selection.check_classes(listed)
    class_names = selection.class_names(listed)
    category_ids, found = unite_category_ids(sources, class_names, title)
    findings = [("", finding) for finding in found]
    readers: list[ExampleReader] = []
    origins: list[tuple[Source, str]] = []
    parts: dict[str, list[_Part]] = {}
    for name, source in sources.items():
        for split, reader in source.readers.items():
            prefixed = PrefixedReader(reader, name)
            findings += [(split, finding) for finding in prefixed.findings]
            parts.setdefault(split, []).append((name, len(readers), source.keys[split]))
            origins.append((source, split))
            readers.append(
                ExampleReader(
                    prefixed,
                    class_names,
                    selection.rename,
                    selection.dropped(source.listed_names),
                    source.rules,
                )
            )
    splits = {split: _unite(of_split) for split, of_split in parts.items()}
    findings += _changed_ids(splits, title)
    if shares:
        splits = divide_anew(splits, origins, readers, shares, seed, num_workers)
    return Plan(
        name=title,
        class_names=class_names,
        readers=tuple(readers),
        splits=splits,
        findings=findings,
        category_ids=category_ids,
        source_names=tuple(sources),
    )


def _unite(parts: Sequence[_Part]) -> list[Picture]:
    """The pictures of a split, by ids of which none comes twice."""
    counts = Counter(key for _, _, keys in parts for key in keys)
    taken = {key for key, count in counts.items() if count == 1}
    pictures = []
    for name, reader, keys in parts:
        for key in keys:
            image_id = key
            if counts[key] > 1:
                image_id = _free(name, key, taken)
                taken.add(image_id)
            pictures.append(Picture(reader, key, image_id))
    return pictures


def _free(name: str, key: str, taken: set[str]) -> str:
    """The key with the name in front, as often as it takes."""
    image_id = f"{name}/{key}"
    while image_id in taken:
        image_id = f"{name}/{image_id}"
    return image_id


def _changed_ids(splits: Mapping[str, Sequence[Picture]], title: str):
    for split, pictures in splits.items():
        changed = [item for item in pictures if item.image_id != item.key]
        if changed:
            message = (
                f"{len(changed)} pictures of '{split}' have ids that another data set "
                f"has, too: now that of the data set is in front, like "
                f"{changed[0].image_id!r}"
            )
            yield split, Finding("id-collision", title, "", message, fatal=False)
