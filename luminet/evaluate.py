"""Measure a model on a split."""

from collections.abc import Callable
from dataclasses import dataclass

import tensorflow as tf

from luminet import metrics, proposals
from luminet.datasets import pipeline, tfrecord
from luminet.datasets.example import Example
from luminet.detections import Detections
from luminet.errors import InputError
from luminet.predict import make_detect, to_detections


@dataclass(frozen=True)
class Evaluation:
    """What a model did on a split.

    Attributes:
        numbers: see `metrics.evaluate`.
        ground_truth: the examples of the split, without their pictures.
        detections: what was found on each, in the same order.
    """

    numbers: dict
    ground_truth: list[Example]
    detections: list[Detections]


def evaluate(
    model,
    split,
    resize,
    class_names,
    detect=None,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Run a model over a split, and compare what it finds with the truth.

    Args:
        model: `DetectionModel`.
        split: `datasets.store.Split`.
        resize: `datasets.transforms.Resize`.
        class_names: of the model, in the order of the class numbers; see also
            `proposals.CLASS_NAMES`.
        detect: `predict.make_detect(model)`, if there is one already.
        progress: is told how many pictures are done, and how many there are.
    """
    detect = detect or make_detect(model)
    ground_truth = read_ground_truth(split)
    objects_only = tuple(class_names) == proposals.CLASS_NAMES
    if objects_only:
        ground_truth = proposals.without_classes(ground_truth)
    found = []
    for batch in pipeline.evaluation_batches(split, resize):
        keys = ("image", "image_size", "scale")
        found += to_detections(detect({key: batch[key] for key in keys}))
        if progress:
            progress(len(found), len(ground_truth))
    numbers = metrics.evaluate(ground_truth, found, class_names)
    if objects_only:
        numbers |= proposals.average_recall(ground_truth, found)
    return Evaluation(numbers, ground_truth, found)


def check_classes(class_names, store) -> None:
    """Compare the classes of a model with those of a data set; "object" is any.

    Raises:
        InputError: they are not the same, in the same order.
    """
    if tuple(class_names) not in (tuple(store.class_names), proposals.CLASS_NAMES):
        raise InputError(
            f"{store.folder}: its classes ({', '.join(store.class_names)}) are not the "
            f"model's ({', '.join(class_names)})"
        )


def read_ground_truth(split) -> list[Example]:
    """The objects of every picture of a split, in pixels of the original picture."""
    records = tf.data.TFRecordDataset([str(file) for file in split.files])
    return [
        _example(record) for record in records.map(tfrecord.parse).as_numpy_iterator()
    ]


def _example(record):
    return Example(
        image_id=record["image_id"].decode(),
        filename=record["filename"].decode(),
        image=b"",
        height=int(record["height"]),
        width=int(record["width"]),
        **{
            key: record[key]
            for key in ("boxes", "classes", "difficult", "crowd", "area")
        },
    )
