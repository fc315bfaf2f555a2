import itertools

import numpy as np

from luminet.datasets.statistics.choose import choose_best

EQUAL = np.full(4, 0.25)


def test_the_best_alone_is_not_always_among_the_best_two():
    # Candidate 0 is good for all, but 1 and 2 together are better.
    values = np.array(
        [[0.7, 1.0, 0.0], [0.7, 1.0, 0.0], [0.7, 0.0, 1.0], [0.7, 0.0, 1.0]]
    )
    assert choose_best(values, EQUAL, 1) == [0]
    assert choose_best(values, EQUAL, 2) == [1, 2]


def test_weights_decide():
    values = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert choose_best(values, np.array([0.4, 0.6]), 1) == [1]
    assert choose_best(values, np.array([0.6, 0.4]), 1) == [0]


def test_all_may_be_chosen():
    assert choose_best(np.zeros([4, 3]), EQUAL, 3) == [0, 1, 2]


def test_is_near_the_best_choice_there_is(rng):
    for _ in range(20):
        values = rng.uniform(0, 1, [30, 8])
        weights = np.full(30, 1 / 30)
        chosen = choose_best(values, weights, 3)
        found = values[:, chosen].max(axis=1).mean()
        best = max(
            values[:, list(three)].max(axis=1).mean()
            for three in itertools.combinations(range(8), 3)
        )
        assert found >= 0.98 * best
