"""Write small files with PyTorch, in both of its formats, and what is in them.

Run it as `make_arrays.py`.
"""

import collections
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent


def main():
    torch.manual_seed(0)
    whole = torch.randn(4, 6)
    state = collections.OrderedDict(
        whole=whole,
        transposed=whole.T,
        part=whole[1:3, 2:],
        channels_last=torch.randn(1, 3, 2, 2).to(memory_format=torch.channels_last),
        parameter=torch.nn.Parameter(torch.randn(5)),
        number=torch.tensor(7),
        nothing=torch.zeros(0, 3),
        half=torch.randn(3).half(),
        double=torch.randn(3).double(),
        int32=torch.arange(3, dtype=torch.int32),
        bytes=torch.arange(3, dtype=torch.uint8),
        bools=torch.tensor([True, False]),
    )
    state._metadata = {"": {"version": 1}}
    arrays = {name: value.detach().numpy() for name, value in state.items()}
    np.savez_compressed(HERE / "torch_file.npz", **arrays)
    torch.save(state, HERE / "torch_file_zip.pth")
    torch.save(
        state, HERE / "torch_file_legacy.pth", _use_new_zipfile_serialization=False
    )


if __name__ == "__main__":
    main()
