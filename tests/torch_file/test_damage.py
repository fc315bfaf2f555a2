"""Files that are cut, and files with another byte here and there."""

import random

import pytest

from luminet.errors import InputError
from luminet.torch_file import read_state
from tests.torch_file.hand_made import (
    SIX,
    of_six,
)
from tests.torch_file.test_weights import FOLDER, READ


@pytest.mark.parametrize("file", ["network_legacy", "protocol_4"])
def test_a_file_cut_anywhere_is_refused(write, file):
    data = (FOLDER / f"{file}.pth").read_bytes()
    for length in range(0, len(data), 7):
        with pytest.raises(InputError):
            read_state(write(data[:length]))


def test_a_flipped_bit_of_a_number_in_an_archive_is_refused(write):
    data = of_six(shape=[6], strides=[1])
    start = data.index(SIX)
    for place in range(8 * len(SIX)):
        flipped = bytearray(data)
        flipped[start + place // 8] ^= 1 << place % 8
        with pytest.raises(InputError, match="Bad CRC-32"):
            read_state(write(flipped))


@pytest.mark.parametrize("file", READ)
def test_damage_never_ends_in_another_error(write, file):
    data = (FOLDER / f"{file}.pth").read_bytes()
    chance = random.Random(0)
    for _ in range(300):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(data))] = chance.randrange(256)
        try:
            arrays = read_state(write(damaged))
        except InputError as error:
            assert len(str(error).splitlines()) == 1
        else:
            assert sum(array.nbytes for array in arrays.values()) < 10 * len(data)
