"""The words in names of files that are of a split: "val" of `instances_val2017`."""

import re

_WORD = re.compile("(?<![a-z])(trainval|train|validation|valid|val|test|dev)(?![a-z])")


def split_words(name: str) -> list[str]:
    """These words in a name, in small letters."""
    return _WORD.findall(name.lower())
