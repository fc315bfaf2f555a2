"""Anchors: the reference boxes that the region proposal network scores and moves."""

from keras import ops

from luminet.models.anchor_grid import AnchorGrid


class Anchors(AnchorGrid):
    """An `AnchorGrid`, laid on feature maps."""

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
