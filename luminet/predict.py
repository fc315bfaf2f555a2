"""Find objects on pictures."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from luminet import checkpoints
from luminet.config import construct
from luminet.datasets import padding
from luminet.datasets.transforms import Resize
from luminet.detections import Detections
from luminet.errors import InputError
from luminet.spelling import did_you_mean


class Predictor:
    """A trained model, ready for pictures.

    Several can live in one process.

    Args:
        checkpoint: `checkpoints.Checkpoint`.
    """

    def __init__(self, checkpoint):
        self.class_names = checkpoint.class_names
        self._resize = construct(
            Resize, checkpoint.config["dataset"]["resize"], "dataset.resize"
        )
        self._detect = make_detect(checkpoint.model)
        signature = [tf.TensorSpec([None, None, 3], tf.uint8)]
        self._to_batch = tf.function(self._prepare, input_signature=signature)

    @classmethod
    def load(cls, path: Path | str) -> "Predictor":
        """Load a checkpoint, or the best one of a run.

        Raises:
            InputError: there is none, or it is damaged.
        """
        return cls(checkpoints.load(path))

    def predict(self, pixels: np.ndarray) -> Detections:
        """Find the objects on one picture.

        Args:
            pixels: uint8 `[H, W, 3]`, RGB, as `datasets.image.decode` returns it.
        """
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
            raise ValueError(
                "`pixels` must be uint8 [H, W, 3]. "
                f"Received: {pixels.dtype} {list(pixels.shape)}"
            )
        (found,) = to_detections(self._detect(self._to_batch(pixels)))
        return found

    def class_indices(self, names) -> list[int]:
        """The numbers of classes by name.

        Raises:
            InputError: there is no class of that name.
        """
        for name in names:
            if name not in self.class_names:
                known = ", ".join(self.class_names)
                guess = did_you_mean(name, self.class_names)
                raise InputError(
                    f"the model knows no class '{name}', only {known}{guess}"
                )
        return [self.class_names.index(name) for name in names]

    def _prepare(self, pixels):
        sample = self._resize({"image": pixels})
        sample["image"] = padding.pad_image(sample["image"])
        return {key: value[None] for key, value in sample.items()}


def make_detect(model):
    """Compile a model into a function from batches to detections.

    Returns:
        A function of a dict of `image` `[B, H, W, 3]`, `image_size` `[B, 2]` and
        `scale` `[B, 2]`, whose result has `boxes` `[B, D, 4]` in pixels of the original
        pictures, `scores` `[B, D]` and `classes` `[B, D]`, -1 in the padding.
    """
    signature = {
        "image": tf.TensorSpec([None, None, None, 3], tf.float32),
        "image_size": tf.TensorSpec([None, 2], tf.float32),
        "scale": tf.TensorSpec([None, 2], tf.float32),
    }

    @tf.function(input_signature=[signature])
    def detect(batch):
        found = model.detections(model(batch, training=False))
        scale = tf.concat([batch["scale"], batch["scale"]], axis=1)
        return {**found, "boxes": found["boxes"] / scale[:, None, :]}

    return detect


def to_detections(found) -> list[Detections]:
    """Take the padding off what `make_detect`'s function returned, image by image."""
    found = {key: value.numpy() for key, value in found.items()}
    kept = found["classes"] >= 0
    return [
        Detections(
            found["boxes"][i][real], found["scores"][i][real], found["classes"][i][real]
        )
        for i, real in enumerate(kept)
    ]
