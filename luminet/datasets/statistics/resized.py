"""How large pictures and objects are for the network: `transforms.Resize` in NumPy."""

from typing import Literal

import numpy as np


class ResizedSize:
    """Sizes after a resize to a shorter side of `min_size`, never beyond `max_size`.

    Args:
        min_size: int, pixels of the shorter side.
        max_size: int, pixels that the longer side may have.
        rounding: where a side is no whole number of pixels: "nearest" or "down".
    """

    def __init__(
        self,
        min_size: int = 600,
        max_size: int = 1024,
        rounding: Literal["nearest", "down"] = "nearest",
    ):
        if not 1 <= min_size <= max_size:
            raise ValueError(
                "`min_size` must be positive and not above `max_size`. "
                f"Received: min_size={min_size}, max_size={max_size}"
            )
        self.min_size = min_size
        self.max_size = max_size
        self.round = np.floor if rounding == "down" else np.round

    def __call__(self, sizes: np.ndarray) -> np.ndarray:
        """New heights and widths, float32 `[P, 2]`, of old ones, `[P, 2]`."""
        sizes = np.asarray(sizes, np.float64)
        shorter, longer = sizes.min(axis=1), sizes.max(axis=1)
        factor = np.minimum(self.min_size / shorter, self.max_size / longer)
        resized = np.maximum(self.round(sizes * factor[:, None]), 1.0)
        return resized.astype(np.float32)


def resized_boxes(
    boxes: np.ndarray, sizes: np.ndarray, new_sizes: np.ndarray
) -> np.ndarray:
    """Boxes `[N, 4]` on pictures that went from one size to another, `[N, 2]` each."""
    return boxes * np.tile(new_sizes / sizes.astype(np.float32), 2)
