"""What is odd about the classes of a data set, once its objects are counted."""

import re
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations

from luminet.datasets.findings import Finding

TRAIN = "train"
_SHOWN = 10
_BLANKS = re.compile(r"[\s_-]+")


def simplified(name: str) -> str:
    """A name without what is written in two ways: case, blanks, a plural s."""
    return _BLANKS.sub("", name.casefold()).removesuffix("s")


def check_classes(
    title: str, class_names: Sequence[str], counts: Mapping[str, Counter]
) -> Iterator[tuple[str, Finding]]:
    """Warnings about classes, each with the split that it concerns or "".

    Args:
        title: of the data set, for messages.
        class_names: in the order of their numbers.
        counts: objects by class number, of each split.
    """
    total = sum(counts.values(), Counter())
    unused = [name for number, name in enumerate(class_names) if not total[number]]
    if unused and total:
        message = f"{len(unused)} of {len(class_names)} classes have no object"
        yield "", _warning("class-unused", title, f"{message}: {_list(unused)}")
    for split in counts:
        if counts.get(TRAIN) and split != TRAIN:
            lacking = [
                name
                for number, name in enumerate(class_names)
                if counts[split][number] and not counts[TRAIN][number]
            ]
            if lacking:
                message = f"has classes of which '{TRAIN}' has none: {_list(lacking)}"
                yield split, _warning("class-not-in-train", title, message)
    alike: dict[str, list[str]] = {}
    for name in class_names:
        alike.setdefault(simplified(name), []).append(name)
    for first, second in chain.from_iterable(
        combinations(n, 2) for n in alike.values()
    ):
        option = shlex.quote(f"{second}={first}")
        message = f"'{first}' and '{second}' may be one class: --rename {option}"
        yield "", _warning("class-similar", title, message)


def _warning(code: str, title: str, message: str) -> Finding:
    return Finding(code, title, "", message, fatal=False)


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
