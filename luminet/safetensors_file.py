"""Read the tensors of a `.safetensors` file.

The package of that name checks that they fill the file without gap or overlap. The
format has no checksum: a damaged number is not seen.
"""

from pathlib import Path

import numpy as np

from luminet.errors import InputError
from luminet.torch_file import from_bfloat16
from luminet.torch_pickle import shown

_DTYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<u2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "i1",
    "U8": "u1",
    "BOOL": "?",
}


def read_state(path: Path | str) -> dict[str, np.ndarray]:
    """Read all tensors, by name; bfloat16 becomes float32.

    Raises:
        InputError: the file cannot be read, is damaged, or has a type that weights
            have not.
    """
    # Whoever reads other files is spared the package.
    from safetensors import SafetensorError, deserialize

    try:
        entries = deserialize(Path(path).read_bytes())
        return {name: _array(name, **entry) for name, entry in entries}
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    except (SafetensorError, ValueError) as error:
        raise InputError(
            f"{path}: must be a .safetensors file. Found: {shown(str(error))}"
        ) from error


def _array(name, dtype, shape, data):
    if dtype not in _DTYPES:
        raise ValueError(f"{shown(name)} has the type {dtype}, which is not read")
    array = np.frombuffer(data, _DTYPES[dtype]).reshape(shape)
    return from_bfloat16(array) if dtype == "BF16" else array
