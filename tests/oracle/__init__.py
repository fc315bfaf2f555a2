"""Stored answers of code that was not written here; see README.md."""

from pathlib import Path

import numpy as np


def load(name):
    """The arrays of one file, by name."""
    return dict(np.load(Path(__file__).parent / f"{name}.npz"))
