"""Give a ResNet v1.5 the weights of a classifier that was trained with torchvision."""

import re
from pathlib import Path

from luminet import safetensors_file, torch_file
from luminet.models.convolution import BATCH_NORM_EPSILON
from luminet.models.torchvision_layers import Reader, assign_all
from luminet.models.torchvision_trunks import trunk

SUFFIXES = (".pth", ".pt", ".safetensors")
# The classes, and how often batch normalisation was called.
_IGNORED = re.compile(r"fc\.(weight|bias)|.*\.num_batches_tracked")


def load(network, file):
    """Set all weights of a classifier without its top.

    Args:
        network: model, one of `resnet`.
        file: path of a state dict, such as torchvision's `resnet50-11ad3fa6.pth`.

    Raises:
        InputError: the file cannot be read.
        ValueError: a name is missing or unknown, or an array has a wrong shape.
    """
    is_safetensors = Path(file).suffix == ".safetensors"
    state = (safetensors_file if is_safetensors else torch_file).read_state(file)
    # In a detector, the same arrays have names that begin so.
    names = {f"backbone.body.{n}": n for n in state if not _IGNORED.fullmatch(n)}
    pairs = [*trunk(network, Reader(state, names, BATCH_NORM_EPSILON))]
    assign_all(pairs, names.values())
