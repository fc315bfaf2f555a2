"""Which anchors and regions training would take."""

import numpy as np

from luminet.inspection.inspection import inspect_picture
from luminet.inspection.targets import iou
from luminet.proposals import without_classes


def test_anchors_are_labelled_by_their_overlap(inspection):
    targets = inspection.targets
    best = iou(targets.anchors, inspection.truth.boxes).max(axis=1)
    assert (best[targets.anchor_labels == 0] < 0.3).all()
    assert (targets.anchor_labels[best >= 0.7] == 1).all()
    assert (targets.anchor_labels == 1).any()


def test_the_sample_is_of_what_is_matched(inspection):
    targets, most = inspection.targets, 16
    sampled = targets.sampled_anchors >= 0
    assert 0 < sampled.sum() <= most
    matched = targets.anchor_labels[sampled]
    np.testing.assert_array_equal(targets.sampled_anchors[sampled], matched)


def test_regions_hold_objects_themselves_and_are_labelled_by_overlap(inspection):
    targets = inspection.targets
    assert (targets.region_iou > 0.999).any()
    assert (targets.region_iou[targets.region_labels < 2] >= 0.5).all()
    assert (targets.region_iou[targets.region_labels == 2] < 0.5).all()


def test_the_first_stage_alone_learns_from_no_regions(any_checkpoint, pixels, example):
    if any_checkpoint.class_names == ("object",):
        (example,) = without_classes([example])
    seen = inspect_picture(any_checkpoint, pixels, example)
    has_regions = len(seen.targets.regions) > 0
    assert has_regions == bool(seen.stations.regions.strides)
    assert len(seen.fates) == 2
