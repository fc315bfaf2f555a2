"""Write numbers with as few digits as bring back the same float32."""

from collections.abc import Callable, Sequence

import numpy as np

# Of a number near 1, float64 has one or two less.
_MAX_DECIMALS = 18


def shortest(
    numbers: Sequence[float], is_kept: Callable[..., bool], first: int = 0
) -> list[str]:
    """Round numbers, all to as many decimals, as coarsely as will do.

    Args:
        numbers: what to write.
        is_kept: is given the numbers as they would be read back; says whether they mean
            what they should.
        first: decimals at least.

    Returns:
        The numbers as texts, without exponents; with all the digits that float64 has
        where nothing less will do.
    """
    texts: list[str] = []
    for decimals in range(first, _MAX_DECIMALS + 1):
        texts = [f"{number:.{decimals}f}" for number in numbers]
        if is_kept(*map(float, texts)):
            break
    return texts


def same_float32(number: float, wanted: float) -> bool:
    """Whether a number becomes a certain float32."""
    return float(np.float32(number)) == wanted


def shortest_float32(number: float, offset: int = 0) -> str:
    """The text of a float32 from which a reader subtracts an offset."""
    [text] = shortest([number + offset], lambda n: same_float32(n - offset, number))
    return text
