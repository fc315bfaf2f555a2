"""Files of safetensors: one that PyTorch wrote, and some that nobody should have."""

import json
import struct

import numpy as np
import pytest

from luminet.errors import InputError
from luminet.safetensors_file import read_state
from tests.oracle import load
from tests.torch_file.test_weights import FOLDER


def made_of(entries, data=b"", size=None):
    header = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    return struct.pack("<Q", len(header) if size is None else size) + header + data


def entry(shape, start, end, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def test_every_array_is_what_torch_wrote():
    found = read_state(FOLDER / "types.safetensors")
    saved = load("weight_files")
    assert {f"types/{name}" for name in found} <= set(saved) and len(found) == 10
    for name, array in found.items():
        np.testing.assert_array_equal(array, saved[f"types/{name}"], strict=True)


def test_its_metadata_is_no_tensor(write):
    header = {"__metadata__": {"format": "pt"}, "a": entry([], 0, 4)}
    found = read_state(write(made_of(header, struct.pack("<f", 1.5))))
    np.testing.assert_array_equal(found["a"], np.float32(1.5), strict=True)
    assert list(found) == ["a"]


@pytest.fixture
def write(tmp_path):
    def write(data):
        (tmp_path / "weights.safetensors").write_bytes(data)
        return tmp_path / "weights.safetensors"

    return write


@pytest.mark.parametrize(
    "data, told",
    [
        (made_of({"a": entry([1], 4, 8)}, bytes(8)), "invalid offset"),
        (made_of({"a": entry([1], 0, 4)}, bytes(8)), "not fully covered"),
        (made_of({"a": entry([2], 0, 8)}, bytes(4)), "must be a"),
        (made_of({"a": entry([3], 0, 4)}, bytes(4)), "must be a"),
        (made_of({n: entry([1], 0, 4) for n in "ab"}, bytes(4)), "invalid offset"),
        (made_of({"a": entry([-1], 0, 4)}, bytes(4)), "must be a"),
        (
            made_of({"a": entry([2**40, 2**40], 0, 4)}, bytes(4)),
            "must be a",
        ),
        (made_of({"a": entry([0, 2**60, 2**60], 0, 0)}), "must be a"),
        (made_of({"a": entry([2], 0, 2, "F8_E4M3")}, bytes(2)), "type F8_E4M3"),
        (
            made_of({"a": entry([2], 0, 2, "os.system")}, bytes(2)),
            "must be a",
        ),
        (made_of(b"{nope"), "must be a"),
        (made_of(b'{"a":' * 10**5), "must be a"),
        (made_of({}, size=2**40), "must be a"),
        (made_of({"a": [1]}), "must be a"),
    ],
)
def test_a_file_that_is_damaged_is_refused(write, data, told):
    with pytest.raises(InputError, match=told) as caught:
        read_state(write(data))
    assert len(str(caught.value).splitlines()) == 1
