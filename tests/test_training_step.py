"""The training step: on a model for mental arithmetic, and on two devices."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import tensorflow as tf

from luminet.models.detection_model import DetectionModel
from luminet.optimizers import LearningRate, Optimizer
from luminet.training_step import TrainingStep


class Product(DetectionModel):
    """Multiplies numbers with its two weights; the product should be 0."""

    def __init__(self):
        super().__init__()
        self.factor = self.add_weight(shape=(), initializer="ones", name="factor")
        self.fixed = self.add_weight(
            shape=(), initializer="ones", trainable=False, name="fixed"
        )

    def call(self, inputs, training=False):
        return inputs["x"] * self.factor * self.fixed

    def compute_losses(self, outputs):
        square = tf.reduce_sum(outputs**2, axis=1)
        return {"square": square, "zero": tf.zeros_like(square)}


@pytest.fixture
def step():
    rate = LearningRate(10, schedule="constant", base=0.1, warmup_steps=0)
    optimizer = Optimizer(rate, momentum=0.0, weight_decay=0.0, clip_norm=None)
    model = Product()
    optimizer.keras.build(model.trainable_variables)
    signature = {"x": tf.TensorSpec([None, None], tf.float32)}
    return TrainingStep(model, optimizer, 2, signature)


def batch(*rows):
    return {"x": tf.constant(rows, tf.float32)}


def test_losses_are_means_over_the_batch(step):
    losses = {name: float(loss) for name, loss in step.run(batch([1], [3])).items()}
    assert losses == {"loss": 5.0, "square": 5.0, "zero": 0.0}


def test_weights_move_against_the_gradient(step):
    step.run(batch([1], [3]))
    assert float(step.model.factor) == pytest.approx(1.0 - 0.1 * 10.0)


def test_frozen_weights_stay(step):
    step.run(batch([1], [3]))
    assert float(step.model.fixed) == 1.0


def test_optimizer_counts_the_steps(step):
    for _ in range(3):
        step.run(batch([1], [3]))
    assert int(step.optimizer.keras.iterations) == 3


def test_step_is_traced_once_for_all_sizes(step):
    for width in (1, 2, 5):
        step.run({"x": tf.zeros([2, width])})
    assert step.run.experimental_get_tracing_count() == 1


class HalfProduct(Product):
    """The same in float16, which ends at 65,504 and, downwards, at 6e-8."""

    def call(self, inputs, training=False):
        factor = tf.cast(self.factor.value, tf.float16)
        return tf.cast(tf.cast(inputs["x"], tf.float16) * factor, tf.float32)


def half_step(learning_rate, **settings):
    optimizer = Optimizer(
        learning_rate, momentum=0.0, weight_decay=0.0, clip_norm=None, **settings
    )
    model = HalfProduct()
    optimizer.keras.build(model.trainable_variables)
    signature = {"x": tf.TensorSpec([None, None], tf.float32)}
    return TrainingStep(model, optimizer, 2, signature)


@pytest.mark.parametrize("use_loss_scale, factor", [(True, 0.8), (False, 1.0)])
def test_loss_scale_saves_gradients_too_small_for_float16(use_loss_scale, factor):
    step = half_step(1e7, use_loss_scale=use_loss_scale)
    losses = step.run(batch([1e-4], [1e-4]))  # The gradient is 2e-8.
    assert float(losses["loss"]) == pytest.approx(1e-8, rel=1e-3)
    assert float(step.model.factor) == pytest.approx(factor, rel=1e-3)


def test_steps_that_overflow_are_skipped_until_the_scale_is_small_enough():
    step = half_step(0.1, use_loss_scale=True)
    factors, scales = [], []
    for _ in range(3):
        # The gradient is 4, and the largest number that it is made of.
        step.run(batch([2.0], [0.0]))
        factors.append(float(step.model.factor))
        scales.append(float(step.optimizer.loss_scale))
    assert factors == pytest.approx([1.0, 1.0, 0.6])
    assert scales == [2.0**14, 2.0**13, 2.0**13]
    assert int(step.optimizer.keras.iterations) == 1


@pytest.fixture(scope="module")
def difference(tmp_path_factory):
    """How far runs on one and on two devices are apart; see `two_replicas.py`."""
    folder = tmp_path_factory.mktemp("two")
    command = [sys.executable, "-m", "tests.two_replicas", str(folder)]
    ended = subprocess.run(
        command, capture_output=True, text=True, cwd=Path(__file__).parents[1]
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def test_losses_on_two_devices_are_those_on_one(difference):
    assert difference["steps"] == 12
    assert difference["losses"] <= 1e-5


def test_run_on_two_devices_may_go_on_with_the_same_weights(difference):
    assert difference["weights"] <= 1e-5


def test_overflow_on_one_device_skips_the_step_on_both(difference):
    (moved, scale), after = difference["overflow"]
    assert moved == pytest.approx(2.0 - 0.1)
    assert after == [moved, scale / 2]


def test_gradients_added_up_twice_would_be_noticed(difference):
    assert difference["undivided"] > 1e-2
