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
        levels = zip(features, self.strides, self.cells, strict=True)
        return ops.concatenate([self._level(*level) for level in levels], axis=0)

    def count(self, features):
        """How many anchors each level has: list of ints, or of scalar tensors."""
        shapes = [ops.shape(level) for level in features]
        return [shape[1] * shape[2] * self.per_cell for shape in shapes]

    def _level(self, feature, stride, cell):
        height, width = ops.shape(feature)[1:3]
        y = (ops.cast(ops.arange(height), "float32") + self.offset) * stride
        x = (ops.cast(ops.arange(width), "float32") + self.offset) * stride
        y, x = ops.meshgrid(y, x, indexing="ij")  # [Hl, Wl]
        centers = ops.stack([y, x, y, x], axis=-1)[:, :, None, :]
        return ops.reshape(centers + ops.convert_to_tensor(cell), [-1, 4])
