"""Cut regions of any size out of feature maps, all to one size."""

import functools
import math
from typing import Literal

from keras import ops

from luminet import box_ops
from luminet.models import kernels

# Of an object as large as ImageNet's pictures, and so a region of this size, the
# feature map of this stride knows most (FPN, section 4.2).
CANONICAL_SIZE = 224.0
CANONICAL_STRIDE = 16


class RoIPool:
    """Pool regions by crop-and-resize, each from the level that suits its size.

    `align` is RoIAlign (Mask R-CNN, section 3) with two by two samples in each bin,
    equal to torchvision's operator. `crop` samples twice as many points as wanted from
    edge to edge and keeps the highest of each two by two, as the implementations of
    Faster R-CNN in TensorFlow did.

    Args:
        strides: ints, pixels between neighbouring cells of each level, each twice the
            one before; of last levels with the same the first counts, as torchvision
            has it. Further levels of the features are not looked at.
        size: int, height and width of what comes out.
        mode: "align" or "crop".
        aligned: bool, for `align`: whether cell 0 lies in the middle of its pixels
            (Detectron2) or on pixel 0 (torchvision's default, which also widens
            regions to at least one cell).
    """

    def __init__(
        self,
        strides,
        size: int = 7,
        mode: Literal["align", "crop"] = "align",
        aligned: bool = True,
    ):
        if size < 1:
            raise ValueError(f"`size` must be positive. Received: size={size}")
        self.strides = tuple(dict.fromkeys(strides))
        self.size = size
        self.mode = mode
        self.aligned = aligned

    def __call__(self, features, regions):
        """Pool the regions of one batch.

        Args:
            features: list of `[B, Hl, Wl, F]`, one per level.
            regions: `[B, R, 4]`, in pixels of the image.

        Returns:
            `[B, R, size, size, F]`.
        """
        batch, count = ops.shape(regions)[:2]
        # Never a gradient through where to look.
        regions = ops.reshape(ops.stop_gradient(regions), [-1, 4])  # [B * R, 4]
        image_index = ops.repeat(ops.arange(batch, dtype="int32"), count)
        pool = self._crop if self.mode == "crop" else self._align
        pools = [
            functools.partial(pool, feature, stride)
            for feature, stride in zip(features, self.strides, strict=False)
        ]
        pooled = kernels.map_groups(pools, self.levels(regions), regions, image_index)
        channels = features[0].shape[-1]
        return ops.reshape(pooled, [batch, count, self.size, self.size, channels])

    def levels(self, regions):
        """The level that each region is pooled from (FPN, equation 1).

        Args:
            regions: `[..., 4]`, in pixels of the image.

        Returns:
            int32 `[...]`, positions in `strides`.
        """
        # Finite for a region without size; and a whole number stays what it is.
        size = ops.maximum(ops.sqrt(box_ops.area(regions)), 1e-6)
        level = ops.floor(ops.log2(size / CANONICAL_SIZE) + 1e-6)
        first = math.log2(CANONICAL_STRIDE / self.strides[0])
        last = len(self.strides) - 1
        return ops.cast(ops.clip(level + first, 0, last), "int32")

    def _crop(self, feature, stride, regions, image_index):
        crops = kernels.crop_and_resize(
            feature, regions / stride, image_index, [2 * self.size] * 2
        )
        return _pool(crops, ops.max_pool)

    def _align(self, feature, stride, regions, image_index):
        regions = regions / stride
        first, last = regions[:, :2], regions[:, 2:]
        if self.aligned:
            first, last = first - 0.5, last - 0.5
        else:
            last = first + ops.maximum(last - first, 1.0)
        # Samples lie in the middles of the quarters of a bin.
        half_step = (last - first) / (4.0 * self.size)
        points = ops.concatenate([first + half_step, last - half_step], axis=-1)
        # Up to one cell outside, RoIAlign repeats the border; further out is zero.
        crops = kernels.crop_and_resize(
            _repeat_border(feature), points + 1.0, image_index, [2 * self.size] * 2
        )
        return _pool(crops, ops.average_pool)


def _pool(crops, pool):
    return pool(crops, pool_size=2, strides=2, padding="valid")


def _repeat_border(feature):
    """Add a copy of the outermost rows and columns: `[B, H + 2, W + 2, F]`."""
    rows = ops.concatenate([feature[:, :1], feature, feature[:, -1:]], axis=1)
    return ops.concatenate([rows[:, :, :1], rows, rows[:, :, -1:]], axis=2)
