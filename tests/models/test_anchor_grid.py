import pytest

from luminet.config import SettingError, load_config
from luminet.models.anchor_grid import AnchorGrid, read_anchor_grid


def read(*settings):
    return read_anchor_grid(load_config([], settings)["model"])


def test_is_the_grid_of_the_config():
    sizes = "model.anchors.sizes=[[32, 64]]"
    grid = read("model.fpn.enabled=false", sizes, "model.anchors.offset=0")
    assert (grid.strides, grid.sizes, grid.offset) == ((16,), [[32.0, 64.0]], 0.0)
    assert grid.per_cell == 6


@pytest.mark.parametrize(
    "setting, message",
    [
        ("model.base_network.architecture=resnet", "must be one of mobilenet, "),
        ("model.base_network.architecture=3", "must be text"),
        ("model.anchors.sizes=[[32], [64]]", "one list for each feature level"),
        ("model.anchors.ratios=wide", "must be a list of a number"),
    ],
)
def test_a_wrong_setting_is_named(setting, message):
    path = setting.partition("=")[0]
    with pytest.raises(SettingError, match=message) as error:
        read(setting)
    assert error.value.path == path
    assert str(error.value).startswith("model.")


def test_another_grid_differs_in_what_is_said():
    grid = AnchorGrid([8], [[32.0]], [1.0, 2.0], 0.25, True, True)
    other = grid.like(sizes=[[40.0]])
    assert (other.strides, other.ratios) == (grid.strides, grid.ratios)
    assert (other.offset, other.rounded, other.fitted) == (0.25, True, True)
    assert (other.sizes, grid.sizes) == ([[40.0]], [[32.0]])


def test_a_pyramid_has_five_levels():
    grid = read()
    assert grid.strides == (4, 8, 16, 32, 64)
    assert grid.sizes == [[32.0], [64.0], [128.0], [256.0], [512.0]]
