"""The table of `docs/models.md`, counted and measured: run it to print the table.

python -m tests.models.architecture_table
"""

import math

import keras

from luminet.models.architectures import ARCHITECTURES, STRIDES
from luminet.models.base_network import BaseNetwork
from tests.models.receptive_field import measure_offsets

HEADER = (
    "| `architecture` | channels of the four maps | parameters | looks off by | pixels "
    "| trained from | tail |\n|---|---|---|---|---|---|---|"
)


def make_row(name, network):
    """One line of the table; the weights of the network are changed by it."""
    known = ARCHITECTURES[name]
    maps = network.trunk.output_shape
    cells = [
        f"`{name}`",
        ", ".join(str(shape[-1]) for shape in maps),
        f"{network.trunk.count_params() / 1e6:.1f} M",
        _bound(measure_offsets(network.trunk, STRIDES)),
        f"`{known.pixels}`",
        f"`{known.trainable_from}`",
        "yes" if known.has_tail else "no",
    ]
    return f"| {' | '.join(cells)} |"


def _bound(offsets):
    """The largest of them, rounded up to tenths."""
    largest = max(offsets, key=abs)
    tenths = math.ceil(10 * abs(largest) - 0.05)
    return f"{math.copysign(tenths, largest) / 10:+.1f}" if tenths else "0"


if __name__ == "__main__":
    print(HEADER)
    for _name in ARCHITECTURES:
        print(make_row(_name, BaseNetwork(_name, strides=STRIDES)), flush=True)
        keras.backend.clear_session()
