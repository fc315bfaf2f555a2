"""The whole model: from a config, on any batch, with finite losses and gradients."""

import numpy as np
import pytest
import tensorflow as tf

from luminet.checkpoints import build_model
from luminet.config import load_config
from luminet.errors import InputError
from tests.conftest import ROOT

SMALL = [
    "model.num_classes=3",
    "model.base_network={architecture: mobilenet, width: 0.25}",
    "model.fpn.enabled=false",
    "model.anchors.sizes=[[16, 32]]",
    "model.rcnn.head={tail: true, layer_sizes: [], use_mean: true}",
    "model.rpn.head.channels=16",
    "model.rpn.proposal={pre_nms: 100, post_nms: 20, pre_nms_training: 200}",
    "model.rpn.proposal.post_nms_training=40",
    "model.rcnn.target.num_samples=16",
]


PYRAMID = [
    *SMALL,
    "model.fpn={enabled: true, channels: 16}",
    "model.anchors.sizes=[[8], [16], [32], [64], [128]]",
    "model.rcnn.head={tail: false, layer_sizes: [16, 16], use_mean: false}",
]


@pytest.fixture(scope="module", params=[SMALL, PYRAMID], ids=["C4", "FPN"])
def model(request):
    return build_model(load_config([], request.param))


def batch(
    images=2, height=64, width=96, objects=((10, 10, 40, 40),), classes=(1,), ignore=()
):
    rng = np.random.default_rng(0)
    count = max(len(objects), 1)
    boxes = np.zeros([images, count, 4], np.float32)
    labels = np.full([images, count], -1, np.int32)
    if objects:
        boxes[:], labels[:] = objects, classes
    ignored = np.zeros([images, count], bool)
    ignored[:, list(ignore)] = True
    return {
        "image": rng.uniform(0, 255, [images, height, width, 3]).astype(np.float32),
        "image_size": np.float32([[height, width]] * images),
        "gt_boxes": boxes,
        "gt_classes": labels,
        "gt_ignore": ignored,
        "seed": np.arange(images, dtype=np.int32),
    }


def losses_and_gradients(model, inputs):
    variables = [variable.value for variable in model.trainable_variables]
    with tf.GradientTape() as tape:
        losses = model.compute_losses(model(inputs, training=True))
        total = tf.reduce_sum(tf.stack(list(losses.values())))
    return losses, tape.gradient(total, variables)


@pytest.mark.parametrize(
    "edge",
    [
        pytest.param({}, id="one object"),
        pytest.param({"objects": ()}, id="no objects"),
        pytest.param({"objects": [(0, 0, 64, 96)]}, id="as large as the image"),
        pytest.param({"objects": [(20, 20, 21, 21)]}, id="smaller than a cell"),
        pytest.param({"objects": [(20, 20, 20, 20)]}, id="empty"),
        pytest.param({"ignore": [0]}, id="all ignored"),
        pytest.param({"images": 1, "height": 32, "width": 32}, id="a tiny image"),
        pytest.param(
            {"objects": [(10, 10, 40, 40)] * 30, "classes": [2] * 30},
            id="thirty in one",
        ),
    ],
)
def test_losses_and_gradients_are_finite(model, edge):
    losses, gradients = losses_and_gradients(model, batch(**edge))
    assert list(losses) == ["rpn_class", "rpn_box", "rcnn_class", "rcnn_box"]
    for value in [*losses.values(), *gradients]:
        assert np.isfinite(np.asarray(value)).all()


def test_an_image_without_objects_has_no_box_losses(model):
    losses, _ = losses_and_gradients(model, batch(objects=()))
    np.testing.assert_array_equal(losses["rpn_box"], [0, 0])
    np.testing.assert_array_equal(losses["rcnn_box"], [0, 0])


def test_every_trained_weight_has_a_gradient(model):
    _, gradients = losses_and_gradients(model, batch())
    assert all(np.any(np.asarray(gradient) != 0) for gradient in gradients)


def test_losses_of_an_image_do_not_depend_on_its_neighbours(model):
    inputs = batch(images=3)
    together, _ = losses_and_gradients(model, inputs)
    alone, _ = losses_and_gradients(model, {k: v[1:2] for k, v in inputs.items()})
    for name in together:
        np.testing.assert_allclose(together[name][1:2], alone[name], rtol=1e-4)


def test_garbage_in_padded_objects_changes_nothing(model):
    clean = batch(objects=[(10, 10, 40, 40), (0, 0, 0, 0)], classes=[1, -1])
    dirty = {**clean, "gt_boxes": clean["gt_boxes"].copy()}
    dirty["gt_boxes"][:, 1] = [5, 5, 60, 60]
    before, _ = losses_and_gradients(model, clean)
    after, _ = losses_and_gradients(model, dirty)
    for name in before:
        np.testing.assert_array_equal(before[name], after[name])


def test_detections_lie_in_the_image_and_are_padded(model):
    found = model.detections(model(batch(), training=False))
    assert found["boxes"].shape == (2, 100, 4)
    boxes = np.asarray(found["boxes"])
    assert (boxes >= 0).all()
    assert (boxes <= [64, 96, 64, 96]).all()
    assert (np.asarray(found["classes"]) < 3).all()


def test_sizes_need_not_be_known_in_advance(model):
    signature = {
        "image": tf.TensorSpec([None, None, None, 3], tf.float32),
        "image_size": tf.TensorSpec([None, 2], tf.float32),
    }
    detect = tf.function(
        lambda inputs: model.detections(model(inputs)), input_signature=[signature]
    )
    for height, width in [(64, 96), (128, 32)]:
        inputs = {k: batch(2, height, width)[k] for k in signature}
        found, expected = detect(inputs), model.detections(model(inputs))
        np.testing.assert_allclose(found["scores"], expected["scores"], atol=1e-5)


def test_loss_weights_are_factors():
    heavy = load_config([], [*SMALL, "model.loss_weights.rpn_box=2.5"])
    assert build_model(heavy).loss_weights["rpn_box"] == 2.5


@pytest.mark.parametrize("mode", ["crop", "align"])
@pytest.mark.parametrize("layers", ["[]", "[8, 8]"])
def test_every_kind_of_second_stage_trains(mode, layers):
    config = load_config(
        [],
        [
            *SMALL,
            f"model.rcnn.roi_pool.mode={mode}",
            f"model.rcnn.head.layer_sizes={layers}",
            "model.rcnn.head.tail=false",
            "model.rcnn.head.use_mean=false",
        ],
    )
    losses, _ = losses_and_gradients(build_model(config), batch())
    assert all(np.isfinite(np.asarray(value)).all() for value in losses.values())


@pytest.mark.parametrize("configs", [[], [ROOT / "examples" / "c4.yml"]])
def test_the_default_and_the_example_of_one_level_train(configs):
    overrides = ["model.num_classes=3", SMALL[1], "model.rpn.head.channels=16"]
    model = build_model(load_config(configs, overrides))
    losses, _ = losses_and_gradients(model, batch())
    assert all(np.isfinite(np.asarray(value)).all() for value in losses.values())


def test_a_pyramid_has_no_tail_to_apply():
    config = load_config([], [*PYRAMID, "model.rcnn.head.tail=true"])
    with pytest.raises(InputError, match=r"model\.rcnn\.head\.tail: must be false"):
        build_model(config)


def test_a_pyramid_wants_anchors_for_each_level():
    config = load_config([], [*PYRAMID, "model.anchors.sizes=[[8, 16]]"])
    message = r"one list for each feature level \(5, of stride 4, 8"
    with pytest.raises(InputError, match=message):
        build_model(config)
