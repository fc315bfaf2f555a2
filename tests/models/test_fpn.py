"""The feature pyramid: its levels, and how they are joined."""

import numpy as np
import pytest

from luminet.models.architectures import STRIDES
from luminet.models.base_network import BaseNetwork
from luminet.models.fpn import FPN

SIZE = np.float32([[64, 96]])
IMAGE = np.zeros([1, 64, 96, 3], np.float32)


class Maps:
    """Stands for a base network: feature maps that are there already."""

    def __init__(self, *maps):
        self.maps = [np.float32(level) for level in maps]
        self.strides = STRIDES[: len(maps)]

    def __call__(self, image, image_size, training=False):
        return self.maps


def make_fpn(*maps):
    """A pyramid of one channel whose layers let everything pass unchanged."""
    fpn = FPN(Maps(*maps), channels=1)
    fpn(IMAGE, SIZE)
    for layer in [*fpn.lateral, *fpn.output_layers]:
        kernel = np.zeros(layer.kernel.shape)
        kernel[kernel.shape[0] // 2, kernel.shape[1] // 2] = 1.0
        layer.kernel.assign(kernel)
    return fpn


def test_a_level_is_its_own_map_plus_the_coarser_ones_enlarged():
    fine = [[1, 2, 3, 4], [5, 6, 7, 8], [0, 0, 0, 0], [0, 0, 0, 0]]
    coarse = [[10, 20], [30, 40]]
    fpn = make_fpn(np.reshape(fine, [1, 4, 4, 1]), np.reshape(coarse, [1, 2, 2, 1]))
    levels = [np.asarray(level)[0, ..., 0].tolist() for level in fpn(IMAGE, SIZE)]
    assert levels == [
        [[11, 12, 23, 24], [15, 16, 27, 28], [30, 30, 40, 40], [30, 30, 40, 40]],
        coarse,
        [[10]],
    ]


def test_the_last_level_is_every_other_cell():
    last = np.arange(15.0).reshape(1, 3, 5, 1)
    levels = make_fpn(np.zeros([1, 6, 10, 1]), last)(IMAGE, SIZE)
    assert np.asarray(levels[-1])[0, ..., 0].tolist() == [[0, 2, 4], [10, 12, 14]]


def test_strides_double_and_the_last_level_is_not_pooled_from():
    fpn = make_fpn(*(np.zeros([1, 2**n, 2**n, 1]) for n in (3, 2, 1, 0)))
    assert fpn.strides == (4, 8, 16, 32, 64)
    assert fpn.pooled_strides == (4, 8, 16, 32)


@pytest.mark.parametrize(
    "architecture", ["mobilenet", "mobilenet_v2", "resnet50", "resnet50_v1_5", "vgg16"]
)
def test_every_base_network_gives_five_levels(architecture):
    fpn = FPN(BaseNetwork(architecture, strides=STRIDES), channels=8)
    levels = fpn(IMAGE, SIZE)
    assert [tuple(level.shape) for level in levels] == [
        (1, 16, 24, 8),
        (1, 8, 12, 8),
        (1, 4, 6, 8),
        (1, 2, 3, 8),
        (1, 1, 2, 8),
    ]


def test_batch_normalisation_takes_the_place_of_each_bias():
    maps = [np.ones([1, 2**n, 2**n, 3]) for n in (2, 1)]
    fpn = FPN(Maps(*maps), channels=4, batch_norm=True)
    fpn(IMAGE, SIZE)
    names = [variable.name for variable in fpn.trainable_weights]
    assert sorted(names) == sorted(4 * ["kernel", "gamma", "beta"])


def test_of_maps_with_one_stride_none_is_enlarged():
    first, second = [[[1.0, 2.0]]], [[[30.0, 40.0]]]
    maps = Maps(np.reshape(first, [1, 1, 2, 1]), np.reshape(second, [1, 1, 2, 1]))
    maps.strides = (32, 32)
    fpn = FPN(maps, channels=1)
    fpn(IMAGE, SIZE)
    for layer in [*fpn.lateral, *fpn.output_layers]:
        kernel = np.zeros(layer.kernel.shape)
        kernel[kernel.shape[0] // 2, kernel.shape[1] // 2] = 1.0
        layer.kernel.assign(kernel)
    levels = [np.ravel(level).tolist() for level in fpn(IMAGE, SIZE)]
    assert levels == [[31, 42], [30, 40], [30]]
    assert fpn.strides == (32, 32, 64)
    names = [layer.name for layer in [*fpn.lateral, *fpn.output_layers]]
    assert len(set(names)) == 4


def test_no_channels_are_refused():
    with pytest.raises(ValueError, match="channels"):
        FPN(Maps(np.zeros([1, 2, 2, 1])), channels=0)
