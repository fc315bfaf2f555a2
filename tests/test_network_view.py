import pytest

from luminet.config import SettingError, load_config
from luminet.network_view import read_view, settings_of


def read(*settings):
    return read_view(load_config([], settings))


def test_is_what_the_config_says():
    view = read(
        "dataset.resize={min_size: 320, max_size: 500}",
        "model.rpn.target={positive_iou: 0.6, border: 8}",
    )
    assert (view.resize.min_size, view.resize.max_size) == (320, 500)
    assert (view.positive_iou, view.border) == (0.6, 8.0)
    assert view.grid.ratios == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    "setting, path",
    [
        ("dataset.resize.max_size=5", "dataset.resize.min_size"),
        ("model.rpn.target.border=wide", "model.rpn.target.border"),
        ("model.anchors.offset=2", "model.anchors.offset"),
    ],
)
def test_a_wrong_setting_is_named(setting, path):
    with pytest.raises(SettingError) as error:
        read(setting)
    assert error.value.path == path


def test_its_settings_may_be_put_into_a_config_again():
    settings = settings_of(
        read("model.fpn.enabled=false", "model.anchors.sizes=[[48, 90.5]]")
    )
    assert settings == {
        "dataset": {"resize": {"min_size": 600, "max_size": 1024}},
        "model": {"anchors": {"sizes": [[48, 90.5]], "ratios": [0.5, 1, 2]}},
    }
