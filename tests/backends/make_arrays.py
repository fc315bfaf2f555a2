"""Write what TensorFlow makes of each case: a checkpoint, predictions, gradients.

python -m tests.backends.make_arrays FOLDER
"""

import sys
from pathlib import Path

import numpy as np

from luminet import checkpoints
from tests.backends.cases import CASES, CLASS_NAMES, make_batch, make_config, make_model
from tests.backends.step import differentiate, predict


def main(folder):
    for name in CASES:
        model = make_model(name)
        place = folder / name
        checkpoints.save(place, model, make_config(name), CLASS_NAMES, 0, {})
        np.savez(folder / f"{name}-predictions.npz", **predict(model, make_batch()))
        losses, gradients = differentiate(model, make_batch())
        np.savez(folder / f"{name}-losses.npz", **losses)
        # A path has slashes, which are folders to NumPy.
        arrays = {path.replace("/", "|"): value for path, value in gradients.items()}
        np.savez(folder / f"{name}-gradients.npz", **arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
