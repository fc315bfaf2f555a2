"""Dividing a data set: shares, classes, and what stays together."""

from collections import Counter

import pytest

from luminet.datasets.source.divide import divide, parse_shares
from luminet.errors import InputError

SHARES = {"train": 0.8, "val": 0.1, "test": 0.1}


def random_counts(rng, num_pictures):
    """Pictures with objects of a frequent, a less frequent and a rare class."""
    chances = {"common": 0.8, "some": 0.2, "rare": 0.03}
    return [
        {
            name: int(rng.integers(1, 4))
            for name, chance in chances.items()
            if rng.random() < chance
        }
        for _ in range(num_pictures)
    ]


def objects_in(counts, chosen, split):
    total = Counter()
    for objects, name in zip(counts, chosen, strict=True):
        if name == split:
            total.update(objects)
    return total


@pytest.mark.parametrize("seed", range(5))
def test_every_split_gets_its_share_of_pictures_and_of_every_class(rng, seed):
    counts = random_counts(rng, 1000)
    chosen = divide(counts, SHARES, seed=seed)
    totals = sum(map(Counter, counts), Counter())
    for split, share in SHARES.items():
        assert chosen.count(split) == pytest.approx(1000 * share, abs=15)
        for name, count in objects_in(counts, chosen, split).items():
            # An object is not divided: a picture has up to three of a class.
            assert count == pytest.approx(share * totals[name], abs=6)


def test_by_chance_alone_the_rare_class_would_be_further_off(rng):
    """The bound above means something: a plain shuffle breaks it."""
    counts = random_counts(rng, 1000)
    total = sum(picture.get("rare", 0) for picture in counts)
    worst = 0
    for _ in range(20):
        order = rng.permutation(1000)[:100]
        worst = max(
            worst, abs(sum(counts[i].get("rare", 0) for i in order) - total / 10)
        )
    assert worst > 3


def test_groups_stay_together(rng):
    counts = random_counts(rng, 300)
    groups = rng.integers(0, 60, 300).tolist()
    chosen = divide(counts, SHARES, groups)
    for group in set(groups):
        members = {chosen[i] for i in range(300) if groups[i] == group}
        assert len(members) == 1


def test_a_seed_gives_the_same_division_and_another_one_another(rng):
    counts = random_counts(rng, 200)
    assert divide(counts, SHARES, seed=1) == divide(counts, SHARES, seed=1)
    assert divide(counts, SHARES, seed=1) != divide(counts, SHARES, seed=2)


def test_pictures_without_objects_are_divided_too():
    chosen = divide([{}] * 100, SHARES)
    assert Counter(chosen) == {"train": 80, "val": 10, "test": 10}


def test_three_of_a_class_reach_three_splits():
    counts = [{"rare": 1}] * 3 + [{"common": 1}] * 27
    shares = {"train": 1 / 3, "val": 1 / 3, "test": 1 / 3}
    assert set(divide(counts, shares)[:3]) == set(shares)


def test_parse_shares():
    assert parse_shares("train=.8, val=.1,test=0.1") == SHARES
    assert parse_shares("all=1") == {"all": 1.0}


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "is not a name and a share"),
        ("train", "is not a name and a share"),
        ("train=x,val=.2", "'train=x' is not a name and a share"),
        ("train=80,val=20", "is not a name and a share"),
        ("train=-.5,val=1.5", "is not a name and a share"),
        ("train=nan,val=1", "is not a name and a share"),
        ("train=.5,train=.5", "is not a name and a share"),
        ("train=.8,val=.1", "add up to 0.9, not to 1"),
    ],
)
def test_senseless_shares_are_refused(text, message):
    with pytest.raises(InputError, match=message):
        parse_shares(text)
