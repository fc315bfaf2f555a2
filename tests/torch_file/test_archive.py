"""Archives that are more, or less, than they seem."""

import io
import struct
import zipfile

import pytest

from luminet.errors import InputError
from luminet.torch_file import read_state
from tests.torch_file.hand_made import (
    NUMBERS,
    of_six,
    zip_file,
)


@pytest.mark.parametrize(
    "data, told",
    [
        (zip_file(compression=zipfile.ZIP_DEFLATED), "not as PyTorch writes it"),
        (zip_file(others={"byteorder": b"big"}), "big-endian"),
        (zip_file(storages={"0": NUMBERS[:4]}), "cut off"),
        (zip_file(storages={"0": NUMBERS + b"x"}), "not as PyTorch writes it"),
    ],
)
def test_an_archive_that_pytorch_would_not_write_is_refused(write, data, told):
    with pytest.raises(InputError, match=told):
        read_state(write(data))


def test_an_archive_in_two_folders_is_refused(write):
    file = io.BytesIO(zip_file())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("other/data.pkl", b"")
    with pytest.raises(InputError, match="a zip without data.pkl"):
        read_state(write(file.getvalue()))


def test_an_archive_without_a_description_is_refused(write):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/version", b"3")
    with pytest.raises(InputError, match="without data.pkl"):
        read_state(write(file.getvalue()))


def test_members_that_lie_over_each_other_are_refused(write):
    data = bytearray(of_six(shape=[6], strides=[1]))
    for start in (data.rindex(b"PK\x01\x02"),):
        data[start + 20 : start + 28] = struct.pack("<II", 2**30, 2**30)
    with pytest.raises(InputError, match="Found: "):
        read_state(write(data))


def test_a_description_of_more_than_its_limit_is_refused(write):
    data = zip_file(b"N" * (2**24 + 1))
    with pytest.raises(InputError, match="data.pkl. is not as PyTorch"):
        read_state(write(data))
