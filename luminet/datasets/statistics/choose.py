"""Choose a few of many candidates so that everyone finds a good one among them."""

import numpy as np


def choose_best(values: np.ndarray, weights: np.ndarray, count: int) -> list[int]:
    """Choose candidates with the highest mean, over rows, of a row's best value.

    Greedy, then by exchange: a chosen one is replaced while another one is better; of
    equally good ones the first is taken. Greed alone is within 1 - 1/e of the best
    choice (Nemhauser et al., 1978).

    Args:
        values: `[N, K]`, not negative, of each candidate for each row.
        weights: `[N]`, of the rows.
        count: at most K.

    Returns:
        Indices of the chosen ones, in order.
    """
    values = np.asfortranarray(values)  # a candidate after the other: far faster
    chosen: list[int] = []
    for _ in range(count):
        chosen.append(_best_addition(values, weights, chosen))
    before = -1.0
    while (now := weights @ values[:, chosen].max(axis=1)) > before + 1e-9:
        before = now
        for _ in range(count):
            chosen = chosen[1:]
            chosen.append(_best_addition(values, weights, chosen))
    return sorted(chosen)


def _best_addition(values, weights, taken):
    """The candidate, not taken yet, that adds most to those taken."""
    free = [index for index in range(values.shape[1]) if index not in taken]
    best = values[:, taken].max(axis=1, initial=0.0)
    return max(free, key=lambda index: weights @ np.maximum(best, values[:, index]))
