"""Wrong settings are refused when a model is built, of parts it does without, too."""

import keras
import pytest

from luminet.config import load_config
from luminet.errors import InputError
from luminet.models.faster_rcnn import build
from tests.models.faster_rcnn.test_faster_rcnn import PYRAMID, SMALL

ALONE = "model.rcnn.enabled=false"
CASCADE = [
    *PYRAMID,
    "model.cascade.enabled=true",
    "model.rcnn.head.class_agnostic=true",
]


@pytest.mark.parametrize(
    "base, setting, message",
    [
        (SMALL, "fpn.channels=0", r"fpn: `channels` must be a positive"),
        (SMALL, "fpn.batch_norm=maybe", r"fpn\.batch_norm: must be true or false"),
        (SMALL, "rcnn.detection.soft_nms.method=foo", r"method: must be one of gauss"),
        (SMALL, "rcnn.detection.soft_nms.sigma=0", r"`sigma` must be positive"),
        (SMALL, "cascade.ious=[2, 1, 1]", r"cascade: `ious` must be in"),
        (PYRAMID, "cascade.box_weights=[[1], [1], [1]]", r"cascade: `box_weights`"),
        (CASCADE, "cascade.box_weights=[[1], [1], [1]]", r"cascade: `box_weights`"),
        (CASCADE, "rcnn.box_weights=[1]", r"rcnn: `box_weights` must be four"),
        (CASCADE, "rcnn.target.positive_iou=foo", r"positive_iou: must be a number"),
        ([*PYRAMID, ALONE], "rcnn.box_loss=foo", r"rcnn\.box_loss: must be one of"),
        ([*PYRAMID, ALONE], "rcnn.head.tail=3", r"head\.tail: must be true or false"),
        ([*PYRAMID, ALONE], "rcnn.head.dropout=1", r"rcnn\.head: `dropout` must be in"),
        ([*PYRAMID, ALONE], "rcnn.target.num_samples=0", r"rcnn\.target: `num_sampl"),
        (
            [*PYRAMID, ALONE],
            "rcnn.roi_pool.mode=max",
            r"roi_pool\.mode: must be one",
        ),
        ([*PYRAMID, ALONE], "rcnn.detection.min_score=1", r"detection: `min_score`"),
        ([*PYRAMID, ALONE], "cascade.enabled=2", r"cascade\.enabled: must be true or"),
    ],
)
def test_wrong_settings_are_refused_even_where_they_have_no_effect(
    base, setting, message
):
    with pytest.raises(InputError, match=message):
        build.build(load_config([], [*base, f"model.{setting}"])["model"])


@pytest.mark.parametrize("settings", [SMALL, [*SMALL, ALONE]], ids=["both", "alone"])
def test_a_tail_is_no_matter_where_nothing_looks_into_regions(settings):
    network = "model.base_network={architecture: vgg16, width: 1.0}"
    config = load_config([], [*settings, network])["model"]
    if ALONE in settings:
        assert build.build(config).name == "rpn_detector"
    else:
        with pytest.raises(InputError, match="vgg16"):
            build.build(config)


def test_what_is_only_checked_changes_no_initial_weight(monkeypatch):
    def seeds():
        keras.utils.set_random_seed(0)
        model = build.build(load_config([], PYRAMID)["model"])
        heads = [*model.rpn.head.shared, *model.rcnn.head.hidden]
        return [layer.kernel_initializer.seed for layer in heads]

    found = seeds()
    monkeypatch.setattr(build, "_check_all_parts", lambda *arguments: None)
    assert found == seeds()
