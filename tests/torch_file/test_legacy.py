"""Files of before PyTorch 1.6 that are not as they should be."""

import struct

import pytest

from luminet.errors import InputError
from luminet.torch_file import read_state
from tests.torch_file.hand_made import (
    COUNTED,
    GOOD_LEGACY,
    NONE,
    NUMBERS,
    SIX,
    TRUE,
    legacy_file,
    mapping,
    number,
    pickle,
    storage,
    tensor,
)


@pytest.mark.parametrize(
    "changed, told",
    [
        ({"magic": number(1)}, "another format"),
        ({"version": 1002}, "another version of the format"),
        ({"system": mapping(little_endian=b"\x89")}, "big-endian"),
        ({"system": NONE}, "big-endian"),
        ({"keys": ()}, "other storages than are named"),
        ({"keys": ("0", "0")}, "other storages than are named"),
        ({"keys": ("0", "1")}, "other storages than are named"),
        ({"stored": struct.pack("<q", 3) + SIX[:12]}, "a storage of another size"),
        ({"stored": struct.pack("<q", -2) + NUMBERS}, "a storage of another size"),
        ({"stored": COUNTED[:-1]}, "cut off"),
        ({"content": GOOD_LEGACY[:-1]}, "damaged"),
    ],
)
def test_an_older_file_that_is_damaged_is_refused(write, changed, told):
    with pytest.raises(InputError, match=told):
        read_state(write(legacy_file(**changed)))


def test_a_storage_that_is_a_view_is_refused(write):
    view = b"(X\x01\x00\x00\x001K\x00K\x02t"
    body = pickle(mapping(a=tensor(storage(2, view=view), [2], [1])))
    with pytest.raises(InputError, match="no storage"):
        read_state(write(legacy_file(body)))


def test_the_system_of_the_older_format_may_say_more(write):
    system = mapping(little_endian=TRUE, protocol_version=number(1001))
    assert "a" in read_state(write(legacy_file(system=system)))
