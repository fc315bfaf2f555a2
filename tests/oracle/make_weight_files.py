"""Make the files of the folder `weight_files`: small ones of each kind PyTorch writes.

Run it where torch is installed, from any folder:

    pip install torch==2.13.0 numpy safetensors==0.8.0
    python tests/oracle/make_weight_files.py

The files were made with exactly these versions. The arrays in them are in
`weight_files.npz`, by "file name/tensor name", as numpy has them; bfloat16 as float32.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

FOLDER = Path(__file__).parent / "weight_files"
DTYPES = {
    "double": torch.float64,
    "float": torch.float32,
    "half": torch.float16,
    "bfloat16": torch.bfloat16,
    "long": torch.int64,
    "int": torch.int32,
    "short": torch.int16,
    "char": torch.int8,
    "byte": torch.uint8,
    "bool": torch.bool,
}


def types():
    values = torch.tensor([[0.0, 1.0, 2.5], [100.0, 3.140625, 0.0]])
    return {name: values.to(dtype) for name, dtype in DTYPES.items()}


def views():
    """Tensors that are not their whole storage, in its order."""
    whole = torch.arange(24.0).reshape(4, 6)
    return {
        "whole": whole,
        "row": whole[2],
        "block": whole[1:3, 2:5],
        "turned": whole.T,
        "every_second": whole[::2, 1::3],
        "channels_last": torch.arange(16.0)
        .reshape(1, 2, 2, 4)
        .contiguous(memory_format=torch.channels_last),
        "scalar": torch.tensor(7, dtype=torch.int64),
        "empty": torch.zeros(0, 3),
        "tied": whole,
    }


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU())


def training():
    """What a training script keeps: the weights among other things."""
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(torch.ones(2, 1, 4, 4)).sum().backward()
    optimizer.step()
    return {
        "epoch": 3,
        "best": 0.25,
        "done": False,
        "optimizer": optimizer.state_dict(),
        "model": model.state_dict(),
    }


def save(name, content, state_dict=None, **options):
    torch.save(content, FOLDER / f"{name}.pth", **options)
    return {
        f"{name}/{key}": to_numpy(tensor)
        for key, tensor in (state_dict or content).items()
    }


def to_numpy(tensor):
    tensor = tensor.detach()
    return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy()


def main():
    FOLDER.mkdir(exist_ok=True)
    old = {"_use_new_zipfile_serialization": False}
    trained = training()
    arrays = {
        **save("types", types()),
        **save("views", views()),
        **save("network_legacy", network().state_dict(), **old),
        **save("training", trained, trained["model"]),
        **save("protocol_4", network().state_dict(), pickle_protocol=4),
    }
    save_file(types(), FOLDER / "types.safetensors")
    np.savez_compressed(FOLDER.with_suffix(".npz"), **arrays)
    # What is refused: code or classes, among the weights or instead of them.
    torch.save(network(), FOLDER / "refused_model.pth")
    torch.save({"a": torch.eye(2).to_sparse()}, FOLDER / "refused_sparse.pth")


if __name__ == "__main__":
    main()
