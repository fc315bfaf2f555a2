"""Everything that a page shows of one picture, gathered."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from luminet.checkpoints import Checkpoint
from luminet.config import construct
from luminet.datasets import padding
from luminet.datasets.example import Example
from luminet.datasets.transforms import Resize
from luminet.detections import Detections
from luminet.inspection.fate import Fate, trace
from luminet.inspection.marking import Mark, mark_detections
from luminet.inspection.stations import Stations, collect
from luminet.inspection.targets import Targets, make_targets
from luminet.inspection.truth import Truth
from luminet.models.faster_rcnn.rpn_detector import RPNDetector


@dataclass(frozen=True, eq=False)
class Inspection:
    """A picture's way through a detector, beside the truth.

    Attributes:
        pixels: uint8 `[H, W, 3]`, the picture as it is.
        resized: uint8, as the network gets it, without padding.
        padded_size: height and width with padding.
        scale: float32 `[2]`, resized over original, y and x.
        class_names: of the model.
        stations: what each made of it; in pixels of `resized`, as are all boxes here.
        min_prob: the lowest score of a detection that counts.
        found: the detections that count.
        truth: the objects; None where they are not known.
        targets: None without truth, or where that is no object.
        marks: of `found`; empty without truth.
        fates: of the objects; empty without truth.
    """

    pixels: np.ndarray
    resized: np.ndarray
    padded_size: tuple[int, int]
    scale: np.ndarray
    class_names: tuple[str, ...]
    stations: Stations
    min_prob: float
    found: Detections
    truth: Truth | None
    targets: Targets | None
    marks: list[Mark]
    fates: list[Fate]


def inspect_picture(
    checkpoint: Checkpoint,
    pixels: np.ndarray,
    example: Example | None = None,
    min_prob: float = 0.5,
) -> Inspection:
    """Send a picture through a model, and keep what is seen on the way.

    Args:
        checkpoint: of a `FasterRCNN` or `RPNDetector`.
        pixels: uint8 `[H, W, 3]`, RGB, upright.
        example: its objects, with the model's class numbers, if they are known.
        min_prob: detections from this score on count, if the model's own limit is not
            above it.
    """
    model, names = checkpoint.model, checkpoint.class_names
    if not isinstance(model, RPNDetector):
        min_prob = max(min_prob, model.rcnn.detection.min_score)
    sample = _resize(checkpoint.config, pixels, example)
    padded = padding.pad_image(sample["image"])
    batch = {"image": padded[None], "image_size": sample["image_size"][None]}
    stations, tensors = collect(model, batch)
    found = stations.regions.detections.select(min_prob)
    truth, targets, marks, fates = None, None, [], []
    if example is not None:
        ignored = example.difficult | example.crowd
        truth = Truth(sample["boxes"].numpy(), example.classes, ignored)
        marks = mark_detections(found, truth)
        fates = trace(stations, truth, found, marks, min_prob, names)
        if len(truth):
            targets = make_targets(model, stations, tensors, truth)
    resized = np.clip(np.round(sample["image"].numpy()), 0, 255).astype(np.uint8)
    return Inspection(
        pixels,
        resized,
        tuple(padded.shape[:2]),
        sample["scale"].numpy(),
        names,
        stations,
        min_prob,
        found,
        truth,
        targets,
        marks,
        fates,
    )


def _resize(config, pixels, example):
    resize = construct(Resize, config["dataset"]["resize"], "dataset.resize")
    sample = {"image": tf.constant(pixels)}
    if example is not None:
        sample["boxes"] = tf.constant(example.boxes)
    return resize(sample)
