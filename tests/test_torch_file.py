"""Files of PyTorch: what is read, and that nothing in them is run."""

import collections
import io
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luminet.errors import InputError
from luminet.torch_file import read_state
from tests import oracle

FILES = {
    name: Path(oracle.__file__).with_name(f"torch_file_{name}.pth")
    for name in ("zip", "legacy")
}
both = pytest.mark.parametrize("format_name", FILES)


@both
def test_tensors_are_those_that_pytorch_wrote(format_name):
    state, expected = read_state(FILES[format_name]), oracle.load("torch_file")
    assert list(state) == list(expected)
    for name, array in expected.items():
        np.testing.assert_array_equal(state[name], array)
        assert state[name].dtype == array.dtype


class Evil:
    """Runs a command where it is unpickled."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def write(path, content, protocol=2):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(content, protocol))


@pytest.mark.parametrize(
    "content, found",
    [
        ({"a": Evil(os.system, "touch ran")}, "posix.system"),
        ({"a": Evil(eval, "1")}, "__builtin__.eval"),
        ({"a": Evil(getattr, {}, "get")}, "__builtin__.getattr"),
        ({"a": np.ones(2)}, "numpy"),
        ({"a": collections.Counter()}, "collections.Counter"),
    ],
)
def test_a_file_that_names_anything_else_is_refused(
    tmp_path, monkeypatch, content, found
):
    monkeypatch.chdir(tmp_path)
    write("evil.pth", content)
    with pytest.raises(InputError, match=f"no part of weights: .{found}"):
        read_state("evil.pth")
    assert not Path("ran").exists()


@pytest.mark.parametrize(
    "content, found",
    [
        ([1, 2], "a list"),
        ({"a": 1}, "under 'a' something that is no tensor"),
        ({1: 1}, "under 1 something that is no tensor"),
        ({"model": {}}, "a dict without tensors"),
    ],
)
def test_what_is_no_dict_of_tensors_is_named(tmp_path, content, found):
    write(tmp_path / "other.pth", content)
    with pytest.raises(InputError, match=found):
        read_state(tmp_path / "other.pth")


def test_a_newer_pickle_is_refused(tmp_path):
    write(tmp_path / "newer.pth", {"a": {1, 2}}, protocol=4)
    with pytest.raises(InputError, match="instruction that weights do not need"):
        read_state(tmp_path / "newer.pth")


def rewrite(source, target, changes, compression=zipfile.ZIP_STORED):
    """Copy a zip, with other bytes for some of its members; None leaves one out."""
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(target, "w", compression) as new,
    ):
        for name in old.namelist():
            data = changes.get(name.partition("/")[2], old.read(name))
            if data is not None:
                new.writestr(name, data)


@pytest.mark.parametrize(
    "changes, found",
    [
        ({"data/0": b"short"}, "cut off"),
        ({"data/0": None}, "a zip without 'torch_file_zip/data/0'"),
        ({"data/0": bytes(4096)}, "not as PyTorch writes it"),
        ({"data.pkl": None}, "a zip without data.pkl"),
        ({"byteorder": b"big"}, "big-endian"),
        ({"data.pkl": b"\x80\x02}q\x00"}, "exhausted"),
    ],
)
def test_a_damaged_zip_is_refused(tmp_path, changes, found):
    rewrite(FILES["zip"], tmp_path / "bad.pth", changes)
    with pytest.raises(InputError, match=found):
        read_state(tmp_path / "bad.pth")


def test_text_is_told_to_be_no_pickle(tmp_path):
    path = tmp_path / "text.pth"
    path.write_text("hello")
    with pytest.raises(InputError, match="Found: no pickle, or a damaged one$"):
        read_state(path)


def test_a_compressed_zip_is_refused(tmp_path):
    rewrite(FILES["zip"], tmp_path / "bomb.pth", {}, zipfile.ZIP_DEFLATED)
    with pytest.raises(InputError, match="not as PyTorch writes it"):
        read_state(tmp_path / "bomb.pth")


@pytest.mark.parametrize("content", [b"", b"no weights", b"PK\x03\x04"])
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "other.pth"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"must be a \.pth file"):
        read_state(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.pth: No such file"):
        read_state(tmp_path / "none.pth")


@both
def test_a_file_that_was_cut_off_is_refused(tmp_path, format_name):
    path, data = tmp_path / "cut.pth", FILES[format_name].read_bytes()
    for size in range(0, len(data), 37):
        path.write_bytes(data[:size])
        with pytest.raises(InputError):
            read_state(path)


@both
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_damage_is_never_more_than_an_error(format_name, data, tmp_path_factory):
    content = bytearray(FILES[format_name].read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(
            st.integers(0, 255)
        )
    path = tmp_path_factory.getbasetemp() / f"fuzzed-{format_name}.pth"
    path.write_bytes(content)
    try:
        state = read_state(path)
    except InputError as error:
        assert "\n" not in str(error)
    else:
        buffer = io.BytesIO()
        np.savez(buffer, **{str(i): array for i, array in enumerate(state.values())})
