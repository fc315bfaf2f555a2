"""Pictures of a run: what the network sees, and what it found beside the truth."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from luminet import atomic, vis
from luminet.datasets import tfrecord

# On a picture for people, a guess that is hardly believed is only in the way.
SHOWN_FROM = 0.5


def draw_batches(batches, class_names, folder: Path) -> None:
    """Draw each batch with its boxes, as it goes into the model: `batch-0.png` ..."""
    for index, batch in enumerate(batches.as_numpy_iterator()):
        drawn = [
            _draw_sample(batch, i, class_names) for i in range(len(batch["image"]))
        ]
        _save(vis.sheet(drawn), folder / f"batch-{index}.png")


def draw_evaluation(evaluation, split, class_names, path: Path, count: int = 6) -> None:
    """Draw the truth beside what was found, for the first pictures of a split."""
    records = tf.data.TFRecordDataset([str(file) for file in split.files]).take(count)
    drawn = []
    for record, truth, found in zip(
        records, evaluation.ground_truth, evaluation.detections, strict=False
    ):
        image = tfrecord.decode_image(tfrecord.parse(record)["encoded"]).numpy()
        left = vis.draw_ground_truth(
            image,
            truth.boxes,
            truth.classes,
            class_names,
            truth.difficult | truth.crowd,
        )
        right = vis.draw_detections(image, found.select(SHOWN_FROM), class_names)
        drawn.append(vis.side_by_side(left, right))
    _save(vis.sheet(drawn, columns=2, cell_width=960), path)


def _draw_sample(batch, index, class_names):
    height, width = batch["image_size"][index].astype(int)
    image = np.clip(np.round(batch["image"][index, :height, :width]), 0, 255)
    return vis.draw_ground_truth(
        image.astype(np.uint8),
        batch["gt_boxes"][index],
        batch["gt_classes"][index],
        class_names,
        batch["gt_ignore"][index],
    )


def _save(image, path):
    with atomic.open_file(path, "wb") as file:
        image.save(file, "PNG")
