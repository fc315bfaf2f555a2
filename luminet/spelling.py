"""Guess what somebody meant who mistyped a name."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """`; did you mean 'train'?` if one of `names` looks like it, else nothing."""
    nearest = get_close_matches(name, list(names), 1)
    return f"; did you mean '{nearest[0]}'?" if nearest else ""
