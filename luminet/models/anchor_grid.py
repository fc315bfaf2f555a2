"""Anchors before there are features: sizes, shapes and places, without Keras."""

import numpy as np

from luminet.config import construct
from luminet.models.strides import pyramid_strides, read_strides


class AnchorGrid:
    """Boxes of several sizes and shapes around every cell of each feature level.

    The cell in row i stands for the pixel row `(i + offset) * stride`
    (Faster R-CNN, section 3.1.1).

    Args:
        strides: ints, pixels between neighbouring cells, one per level.
        sizes: for each level a list of floats: square roots of areas, in pixels.
        ratios: list of floats: height over width.
        offset: float, 0 as torchvision, or 0.5: the middle of the cell.
        rounded: bool, round the corners of the reference boxes as torchvision does.
        fitted: bool, take for the stride of a level the pixels of the image over its
            cells, rounded down, as torchvision does. It is less than the nominal one
            where the last cell reaches beyond the image.

    Attributes:
        per_cell: how many anchors share a cell.
        cells: for each level the boxes of one cell, float32 `[per_cell, 4]`, around the
            origin.
    """

    def __init__(
        self,
        strides,
        sizes: list[list[float]] = ((32.0,), (64.0,), (128.0,), (256.0,), (512.0,)),
        ratios: list[float] = (0.5, 1.0, 2.0),
        offset: float = 0.5,
        rounded: bool = False,
        fitted: bool = False,
    ):
        if len(sizes) != len(strides):
            names = ", ".join(map(str, strides))
            raise ValueError(
                "`sizes` must have one list for each feature level "
                f"({len(strides)}, of stride {names}); examples/c4.yml is a model of "
                f"one. Received: sizes={sizes}"
            )
        if len({len(level) for level in sizes}) != 1 or not sizes[0]:
            raise ValueError(
                "`sizes` must have equally many sizes, at least one, for each level. "
                f"Received: sizes={sizes}"
            )
        if not ratios or min(ratios) <= 0 or min(map(min, sizes)) <= 0:
            raise ValueError(
                "`sizes` and `ratios` must be positive. "
                f"Received: sizes={sizes}, ratios={ratios}"
            )
        if not 0.0 <= offset <= 1.0:
            raise ValueError(f"`offset` must be in [0, 1]. Received: offset={offset}")
        self.strides = tuple(strides)
        self.sizes = sizes
        self.ratios = ratios
        self.offset = offset
        self.rounded = rounded
        self.fitted = fitted
        self.per_cell = len(sizes[0]) * len(ratios)
        self.cells = [_reference_boxes(level, ratios, rounded) for level in sizes]

    def like(self, **changes) -> "AnchorGrid":
        """The same grid but for some of the arguments."""
        names = ("strides", "sizes", "ratios", "offset", "rounded", "fitted")
        settings = {name: getattr(self, name) for name in names}
        return AnchorGrid(**(settings | changes))


def read_anchor_grid(config: dict) -> AnchorGrid:
    """The anchors of the `model` section of a config, without building the model.

    Raises:
        InputError: a setting is wrong; the message names its full path.
    """
    strides = read_strides(config)
    if config["fpn"]["enabled"]:
        strides = pyramid_strides(strides)
    return construct(AnchorGrid, config["anchors"], "model.anchors", strides=strides)


def _reference_boxes(sizes, ratios, rounded):
    """Boxes around the origin, `[ratios * sizes, 4]`: the ratio changes slowest."""
    height_over_size = np.sqrt(np.asarray(ratios, np.float64))[:, None]
    sizes = np.asarray(sizes, np.float64)[None, :]
    height = (height_over_size * sizes).ravel()
    width = (sizes / height_over_size).ravel()
    boxes = np.stack([-height, -width, height, width], axis=1) / 2.0
    return (np.round(boxes) if rounded else boxes).astype(np.float32)
