"""The second stage: head, targets, detections, losses."""

import numpy as np
import pytest

from luminet.models.faster_rcnn.rcnn import RCNN, RCNNHead
from luminet.models.faster_rcnn.rcnn_detection import RCNNDetection
from luminet.models.faster_rcnn.rcnn_target import RCNNTarget
from tests.oracle import load

GT_BOXES = np.float32([[[10, 10, 30, 30], [60, 60, 90, 90], [0, 0, 0, 0]]])
GT_CLASSES = np.int32([[1, 0, -1]])
NOT_IGNORED = np.zeros([1, 3], bool)
PROPOSALS = np.float32(
    [[[10, 10, 30, 28], [60, 60, 90, 80], [0, 0, 5, 5], [10, 10, 20, 20], [0, 0, 0, 0]]]
)


def targets(proposals=PROPOSALS, ignore=NOT_IGNORED, classes=GT_CLASSES, **settings):
    target = RCNNTarget(
        **{"num_classes": 2, "num_samples": 8, "positive_fraction": 0.5, **settings}
    )
    chosen = target(proposals, GT_BOXES, classes, ignore, np.int32([3]))
    return {name: np.asarray(value) for name, value in chosen.items()}


def by_region(chosen):
    return {
        tuple(region): label
        for region, label in zip(chosen["regions"][0], chosen["labels"][0], strict=True)
        if label >= 0
    }


def test_regions_get_the_class_of_their_object_or_background():
    assert by_region(targets()) == {
        (10, 10, 30, 28): 1,
        (60, 60, 90, 80): 0,
        (0, 0, 5, 5): 2,
        (10, 10, 20, 20): 2,
        (10, 10, 30, 30): 1,  # the objects themselves take part
        (60, 60, 90, 90): 0,
    }


def test_a_row_is_filled_with_regions_that_count_for_nothing():
    chosen = targets(num_samples=64)
    assert chosen["regions"].shape == (1, 64, 4)
    assert (chosen["labels"] >= 0).sum() == 6


def test_deltas_lead_to_the_object():
    chosen = targets()
    index = chosen["regions"][0].tolist().index([10, 10, 30, 28])
    np.testing.assert_allclose(
        chosen["target_deltas"][0, index], [0, 1 / 18, 0, np.log(20 / 18)], atol=1e-6
    )
    assert chosen["gt_index"][0, index] == 0


def test_positives_keep_their_share():
    proposals = np.repeat(PROPOSALS, 20, axis=1)
    labels = targets(proposals, num_samples=40, positive_fraction=0.25)["labels"]
    assert [(labels < 2).sum(), (labels == 2).sum()] == [10, 30]


def test_no_objects_leave_background_only():
    chosen = targets(classes=np.int32([[-1, -1, -1]]))
    assert set(chosen["labels"][0]) <= {2, -1}
    assert np.isfinite(chosen["target_deltas"]).all()


def test_nothing_to_choose_from_counts_for_nothing():
    chosen = targets(np.zeros([1, 2, 4], "f4"), classes=np.int32([[-1, -1, -1]]))
    assert (chosen["labels"] == -1).all()


def test_an_ignored_object_is_not_learnt_from():
    regions = by_region(targets(ignore=np.array([[True, False, False]])))
    assert (10, 10, 30, 30) not in regions
    assert (10, 10, 30, 28) not in regions
    assert regions[(60, 60, 90, 90)] == 0


def test_the_lowest_overlap_leaves_out_easy_background():
    assert (0, 0, 5, 5) not in by_region(targets(lowest_iou=0.1))


def test_detections_equal_torchvision():
    oracle = load("detections")
    detection = RCNNDetection(
        float(oracle["score_threshold"]),
        float(oracle["iou_threshold"]),
        int(oracle["max_detections"]),
    )
    found = detection(
        oracle["proposals"],
        oracle["logits"],
        oracle["deltas"] / oracle["weights"],
        oracle["image_size"],
    )
    for image, count in enumerate(oracle["counts"]):
        assert (np.asarray(found["classes"][image]) >= 0).sum() == count
        for name, tolerance in [("boxes", 2e-3), ("scores", 1e-5), ("classes", 0)]:
            np.testing.assert_allclose(
                np.asarray(found[name][image])[:count],
                oracle[name][image][:count],
                atol=tolerance,
            )


def test_a_padded_region_is_no_detection_however_sure_its_class():
    regions = np.float32([[[0, 0, 0, 0], [5, 5, 25, 25]]])
    logits = np.float32([[[9, 0, 0], [9, 0, 0]]])
    deltas = np.zeros([1, 2, 2, 4], np.float32)
    found = RCNNDetection()(regions, logits, deltas, np.float32([[50, 50]]))
    assert (np.asarray(found["classes"]) >= 0).sum() == 1
    np.testing.assert_allclose(found["boxes"][0, 0], [5, 5, 25, 25], atol=1e-4)


def test_losses_equal_torchvision():
    oracle = load("losses")
    rcnn = RCNN(
        5, None, None, None, None, beta=float(oracle["beta"]), box_weights=[1.0] * 4
    )
    losses = rcnn.compute_losses(
        {
            "labels": oracle["rcnn_labels"],
            "logits": oracle["rcnn_logits"],
            "deltas": oracle["rcnn_deltas"],
            "target_deltas": oracle["rcnn_target_deltas"],
        }
    )
    # torchvision divides by the regions of the batch, luminet by those of each image.
    share = (oracle["rcnn_labels"] >= 0).sum(axis=1)
    share = share / share.sum()
    np.testing.assert_allclose(
        np.sum(losses["rcnn_class"] * share), oracle["rcnn_class_loss"], rtol=1e-5
    )
    np.testing.assert_allclose(
        np.sum(losses["rcnn_box"] * share), oracle["rcnn_box_loss"], rtol=1e-5
    )


def test_head_may_have_convolutions_before_its_dense_layers():
    head = RCNNHead(
        2,
        convolution_sizes=[6, 5],
        batch_norm=True,
        layer_sizes=[7],
        use_mean=False,
    )
    logits, _ = head(np.ones([1, 3, 4, 4, 8], np.float32))
    assert logits.shape == (1, 3, 3)
    shapes = {v.path: tuple(v.shape) for v in head.weights if v.name == "kernel"}
    assert [*shapes.values()][:3] == [(3, 3, 8, 6), (3, 3, 6, 5), (4 * 4 * 5, 7)]
    assert sum(v.name == "gamma" for v in head.trainable_weights) == 2


def test_head_gives_every_class_a_box_of_its_own():
    head = RCNNHead(num_classes=3, layer_sizes=[8], use_mean=False)
    logits, deltas = head(np.ones([2, 5, 7, 7, 4], np.float32))
    assert logits.shape == (2, 5, 4)
    assert deltas.shape == (2, 5, 3, 4)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: RCNNTarget(2, positive_iou=0.4), "positive_iou"),
        (lambda: RCNNTarget(2, num_samples=0), "num_samples"),
        (lambda: RCNNDetection(min_score=1.0), "min_score"),
        (lambda: RCNNDetection(max_detections=0), "max_detections"),
        (lambda: RCNN(2, *[None] * 4, beta=-1.0), "beta"),
        (lambda: RCNN(2, *[None] * 4, box_weights=[1.0]), "box_weights"),
    ],
)
def test_settings_that_make_no_sense_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_class_that_is_no_longer_used_takes_its_share_and_is_not_detected():
    regions = np.float32([[[5, 5, 25, 25]]])
    deltas = np.zeros([1, 1, 2, 4], np.float32)
    # Two classes, background, two that are not used: the last is the most probable.
    logits = np.log(np.float32([[[0.3, 0.1, 0.05, 0.15, 0.4]]]))
    found = RCNNDetection()(regions, logits, deltas, np.float32([[50, 50]]))
    np.testing.assert_allclose(found["scores"][0, :3], [0.3, 0.1, 0], atol=1e-6)
    np.testing.assert_array_equal(found["classes"][0, :3], [0, 1, -1])


def test_logits_of_unused_classes_come_last():
    logits, deltas = RCNNHead(3, num_unused=2)(np.zeros([1, 4, 2, 2, 5], np.float32))
    assert logits.shape == (1, 4, 6)
    assert deltas.shape == (1, 4, 3, 4)
    with pytest.raises(ValueError, match="num_unused"):
        RCNNHead(3, num_unused=-1)


def test_dropout_is_of_training_alone_and_a_function_of_the_seed():
    head = RCNNHead(2, layer_sizes=[32, 32], dropout=0.5, class_initializer=1.0)
    pooled = np.ones([1, 4, 3, 3, 8], np.float32)

    def logits(seed, training=True):
        return np.asarray(head(pooled, seed=np.int32([seed]), training=training)[0])

    np.testing.assert_array_equal(logits(1), logits(1))
    assert np.abs(logits(1) - logits(2)).max() > 0.01
    # All regions are alike; only chance makes a difference.
    assert np.ptp(logits(1), axis=1).max() > 0.01
    assert np.ptp(logits(1, training=False), axis=1).max() < 1e-5


def test_dropout_of_all_is_refused():
    with pytest.raises(ValueError, match=r"`dropout` must be in \[0, 1\)"):
        RCNNHead(2, dropout=1.0)
