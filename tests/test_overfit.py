"""Trained on four pictures, a model knows them by heart: all parts learn together."""

import numpy as np
import pytest

from luminet import train
from luminet.box_ops import pairwise_iou
from luminet.datasets import image
from luminet.predict import Predictor
from tests.run_records import losses, rows
from tests.tiny_data import draw_examples, tiny_config, write_store

# All of them are padded to 128x128, alone as in a batch: what lies beside so small a
# picture counts.
SIZES = [(112, 128), (128, 112), (120, 120), (100, 128)]
SETTINGS = """
dataset={resize: {min_size: 100, max_size: 128}, augmentation: []}
model.base_network.train_batch_norm=true
model.anchors.sizes=[[16, 24, 36]]
model.rpn.head.channels=64
model.rpn.proposal={pre_nms: 200, post_nms: 50}
model.rpn.proposal={pre_nms_training: 200, post_nms_training: 50}
model.rpn.target.num_samples=32
model.rcnn.target.num_samples=32
train={steps: 200, batch_size: 4, log_every: 20}
train={checkpoint_every: 1000, evaluate_every: 0}
train.learning_rate={base: 0.02, warmup_steps: 20}
"""


@pytest.fixture(scope="module")
def examples():
    return draw_examples(SIZES, [2, 3, 1, 4], seed=5)


@pytest.fixture(scope="module")
def folder(examples, tmp_path_factory):
    """A run that is evaluated on what it learnt from."""
    place = tmp_path_factory.mktemp("overfit")
    store = write_store(place / "store", train=examples, val=examples)
    return train.run(tiny_config(store.folder, place, *SETTINGS.strip().splitlines()))


def test_loss_falls_to_next_to_nothing(folder):
    assert losses(folder)[0] > 1.5
    assert losses(folder)[-1] < 0.1


def test_every_object_is_found_and_nothing_else(folder):
    last = rows(folder)[-1]
    assert float(last["AP50"]) == 1.0
    assert float(last["AP"]) > 0.8


def test_predictions_are_the_objects(folder, examples):
    predictor = Predictor.load(folder.path)
    for example in examples:
        found = predictor.predict(image.decode(example.image)).select(min_prob=0.5)
        iou = np.asarray(pairwise_iou(example.boxes, found.boxes))
        best = iou.argmax(axis=1)
        assert iou.max(axis=1).min() > 0.5
        np.testing.assert_array_equal(found.classes[best], example.classes)
        assert len(found) == len(example.boxes)
