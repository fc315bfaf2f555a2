"""Run by `test_training_step.py` in a process of its own: there is a CPU, made two.

TensorFlow must be told so before it starts. Prints, as JSON, how far apart the losses
and weights are of a run on one device, one on both of them that is killed and goes on
on one, and one on both whose gradients are added up, but not divided; and what comes
of gradients that overflow on one device.
"""

import contextlib
import json
import sys
from pathlib import Path
from unittest import mock

import keras
import numpy as np
import tensorflow as tf

from luminet import train
from luminet.optimizers import Optimizer
from luminet.run_folder import RunFolder
from tests.run_records import losses, variables
from tests.tiny_data import tiny_config, write_tiny_store

SETTINGS = (
    "train={batch_size: 4, steps: 14, checkpoint_every: 6, evaluate_every: 12}",
    "train.optimizer.clip_norm=0.5",  # Low enough to be in force.
    "dataset.augmentation=[{flip: {}}, {colour: {contrast: 0.3}}]",
)


class Killed(Exception):
    """Ends a run at once."""


def main(folder):
    """Train three times in a folder."""
    cpu = tf.config.list_physical_devices("CPU")[0]
    half = tf.config.LogicalDeviceConfiguration()
    tf.config.set_logical_device_configuration(cpu, [half, half])
    store = write_tiny_store(folder / "store")

    def run(name, *overrides, **arguments):
        config = tiny_config(store.folder, folder / name, *SETTINGS, *overrides)
        return train.run(config, **arguments)

    two = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    on_one = run("one")
    with mock.patch.object(train.Training, "_after", _end_after(12)):
        with contextlib.suppress(Killed):
            run("two", strategy=two)
        on_two = losses(RunFolder(folder / "two" / "run"))
    with mock.patch.object(Optimizer, "apply", _apply_undivided):
        wrong = run("wrong", strategy=two)
    difference = {
        "steps": len(on_two),
        "losses": _difference(losses(on_one)[:12], on_two),
        "weights": _weights_difference(on_one, run("two")),
        "undivided": _weights_difference(on_one, wrong),
        "overflow": _overflow_on_one_of(two),
    }
    print(json.dumps(difference))


def _end_after(step):
    after = train.Training._after

    def after_and_end(self, now, *arguments):
        after(self, now, *arguments)
        if now == step:
            raise Killed

    return after_and_end


def _apply_undivided(self, gradients, variables):
    """Leave out what `Optimizer` does about Keras adding up gradients."""
    gradients, _ = tf.clip_by_global_norm(gradients, self.clip_norm)
    self.keras.apply(gradients, variables)


def _overflow_on_one_of(strategy):
    """A weight and the scale of the loss after a good step and one that overflows."""
    with strategy.scope():
        weight = keras.Variable([2.0], name="kernel")
        optimizer = Optimizer(0.1, weight_decay=0.0, use_loss_scale=True)
        optimizer.keras.build([weight])

        @tf.function
        def step(gradient_of_second):
            def replica_step():
                replica = tf.distribute.get_replica_context()
                is_second = replica.replica_id_in_sync_group == 1
                share = tf.where(is_second, gradient_of_second, 0.5)
                optimizer.apply([share[None] * optimizer.loss_scale], [weight])

            strategy.run(replica_step)

        found = []
        for gradient in (0.5, np.inf):
            step(tf.constant(gradient, tf.float32))
            found.append([float(weight.numpy()[0]), float(optimizer.loss_scale)])
    return found


def _difference(expected, values):
    expected, values = np.asarray(expected), np.asarray(values)
    scale = max(np.abs(expected).max(), 1e-6)
    return float(np.abs(values - expected).max() / scale)


def _weights_difference(run, other):
    expected, values = variables(run), variables(other)
    return max(_difference(expected[name], values[name]) for name in expected)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
