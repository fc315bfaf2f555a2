"""What a split may be called."""

from collections.abc import Collection

from luminet.errors import InputError


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
