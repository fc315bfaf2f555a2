"""Boxes by size: small, medium and large, with the limits that COCO has."""

import numpy as np

BANDS = ("small", "medium", "large")
# Square pixels from which on a box is medium, or large.
LIMITS = (32**2, 96**2)


def size_band(box_sizes: np.ndarray) -> np.ndarray:
    """The index in `BANDS` of each box, `[N]`.

    COCO's own measures go by the area of an outline where there is one. Here the box
    alone counts: numbers are the same in a notation that has no outlines.

    Args:
        box_sizes: `[N, 2]`, height and width in pixels of the picture, not resized.
    """
    return np.searchsorted(LIMITS, box_sizes.prod(axis=1), side="right")
