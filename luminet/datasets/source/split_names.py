"""What a split may be called."""

from collections.abc import Collection

from luminet.errors import InputError

# What the one split of a data set is called that is not divided.
UNDIVIDED = "all"


def check_split_names(splits: Collection[str]) -> None:
    """Refuse names that cannot be names of files, and repeated ones.

    Raises:
        InputError: it names the first of them.
    """
    for split in splits:
        if not split.strip(".") or set(split) & set("/\\\0"):
            raise InputError(f"'{split}' cannot be the name of a split")
    if len(set(splits)) < len(splits):
        raise InputError(f"a split is named twice: {', '.join(splits)}")


def check_undivided(splits: Collection[str], folder: object) -> None:
    """Refuse splits of a data set that has none, but for the whole: `UNDIVIDED`.

    Args:
        splits: that are asked for.
        folder: of the data set, for messages.

    Raises:
        InputError: it names the first of them.
    """
    for split in splits:
        if split != UNDIVIDED:
            raise InputError(
                f"{folder}: has no split '{split}' nor any other, it is read as a "
                "whole; leave --split out, or divide it with --splits"
            )
