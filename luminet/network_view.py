"""What of a config decides how large objects are for the network, and on what anchors.

It is known without building the network, so TensorFlow is not needed.
"""

from luminet.config import Config, check, construct
from luminet.datasets.statistics.anchor_cover import NetworkView
from luminet.datasets.statistics.resized import ResizedSize
from luminet.models.anchor_grid import read_anchor_grid


def read_view(config: Config) -> NetworkView:
    """How the network of a config looks at pictures.

    Raises:
        InputError: a setting is wrong; the message names its full path.
    """
    path, target = "model.rpn.target", config["model"]["rpn"]["target"]
    return NetworkView(
        construct(ResizedSize, config["dataset"]["resize"], "dataset.resize"),
        read_anchor_grid(config["model"]),
        check(target["positive_iou"], float, f"{path}.positive_iou"),
        check(target["border"], float | None, f"{path}.border"),
    )


def settings_of(view: NetworkView) -> dict:
    """The settings that make a view, as they stand in a config."""
    sizes = [[_plain(size) for size in level] for level in view.grid.sizes]
    resize = {"min_size": view.resize.min_size, "max_size": view.resize.max_size}
    ratios = [_plain(ratio) for ratio in view.grid.ratios]
    return {
        "dataset": {"resize": resize},
        "model": {"anchors": {"sizes": sizes, "ratios": ratios}},
    }


def _plain(number: float) -> float:
    """A whole number without its ".0"."""
    return int(number) if number == int(number) else number
