"""Read the tensors of a `.pth` file, without PyTorch and without running what is in it.

Two formats: a zip of a pickle and of one file for each block of numbers, and that of
PyTorch before 1.6, pickles and blocks one after the other.
"""

import io
import math
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from luminet import torch_pickle
from luminet.errors import InputError
from luminet.torch_pickle import PickleError, shown

_LEGACY_VERSION = 1001
_ZIP_MAGIC = b"PK\x03\x04"
_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_USUAL_NAMES = ("model", "state_dict", "model_state_dict")
# A pickle of names and sizes, not of numbers.
_MAX_PICKLE = 2**24
# What damaged files make Python and `zipfile` raise; a PickleError is a ValueError.
_DAMAGED = (
    ArithmeticError,
    EOFError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)


@dataclass
class _Storage:
    """A block of numbers: several tensors may be views of it."""

    dtype: np.dtype
    size: int
    numbers: np.ndarray | None = None

    @property
    def num_bytes(self):
        return self.size * self.dtype.itemsize

    def fill(self, data):
        if len(data) != self.num_bytes:
            raise PickleError("damaged (cut off)")
        self.numbers = np.frombuffer(data, self.dtype)


@dataclass(frozen=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple
    strides: tuple

    def to_array(self):
        """A view of the storage, in which all of the tensor must lie."""
        counts = (self.offset, *self.shape, *self.strides)
        if any(type(n) is not int or n < 0 for n in counts):
            raise PickleError("a size that is none")
        count = math.prod(self.shape)
        ends = [(n - 1) * s for n, s in zip(self.shape, self.strides, strict=True)]
        inside = not count or self.offset + sum(ends) < self.storage.size
        # A stride of zero would make a large tensor of one number.
        if not inside or count > self.storage.size:
            raise PickleError("a tensor beyond its numbers")
        numbers = self.storage.numbers[self.offset :]
        strides = [s * numbers.itemsize for s in self.strides]
        view = np.lib.stride_tricks.as_strided(numbers, self.shape, strides)
        return from_bfloat16(view["bfloat16"]) if view.dtype == _BFLOAT16 else view


def from_bfloat16(bits):
    """Float32 of the numbers that 16 bits, uint16, stand for: the upper half of it."""
    return (bits.astype(np.uint32) << 16).view(np.float32)


def _make_tensor(
    storage, offset, shape, strides, requires_grad=False, hooks=None, flags=None
):
    if not isinstance(storage, _Storage):
        raise PickleError("a tensor without numbers")
    if hooks or flags:
        raise PickleError("a tensor with hooks or flags, which weights have not")
    return _Tensor(storage, offset, shape, strides)


def _make_parameter(tensor, requires_grad=True, hooks=None):
    return tensor


def _make_dict(pairs=()):
    # Python 2 gives its items at once.
    if not all(isinstance(name, str) for name, _ in pairs):
        raise PickleError("a key that is no name")
    return dict(pairs)


_BFLOAT16 = np.dtype([("bfloat16", "<u2")])
_DTYPES = {
    "Float": "<f4",
    "Double": "<f8",
    "Half": "<f2",
    "BFloat16": _BFLOAT16,
    "Long": "<i8",
    "Int": "<i4",
    "Short": "<i2",
    "Char": "i1",
    "Byte": "u1",
    "Bool": "?",
}
_NAMES = {
    "collections.OrderedDict": _make_dict,
    "torch._utils._rebuild_tensor": _make_tensor,
    "torch._utils._rebuild_tensor_v2": _make_tensor,
    "torch._utils._rebuild_parameter": _make_parameter,
    "torch.nn.parameter.Parameter": _make_parameter,
    **{f"torch.{kind}Storage": np.dtype(code) for kind, code in _DTYPES.items()},
}


def read_state(path: Path | str) -> dict[str, np.ndarray]:
    """Read a dict of tensors that `torch.save` wrote.

    Among other things it is found under the names that training scripts use.

    Returns:
        Arrays by name; those of one storage share their memory. bfloat16 becomes
        float32.

    Raises:
        InputError: the file cannot be read, is damaged, or holds anything else.
    """
    try:
        with open(path, "rb") as file:
            is_zip = file.read(len(_ZIP_MAGIC)) == _ZIP_MAGIC
            file.seek(0)
            state = _read_zip(file) if is_zip else _read_legacy(file)
            for name in _USUAL_NAMES:
                if isinstance(state, dict) and isinstance(state.get(name), dict):
                    state = state[name]
            if not isinstance(state, dict) or not state:
                raise PickleError(f"a {type(state).__name__} without tensors")
            return {name: _to_array(name, value) for name, value in state.items()}
    except _DAMAGED as error:
        raise InputError(
            f"{path}: must be a .pth file of tensors by name (a state dict of "
            f"PyTorch). Found: {error}"
        ) from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error


def _to_array(name, value):
    if not isinstance(name, str) or not isinstance(value, _Tensor):
        raise PickleError(f"under {shown(name)} something that is no tensor")
    return value.to_array()


class _Storages(dict):
    """The storages that a pickle names, by their keys."""

    def load(self, identity):
        kind, dtype, key, _, size, *view = identity
        if kind != "storage" or not isinstance(dtype, np.dtype) or any(view):
            raise PickleError(f"something that is no storage: {shown(kind)}")
        if not isinstance(key, str) or type(size) is not int or size < 0:
            raise PickleError("damaged (a storage without a size)")
        storage = self.setdefault(key, _Storage(dtype, size))
        if (storage.dtype, storage.size) != (dtype, size):
            raise PickleError("damaged (a storage of two kinds)")
        return storage


def _read_pickle(file, storages=None):
    load = _Storages().load if storages is None else storages.load
    return torch_pickle.read(file, _NAMES, load)


def _check_total(storages, file):
    """Before anything is read: a file cannot hold more than its own size."""
    total = sum(storage.num_bytes for storage in storages.values())
    if total > os.fstat(file.fileno()).st_size:
        raise PickleError("damaged (cut off)")


def _read_zip(file):
    with zipfile.ZipFile(file) as archive:
        names = [n for n in archive.namelist() if n.endswith("/data.pkl")]
        if len(names) != 1:
            raise PickleError("a zip without data.pkl")
        folder = names[0].removesuffix("data.pkl")
        order = f"{folder}byteorder"
        if order in archive.namelist() and _member(archive, order, 6) != b"little":
            raise PickleError("numbers of a big-endian machine")
        storages = _Storages()
        pickle = _member(archive, names[0], _MAX_PICKLE)
        state = _read_pickle(io.BytesIO(pickle), storages)
        _check_total(storages, file)
        for key, storage in storages.items():
            storage.fill(_member(archive, f"{folder}data/{key}", storage.num_bytes))
    return state


def _member(archive, name, max_size):
    """The bytes of a file in a zip; never more than are on the disk."""
    try:
        info = archive.getinfo(name)
    except KeyError as error:
        raise PickleError(f"a zip without {shown(name)}") from error
    is_plain = info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1
    if not is_plain or info.file_size > max_size:
        raise PickleError(f"a zip whose {shown(name)} is not as PyTorch writes it")
    return archive.read(info)


def _read_legacy(file):
    if _read_pickle(file) != _LEGACY_MAGIC:
        raise PickleError("another format")
    if _read_pickle(file) != _LEGACY_VERSION:
        raise PickleError("another version of the format")
    machine = _read_pickle(file)
    if not isinstance(machine, dict) or machine.get("little_endian") is not True:
        raise PickleError("numbers of a big-endian machine")
    storages = _Storages()
    state = _read_pickle(file, storages)
    keys = _read_pickle(file)
    is_list = isinstance(keys, list) and all(isinstance(key, str) for key in keys)
    if not is_list or sorted(keys) != sorted(storages):
        raise PickleError("damaged (other storages than are named)")
    _check_total(storages, file)
    for key in keys:
        if int.from_bytes(file.read(8), "little") != storages[key].size:
            raise PickleError("damaged (a storage of another size)")
        storages[key].fill(file.read(storages[key].num_bytes))
    return state
