"""Detectors whose weights are published, for `lumi checkpoint import`."""

from dataclasses import dataclass
from pathlib import Path

from luminet.cache import cache_folder


@dataclass(frozen=True)
class Source:
    """A detector of torchvision, and the weights that are published for it.

    Attributes:
        config: the same detector here, below `luminet/models`.
        file: the published file; its name ends with the start of its SHA-256.
        epsilon: of batch normalisation, with the published file. Weights that were
            trained with it replaced before have 0 here.
        megabytes: of the published file.
    """

    config: str
    file: str
    epsilon: float
    megabytes: int

    @property
    def url(self) -> str:
        """Where the published file is."""
        return f"{BASE_URL}{self.file}"

    def is_published(self, checksum: str) -> bool:
        """Whether a file with this SHA-256 is the published one."""
        return checksum.startswith(self.file.rpartition("-")[2].partition(".")[0])


BASE_URL = "https://download.pytorch.org/models/"
LICENSE = "BSD-3-Clause (torchvision); trained on COCO 2017"
SOURCES = {
    "fasterrcnn_resnet50_fpn": Source(
        config="faster_rcnn/torchvision.yml",
        file="fasterrcnn_resnet50_fpn_coco-258fb6c6.pth",
        epsilon=0.0,
        megabytes=168,
    ),
    "fasterrcnn_resnet50_fpn_v2": Source(
        config="faster_rcnn/torchvision_resnet50_fpn_v2.yml",
        file="fasterrcnn_resnet50_fpn_v2_coco-dd69338a.pth",
        epsilon=1e-5,
        megabytes=175,
    ),
    "fasterrcnn_mobilenet_v3_large_fpn": Source(
        config="faster_rcnn/torchvision_mobilenet_v3_large_fpn.yml",
        file="fasterrcnn_mobilenet_v3_large_fpn-fb6a3cc7.pth",
        epsilon=1e-5,
        megabytes=78,
    ),
    "fasterrcnn_mobilenet_v3_large_320_fpn": Source(
        config="faster_rcnn/torchvision_mobilenet_v3_large_320_fpn.yml",
        file="fasterrcnn_mobilenet_v3_large_320_fpn-907ea3f9.pth",
        epsilon=1e-5,
        megabytes=78,
    ),
}


# For whoever has no other wish.
ALIASES = {
    "accurate": "fasterrcnn_resnet50_fpn_v2",
    "fast": "fasterrcnn_mobilenet_v3_large_320_fpn",
}


def detector_of(text: Path | str) -> str | None:
    """Which of `SOURCES` is meant by its name or alias; None if none is."""
    name = ALIASES.get(str(text), str(text))
    return name if name in SOURCES else None


def import_command(name: str) -> str:
    """What to type to fetch one of `SOURCES`, in backticks."""
    return f"`lumi checkpoint import --from torchvision:{name}`"


def how_to_fetch(name: str) -> str:
    """What fetches one of `SOURCES`, and how much that is, in words."""
    return f"{import_command(name)} downloads it ({SOURCES[name].megabytes} MB)"


def downloads_folder() -> Path:
    """Where published files are kept."""
    return cache_folder() / "downloads"


def checkpoints_folder() -> Path:
    """Where the checkpoints that are made of published files are."""
    return cache_folder() / "checkpoints"


def checkpoint_folder(name: str) -> Path:
    """Where the checkpoint that is made of a published file belongs."""
    return checkpoints_folder() / name


def is_here(name: str) -> bool:
    """Whether that checkpoint has been made on this machine."""
    return checkpoint_folder(name).is_dir()
