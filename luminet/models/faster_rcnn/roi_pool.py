"""Cut regions of any size out of feature maps, all to one size."""

from typing import Literal

from keras import ops

from luminet.models import kernels


class RoIPool:
    """Pool regions by crop-and-resize.

    `align` is RoIAlign (Mask R-CNN, section 3) with two by two samples in each bin,
    equal to torchvision's operator. `crop` samples twice as many points as wanted from
    edge to edge and keeps the highest of each two by two, as the implementations of
    Faster R-CNN in TensorFlow did.

    Args:
        stride: int, pixels between neighbouring cells of the feature map.
        size: int, height and width of what comes out.
        mode: "align" or "crop".
        aligned: bool, for `align`: whether cell 0 lies in the middle of its pixels
            (Detectron2) or on pixel 0 (torchvision's default, which also widens
            regions to at least one cell).
    """

    def __init__(
        self,
        stride,
        size: int = 7,
        mode: Literal["align", "crop"] = "align",
        aligned: bool = True,
    ):
        if size < 1:
            raise ValueError(f"`size` must be positive. Received: size={size}")
        self.stride = stride
        self.size = size
        self.mode = mode
        self.aligned = aligned

    def __call__(self, features, regions):
        """Pool the regions of one batch.

        Args:
            features: list of one `[B, H, W, F]`.
            regions: `[B, R, 4]`, in pixels of the image.

        Returns:
            `[B, R, size, size, F]`.
        """
        (feature,) = features
        # In cells, and never a gradient through where to look.
        regions = ops.stop_gradient(regions) / self.stride
        if self.mode == "crop":
            return self._crop(feature, regions)
        return self._align(feature, regions)

    def _crop(self, feature, regions):
        crops = kernels.crop_and_resize(feature, regions, [2 * self.size] * 2)
        return self._pool(crops, ops.max_pool)

    def _align(self, feature, regions):
        first, last = regions[..., :2], regions[..., 2:]
        if self.aligned:
            first, last = first - 0.5, last - 0.5
        else:
            last = first + ops.maximum(last - first, 1.0)
        # Samples lie in the middles of the quarters of a bin.
        half_step = (last - first) / (4.0 * self.size)
        points = ops.concatenate([first + half_step, last - half_step], axis=-1)
        # Up to one cell outside, RoIAlign repeats the border; further out is zero.
        crops = kernels.crop_and_resize(
            _repeat_border(feature), points + 1.0, [2 * self.size] * 2
        )
        return self._pool(crops, ops.average_pool)

    def _pool(self, crops, pool):
        batch, regions, height, width, channels = ops.shape(crops)
        crops = ops.reshape(crops, [-1, height, width, channels])
        pooled = pool(crops, pool_size=2, strides=2, padding="valid")
        return ops.reshape(pooled, [batch, regions, self.size, self.size, channels])


def _repeat_border(feature):
    """Add a copy of the outermost rows and columns: `[B, H + 2, W + 2, F]`."""
    rows = ops.concatenate([feature[:, :1], feature, feature[:, -1:]], axis=1)
    return ops.concatenate([rows[:, :, :1], rows, rows[:, :, -1:]], axis=2)
