"""What settings may be: each function raises a ValueError that names the setting."""

from collections.abc import Sequence


def check_share(name: str, value: float) -> None:
    """Refuse what is not in [0, 1]."""
    check_between(name, value, 0.0, 1.0)


def check_between(name: str, value: float, low: float, high: float) -> None:
    """Refuse what is not in [low, high]."""
    if not low <= value <= high:
        raise ValueError(
            f"`{name}` must be in [{low:g}, {high:g}]. Received: {name}={value}"
        )


def check_at_least(name: str, value: float, low: float) -> None:
    """Refuse what is below a limit."""
    if not value >= low:
        raise ValueError(f"`{name}` must be at least {low:g}. Received: {name}={value}")


def check_order(low_name: str, low: float, high_name: str, high: float) -> None:
    """Refuse a range whose end lies before its beginning."""
    if low > high:
        raise ValueError(
            f"`{low_name}` must not be above `{high_name}`. "
            f"Received: {low_name}={low}, {high_name}={high}"
        )


def check_choices(name: str, values: Sequence, allowed: str, is_allowed) -> None:
    """Refuse an empty list, and one with a value that `is_allowed` denies."""
    if not values or not all(map(is_allowed, values)):
        raise ValueError(
            f"`{name}` must be a list of one or more {allowed}. "
            f"Received: {name}={list(values)}"
        )


def check_fill(fill: Sequence[int]) -> None:
    """Refuse what is no colour: red, green, blue, from 0 to 255."""
    if len(fill) != 3 or not all(0 <= value <= 255 for value in fill):
        raise ValueError(
            "`fill` must be a colour: red, green and blue from 0 to 255. "
            f"Received: fill={list(fill)}"
        )
