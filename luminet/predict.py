"""Find objects on pictures."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from luminet import checkpoints
from luminet.config import construct
from luminet.datasets import image, pipeline
from luminet.datasets.transforms import Resize
from luminet.detections import Detections
from luminet.errors import InputError


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
        self._prepare = tf.function(
            self._prepare, input_signature=[tf.TensorSpec([None, None, 3], tf.uint8)]
        )

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
        (found,) = to_detections(self._detect(self._prepare(pixels)))
        return found

    def _prepare(self, pixels):
        sample = self._resize({"image": pixels})
        sample["image"] = pipeline.pad_image(sample["image"])
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


def find_pictures(paths: Sequence[Path]) -> Iterator[Path]:
    """The pictures among files and folders; a folder's are sorted, and not nested.

    Raises:
        InputError: a path does not exist, or a folder holds no picture.
    """
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if _looks_like_picture(p))
            if not inside:
                raise InputError(
                    f"{path}: no pictures in this folder. Allowed endings: "
                    f"{', '.join(image.EXTENSIONS)}"
                )
            yield from inside
        elif path.exists():
            yield path
        else:
            raise InputError(f"{path}: no such file or folder")


def _looks_like_picture(path):
    return path.suffix.lower() in image.EXTENSIONS and path.is_file()
