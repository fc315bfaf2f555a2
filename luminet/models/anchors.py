"""Anchors: the reference boxes that the region proposal network scores and moves."""

import numpy as np
from keras import ops


class Anchors:
    """Boxes of several sizes and shapes around every feature cell.

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
    """

    def __init__(
        self,
        strides,
        sizes: list[list[float]] = ((64.0, 128.0, 256.0, 512.0),),
        ratios: list[float] = (0.5, 1.0, 2.0),
        offset: float = 0.5,
        rounded: bool = False,
        fitted: bool = False,
    ):
        if len(sizes) != len(strides):
            raise ValueError(
                "`sizes` must have one list for each feature level "
                f"({len(strides)}). Received: sizes={sizes}"
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
        self.offset = offset
        self.fitted = fitted
        self.per_cell = len(sizes[0]) * len(ratios)
        self.cells = [_reference_boxes(level, ratios, rounded) for level in sizes]

    def __call__(self, features):
        """All anchors of an image, ordered by level, row, column, ratio and size.

        Args:
            features: list of `[B, Hl, Wl, F]`, one per level; only their shape counts.

        Returns:
            `[A, 4]`.
        """
        sizes = [ops.shape(level)[1:3] for level in features]
        image_size = [side * self.strides[0] for side in sizes[0]]
        levels = [
            self._level(size, self._strides(image_size, size, stride), cell)
            for size, stride, cell in zip(sizes, self.strides, self.cells, strict=True)
        ]
        return ops.concatenate(levels, axis=0)

    def count(self, features):
        """How many anchors each level has: list of ints, or of scalar tensors."""
        shapes = [ops.shape(level) for level in features]
        return [shape[1] * shape[2] * self.per_cell for shape in shapes]

    def _strides(self, image_size, size, stride):
        """Of one level, along y and x."""
        if not self.fitted:
            return stride, stride
        return [pixels // cells for pixels, cells in zip(image_size, size, strict=True)]

    def _level(self, size, strides, cell):
        y, x = map(self._positions, size, strides)
        y, x = ops.meshgrid(y, x, indexing="ij")  # [Hl, Wl]
        centers = ops.stack([y, x, y, x], axis=-1)[:, :, None, :]
        return ops.reshape(centers + ops.convert_to_tensor(cell), [-1, 4])

    def _positions(self, cells, stride):
        steps = ops.cast(ops.arange(cells), "float32") + self.offset
        return steps * ops.cast(stride, "float32")


def _reference_boxes(sizes, ratios, rounded):
    """Boxes around the origin, `[ratios * sizes, 4]`: the ratio changes slowest."""
    height_over_size = np.sqrt(np.asarray(ratios, np.float64))[:, None]
    sizes = np.asarray(sizes, np.float64)[None, :]
    height = (height_over_size * sizes).ravel()
    width = (sizes / height_over_size).ravel()
    boxes = np.stack([-height, -width, height, width], axis=1) / 2.0
    return (np.round(boxes) if rounded else boxes).astype(np.float32)
