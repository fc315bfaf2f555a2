"""Divide pictures into splits: by chance, each with its share of every class."""

import math
import random
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

from luminet.datasets.source.split_names import check_split_names
from luminet.errors import InputError


def parse_shares(text: str) -> dict[str, float]:
    """Read "train=.8,val=.1,test=.1".

    Raises:
        InputError: it is something else, or the shares do not add up to 1.
    """
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, separator, number = (piece.strip() for piece in part.partition("="))
        try:
            share = float(number)
        except ValueError:
            share = math.nan
        if not (name and separator and 0.0 < share <= 1.0) or name in shares:
            raise InputError(
                f"--splits: '{part}' is not a name and a share, like train=.8"
            )
        shares[name] = share
    check_split_names(shares)
    if abs(sum(shares.values()) - 1.0) > 1e-6:
        message = f"--splits: the shares add up to {sum(shares.values()):g}, not to 1"
        raise InputError(message)
    return shares


def divide(
    counts: Sequence[Mapping[str, int]],
    shares: Mapping[str, float],
    groups: Sequence[Hashable] | None = None,
    seed: int = 0,
) -> list[str]:
    """Choose a split for every picture.

    Pictures with the rarest classes are dealt out first, each to the split that lacks
    most of that class (Sechidis et al., "On the Stratification of Multi-Label Data",
    2011, with the order of classes fixed at the beginning).

    Args:
        counts: objects by class, of each picture.
        shares: of the splits, by name; they add up to 1.
        groups: pictures of the same group stay together; by default each is alone.
        seed: another one, another division.

    Returns:
        The name of a split for each picture.
    """
    members: dict[Hashable, list[int]] = {}
    for index, group in enumerate(range(len(counts)) if groups is None else groups):
        members.setdefault(group, []).append(index)
    united = {group: _sum(counts, indices) for group, indices in members.items()}
    totals = _sum(counts, range(len(counts)))
    chance = random.Random(seed)
    lacking = {
        split: Counter({name: share * total for name, total in totals.items()})
        for split, share in shares.items()
    }
    order = list(members)
    chance.shuffle(order)
    order.sort(key=lambda group: _rank(united[group], totals))
    chosen = [""] * len(counts)
    for group in order:
        split = _neediest(lacking, _rarest(united[group], totals), chance)
        lacking[split].subtract(united[group])
        for index in members[group]:
            chosen[index] = split
    return chosen


# Each picture counts as an object of this, so that splits get their share of pictures.
_PICTURE = ""


def _sum(counts, indices) -> Counter:
    total = Counter()
    for index in indices:
        total.update(counts[index])
        total[_PICTURE] += 1
    return total


def _rarest(counts: Counter, totals: Counter) -> str:
    names = [name for name in counts if name != _PICTURE]
    return min(names, key=lambda name: (totals[name], name), default=_PICTURE)


def _rank(counts: Counter, totals: Counter):
    """Rare classes first, pictures without objects last; else as chance had it."""
    rarest = _rarest(counts, totals)
    return rarest == _PICTURE, totals[rarest], rarest


def _neediest(lacking, name: str, chance: random.Random) -> str:
    def need(split):
        return lacking[split][name], lacking[split][_PICTURE], chance.random()

    return max(lacking, key=need)
