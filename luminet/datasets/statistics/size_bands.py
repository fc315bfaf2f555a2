"""Objects by size: small, medium and large, as COCO has them."""

import numpy as np

BANDS = ("small", "medium", "large")
# Square pixels from which on an object is medium, or large.
LIMITS = (32**2, 96**2)


def size_band(areas: np.ndarray) -> np.ndarray:
    """The index in `BANDS` of each object, `[N]`.

    Args:
        areas: `[N]`, square pixels of the picture as it is, not resized.
    """
    return np.searchsorted(LIMITS, areas, side="right")
