"""Classifiers as base networks: where cells look, what is trained, which weights."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from luminet.models.base_network import BaseNetwork
from tests.models.receptive_field import measure_offsets


@pytest.mark.parametrize(
    "architecture",
    ["mobilenet", "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large"],
)
def test_a_cell_of_a_single_map_looks_at_the_middle_of_its_pixels(architecture):
    network = BaseNetwork(architecture, width=0.35)
    (offset,) = measure_offsets(network.trunk, network.strides)
    assert abs(offset) < 0.05


def test_where_a_cell_looks_agrees_with_gradients():
    network = BaseNetwork("mobilenet", width=0.25)
    (offset,) = measure_offsets(network.trunk, network.strides)
    image = tf.fill([1, 512, 512, 3], 1e-6)
    with tf.GradientTape() as tape:
        tape.watch(image)
        cell = tf.reduce_sum(network.trunk(image)[0, 16, 16])
    seen = np.abs(tape.gradient(cell, image)[0].numpy()).sum(axis=(1, 2))
    center = (seen * (np.arange(512) + 0.5)).sum() / seen.sum()
    np.testing.assert_allclose(center / 16 - 16.5, offset, atol=1e-3)


def test_what_lies_before_trainable_from_is_frozen():
    network = BaseNetwork("mobilenet_v2", trainable_from="block_6")
    trained = {variable.path.split("/")[-2] for variable in network.trainable_variables}
    assert "block_6_expand" in trained
    assert "block_12_project" in trained
    assert "block_5_project" not in trained


def test_a_group_may_have_blocks_named_by_letters():
    network = BaseNetwork("efficientnet_v2_b0", trainable_from="block6")
    trained = {variable.path.split("/")[-2] for variable in network.trainable_variables}
    assert "block6a_dwconv2" not in trained  # it is beyond stride 16
    assert "block6a_expand_conv" in trained
    assert "block5e_project_conv" not in trained


def test_a_group_is_not_taken_for_one_with_a_longer_number():
    network = BaseNetwork("mobilenet_v2", trainable_from="block_1")
    trained = {variable.path.split("/")[-2] for variable in network.trainable_variables}
    assert "block_1_expand" in trained
    assert "expanded_conv_project" not in trained


def test_batch_norm_is_frozen_unless_asked_for():
    frozen = BaseNetwork("mobilenet", width=0.25, trainable_from="start")
    assert not any("gamma" in v.path for v in frozen.trainable_variables)
    trained = BaseNetwork(
        "mobilenet", width=0.25, trainable_from="start", train_batch_norm=True
    )
    assert any("gamma" in v.path for v in trained.trainable_variables)


def test_a_frozen_network_trains_nothing():
    network = BaseNetwork("mobilenet", trainable=False)
    assert not network.trainable_variables
    assert not network.make_tail().trainable_variables


def test_weights_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match=r"no/such\.h5, which is no file"):
        BaseNetwork("mobilenet", weights="no/such.h5")


def test_a_download_that_fails_is_told_with_what_to_do(monkeypatch):
    def fail(**options):
        raise Exception("URL fetch failure on https://example.org/weights.h5")

    monkeypatch.setattr(keras.applications, "MobileNet", fail)
    with pytest.raises(ValueError, match="could not be downloaded; .* give a file"):
        BaseNetwork("mobilenet", weights="imagenet")


def test_weights_of_something_else_are_refused(tmp_path):
    file = tmp_path / "other.weights.h5"
    other = keras.Sequential([keras.Input([3]), keras.layers.Dense(2)])
    other.save_weights(file)
    with pytest.raises(ValueError, match="must fit MobileNet"):
        BaseNetwork("mobilenet", weights=str(file))
