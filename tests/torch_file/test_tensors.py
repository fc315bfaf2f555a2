"""Tensors that are part of their storage, and those that reach out of it."""

import numpy as np
import pytest

from luminet.errors import InputError
from luminet.torch_file import read_state
from tests.torch_file.hand_made import (
    NONE,
    legacy_file,
    mapping,
    of_six,
    pickle,
    storage,
    tensor,
    zip_file,
)


@pytest.mark.parametrize(
    "where, expected",
    [
        ({"shape": [2, 3], "strides": [3, 1]}, [[0, 1, 2], [3, 4, 5]]),
        ({"shape": [3, 2], "strides": [1, 3]}, [[0, 3], [1, 4], [2, 5]]),
        ({"shape": [2], "strides": [2], "offset": 3}, [3, 5]),
        ({"shape": [1], "strides": [2**40], "offset": 5}, [5]),
        ({"shape": [], "strides": [], "offset": 4}, 4),
        ({"shape": [0, 3], "strides": [3, 1]}, np.zeros([0, 3])),
        ({"shape": [2, 2], "strides": [1, 1]}, [[0, 1], [1, 2]]),
    ],
)
def test_a_tensor_is_any_part_of_its_storage(write, where, expected):
    found = read_state(write(of_six(**where)))["a"]
    np.testing.assert_array_equal(found, np.float32(expected), strict=True)


@pytest.mark.parametrize(
    "where",
    [
        {"shape": [7], "strides": [1]},
        {"shape": [6], "strides": [1], "offset": 1},
        {"shape": [1], "strides": [1], "offset": 6},
        {"shape": [2], "strides": [6]},
        {"shape": [2], "strides": [2**40]},
        {"shape": [2], "strides": [-1], "offset": 3},
        {"shape": [-1], "strides": [1]},
        {"shape": [-2, -3], "strides": [3, 1]},
        {"shape": [2], "strides": [1], "offset": -1},
        {"shape": [2], "strides": [1], "offset": -(2**62)},
        {"shape": [2**62], "strides": [1]},
        {"shape": [2**200], "strides": [1]},
        {"shape": [2**20, 2**20, 2**20], "strides": [0, 0, 0]},
        {"shape": [7], "strides": [0]},
        {"shape": [10**12], "strides": [0]},
        {"shape": [2, 3], "strides": [1]},
        {"shape": [1] * 99, "strides": [1] * 99},
    ],
)
def test_a_tensor_outside_of_its_storage_is_refused(write, where):
    with pytest.raises(InputError):
        read_state(write(of_six(**where)))


def test_tensors_that_share_all_their_numbers_share_the_memory(write):
    size = 1000
    many = {f"a{i}": tensor(storage(size), [size], [1]) for i in range(100)}
    data = zip_file(pickle(mapping(**many)), {"0": bytes(4 * size)})
    found = read_state(write(data))
    assert len(found) == 100 and np.shares_memory(found["a0"], found["a99"])


@pytest.mark.parametrize("count", [1, 3, 2**40, -1, 2**63])
def test_a_storage_of_another_size_is_refused(write, count):
    body = pickle(mapping(a=tensor(storage(count), [1], [1])))
    with pytest.raises(InputError):
        read_state(write(zip_file(body)))
    body = pickle(mapping(a=tensor(storage(count, view=NONE), [1], [1])))
    with pytest.raises(InputError):
        read_state(write(legacy_file(body)))


@pytest.mark.parametrize("other", [storage(1, kind="Double"), storage(1)])
def test_one_storage_cannot_be_two_things(write, other):
    both = mapping(a=tensor(storage(2), [2], [1]), b=tensor(other, [1], [1]))
    with pytest.raises(InputError, match="a storage of two kinds"):
        read_state(write(zip_file(pickle(both))))


@pytest.mark.parametrize("key", ["1", "../version", "0\n", "", "x" * 10**6])
def test_a_storage_that_is_not_there_is_told(write, key):
    body = pickle(mapping(a=tensor(storage(2, key), [2], [1])))
    with pytest.raises(InputError, match="a zip without ") as caught:
        read_state(write(zip_file(body)))
    assert len(str(caught.value)) < 400
