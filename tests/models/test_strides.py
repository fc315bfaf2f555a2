"""Which feature maps a config asks for."""

import pytest

from luminet.config import load_config
from luminet.errors import InputError
from luminet.models.anchor_grid import read_anchor_grid
from luminet.models.architectures import find_architecture
from luminet.models.strides import pyramid_strides, read_strides


def read(*overrides):
    return read_strides(load_config([], [*overrides])["model"])


def test_without_a_pyramid_there_is_one_map_and_with_one_there_are_four():
    assert read("model.fpn.enabled=false") == (16,)
    assert read() == (4, 8, 16, 32)


def test_a_pyramid_may_join_fewer_maps():
    strides = read("model.base_network.strides=[8, 16]")
    assert strides == (8, 16)
    assert pyramid_strides(strides) == (8, 16, 32)


@pytest.mark.parametrize("given", ["[8, 32]", "[16, 8]", "[64]", "[32, 32]", "[0]"])
def test_strides_that_are_not_there_or_leave_one_out_are_refused(given):
    with pytest.raises(InputError, match=r"model\.base_network\.strides: `strides`"):
        read(f"model.base_network.strides={given}")


def test_strides_are_for_a_pyramid():
    with pytest.raises(InputError, match="must be null without model.fpn"):
        read("model.fpn.enabled=false", "model.base_network.strides=[8]")


def test_an_unknown_architecture_is_refused_by_its_own_name():
    with pytest.raises(InputError, match=r"model\.base_network\.architecture: `arch"):
        read("model.base_network.architecture=resnet51")


def test_of_two_maps_with_one_stride_the_last_is_taken_first():
    levels = find_architecture("mobilenet_v3_large_even").find_levels
    assert levels([32, 32]) == [3, 4]
    assert levels([16, 32]) == [2, 4]
    assert levels([4, 8, 16, 32]) == [0, 1, 2, 4]


def test_anchors_lie_on_the_levels_of_the_pyramid():
    overrides = [
        "model.base_network.strides=[16, 32]",
        "model.anchors.sizes=[[32], [64], [128]]",
    ]
    grid = read_anchor_grid(load_config([], overrides)["model"])
    assert grid.strides == (16, 32, 64)
