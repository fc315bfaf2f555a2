"""Make the arrays of this folder: what torchvision answers, in luminet's conventions.

Run it where torch and torchvision are installed, from any folder:

    pip install torch==2.13.0 torchvision==0.28.0 numpy
    python tests/oracle/make_arrays.py

The arrays were made with exactly these two versions, on a CPU. Neither is a dependency
of luminet or of its tests, which read nothing but the files made here. torchvision's
compiled operators need the torch build they were linked against: with another one it
does not import ("operator torchvision::nms does not exist").

Inputs are made with fixed seeds and kept in luminet's conventions: boxes are
`[y1, x1, y2, x2]`, deltas `[dy, dx, dh, dw]`, features end with their channels,
background is the last logit, classes count from 0. They are turned round for
torchvision and its answers are turned back, so that a test can compare without
thinking. Results that differ in number from image to image are padded at the end: boxes
and scores with 0, classes with -1; `counts` says how many are real.

A function below makes the file of its name.
"""

from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F
from torchvision import ops
from torchvision.models.detection._utils import BoxCoder, Matcher
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.roi_heads import RoIHeads, fastrcnn_loss
from torchvision.models.detection.rpn import RegionProposalNetwork

RPN_WEIGHTS = (1.0, 1.0, 1.0, 1.0)
RCNN_WEIGHTS = (10.0, 10.0, 5.0, 5.0)


# From luminet's conventions to torch's, and back


def to_torch(array):
    return torch.from_numpy(np.array(array))


def swap_xy(array):
    """Turn yxyx into xyxy, and dy, dx, dh, dw into dx, dy, dw, dh; or the reverse."""
    return array[..., [1, 0, 3, 2]]


def xyxy(boxes):
    return to_torch(swap_xy(boxes))


def yxyx(tensor):
    return swap_xy(tensor.detach().numpy())


def background_first(logits):
    return to_torch(np.roll(logits, 1, axis=-1))


def with_background(deltas):
    """Deltas `[..., C, 4]` as torchvision's `[N, 4 * (C + 1)]`, background first."""
    background = np.full_like(deltas[..., :1, :], np.nan)  # Nobody may look at them.
    deltas = swap_xy(np.concatenate([background, deltas], axis=-2))
    return to_torch(deltas.reshape(-1, 4 * deltas.shape[-2]))


def padded(arrays, size, fill=0):
    """Stack arrays of up to `size` rows."""
    result = np.full((len(arrays), size, *arrays[0].shape[1:]), fill, arrays[0].dtype)
    for row, array in zip(result, arrays, strict=True):
        row[: len(array)] = array
    return result


# Inputs


def random_boxes(rng, shape, image_size=(100, 120), min_side=4.0, max_side=50.0):
    """Boxes with their centres in the image; some of them leave it."""
    center = rng.uniform(0.0, image_size, (*shape, 2))
    half = rng.uniform(min_side, max_side, (*shape, 2)) / 2.0
    return np.float32(np.concatenate([center - half, center + half], axis=-1))


def distinct_scores(rng, shape):
    """Numbers in (0, 1), all different, in random order."""
    count = np.prod(shape)
    return np.float32((rng.permutation(count) + 0.5) / count).reshape(shape)


def distinct_logits(rng, shape):
    scores = distinct_scores(rng, shape)
    return np.log(scores / (1.0 - scores))


# The files


def iou():
    rng = np.random.default_rng(1)
    by_hand = [
        [10, 10, 30, 40],
        [10, 40, 30, 60],  # touches the first one at an edge
        [30, 40, 50, 60],  # touches it at a corner
        [15, 20, 25, 30],  # lies in it
        [10, 10, 30, 25],  # is half of it
    ]
    empty = [[20, 20, 20, 20], [15, 10, 15, 40], [10, 35, 30, 35]]
    boxes_a = np.concatenate([random_boxes(rng, [15]), np.float32(by_hand + empty)])
    # None is empty here: of two empty boxes torchvision says NaN.
    boxes_b = np.concatenate([random_boxes(rng, [12]), np.float32(by_hand)])
    return {
        "boxes_a": boxes_a,
        "boxes_b": boxes_b,
        "iou": ops.box_iou(xyxy(boxes_a), xyxy(boxes_b)).numpy(),
    }


def box_coder():
    rng = np.random.default_rng(2)
    boxes, anchors = random_boxes(rng, [40]), random_boxes(rng, [40])
    arrays = {"boxes": boxes, "anchors": anchors}
    for name, weights in {"rpn": RPN_WEIGHTS, "rcnn": RCNN_WEIGHTS}.items():
        coder = BoxCoder(weights)
        deltas = np.float32(rng.normal(0.0, 0.5, [40, 4]) * weights)
        # Beyond log(1000 / 16) = 4.135 a side does not grow.
        deltas[:4, 2] = np.float32([4.0, 4.2, 10.0, 1000.0]) * weights[2]
        deltas[2:6, 3] = np.float32([4.0, 4.2, 10.0, 1000.0]) * weights[3]
        deltas[6, 2:] = -20.0 * weights[2]
        arrays |= {
            f"{name}_weights": np.float32(weights),
            f"{name}_encoded": yxyx(coder.encode_single(xyxy(boxes), xyxy(anchors))),
            f"{name}_deltas": deltas,
            f"{name}_decoded": yxyx(coder.decode_single(xyxy(deltas), xyxy(anchors))),
        }
    return arrays


def anchors():
    # Detectron2, tests/modeling/test_anchor_generator.py, as xyxy: test_default_anchor_
    # generator (offset 0). In test_default_anchor_generator_centered (offset 0.5) each
    # number is greater by 2, half a stride.
    detectron2 = [
        [-32, -8, 32, 8],
        [-16, -16, 16, 16],
        [-8, -32, 8, 32],
        [-64, -16, 64, 16],
        [-32, -32, 32, 32],
        [-16, -64, 16, 64],
        [-28, -8, 36, 8],
        [-12, -16, 20, 16],
        [-4, -32, 12, 32],
        [-60, -16, 68, 16],
        [-28, -32, 36, 32],
        [-12, -64, 20, 64],
    ]
    ratios = (0.5, 1.0, 2.0)
    one_level = {"sizes": [(64, 128, 256)], "feature_sizes": [(5, 7)], "strides": [16]}
    three_levels = {
        "sizes": [(32,), (64,), (128,)],
        "feature_sizes": [(8, 12), (4, 6), (2, 3)],
        "strides": [8, 16, 32],
    }
    arrays = {
        "detectron2_sizes": np.float32([[32, 64]]),
        "detectron2_ratios": np.float32([0.25, 1, 4]),
        "detectron2_feature_sizes": np.int32([[1, 2]]),
        "detectron2_strides": np.int32([4]),
        # Size by size, and the ratios of each: not the order of torchvision.
        "detectron2_cell_order": np.float32(
            [[ratio, size] for size in (32, 64) for ratio in (0.25, 1, 4)]
        ),
        "detectron2_offset_0": swap_xy(np.float32(detectron2)),
        "detectron2_offset_half": swap_xy(np.float32(detectron2) + 2.0),
    }
    for name, levels in {"one_level": one_level, "three_levels": three_levels}.items():
        arrays |= {
            f"{name}_ratios": np.float32(ratios),
            f"{name}_sizes": np.float32(levels["sizes"]),
            f"{name}_feature_sizes": np.int32(levels["feature_sizes"]),
            f"{name}_strides": np.int32(levels["strides"]),
            f"{name}_anchors": np.concatenate(anchors_of(**levels, ratios=ratios)),
        }
    arrays["one_level_cell_order"] = np.float32(
        [[ratio, size] for ratio in ratios for size in one_level["sizes"][0]]
    )
    return arrays


def anchors_of(sizes, feature_sizes, strides, ratios=(0.5, 1.0, 2.0)):
    """Anchors of torchvision, `[Al, 4]` for each level."""
    image_size = np.multiply(feature_sizes[0], strides[0])
    images = ImageList(torch.zeros(1, 3, *image_size), [tuple(image_size)])
    features = [torch.zeros(1, 1, *size) for size in feature_sizes]
    generator = AnchorGenerator(tuple(sizes), (ratios,) * len(sizes))
    (boxes,) = generator(images, features)
    count = [height * width * len(ratios) for height, width in feature_sizes]
    count = [n * len(level) for n, level in zip(count, sizes, strict=True)]
    return [yxyx(level) for level in boxes.split(count)]


def nms():
    rng = np.random.default_rng(4)
    clusters = np.repeat(random_boxes(rng, [6], min_side=20.0), 10, axis=0)
    sets = {
        "random": random_boxes(rng, [60]),
        "clustered": clusters + np.float32(rng.normal(0.0, 3.0, clusters.shape)),
        # The second overlaps the first by exactly one half: both stay at 0.5.
        "limit": np.float32([[0, 0, 8, 8], [0, 0, 8, 4], [0, 5, 8, 13]]),
    }
    arrays = {}
    for name, boxes in sets.items():
        scores = distinct_scores(rng, [len(boxes)])
        arrays |= {f"{name}_boxes": boxes, f"{name}_scores": scores}
        for percent in (30, 50, 70):
            keep = ops.nms(xyxy(boxes), to_torch(scores), percent / 100)
            arrays[f"{name}_keep_{percent}"] = np.int32(keep)

    boxes = sets["clustered"] + np.float32(rng.normal(0.0, 1.0, clusters.shape))
    scores = distinct_scores(rng, [60])
    classes = np.int32(rng.integers(0, 4, 60))
    arrays |= {"batched_boxes": boxes, "batched_scores": scores}
    arrays["batched_classes"] = classes
    for percent in (30, 50, 70):
        keep = ops.batched_nms(
            xyxy(boxes), to_torch(scores), to_torch(classes), percent / 100
        )
        arrays[f"batched_keep_{percent}"] = np.int32(keep)
    return arrays


def roi_align():
    rng = np.random.default_rng(5)
    features = np.float32(rng.normal(size=[2, 12, 17, 2]))
    cells = [
        [
            [2.3, 3.1, 8.9, 12.7],  # inside
            [5.2, 6.4, 5.9, 6.7],  # inside, smaller than a cell
            [-0.7, 4.2, 6.3, 9.1],  # leaves at the top, by less than a cell
            [-2.9, 4.2, 6.3, 9.1],  # at the top, by three cells
            [3.3, -2.8, 8.1, 5.7],  # on the left
            [6.4, 5.3, 14.9, 9.2],  # at the bottom
            [4.1, 10.3, 9.6, 19.8],  # on the right
            [0.0, 0.0, 12.0, 17.0],  # the whole image
        ],
        [
            [1.7, 2.2, 10.8, 5.6],  # inside, tall
            [-2.7, -2.6, 5.2, 6.1],  # leaves at the top left
            [7.3, 11.2, 14.6, 19.7],  # at the bottom right
            [-2.8, -2.9, 14.6, 19.7],  # on all sides
            [4.4, 7.7, 4.4, 7.7],  # no size
            [6.2, 3.3, 6.2, 9.9],  # no height
            [0.0, 0.0, 0.0, 0.0],  # padding
            [0.0, 8.5, 6.0, 17.0],  # a corner of the image
        ],
    ]
    boxes = np.float32(cells)
    arrays = {
        "features": features,
        "boxes_stride_1": boxes,
        "boxes_stride_16": boxes * 16,  # exact: the answers are the same
        "sampling_ratio": np.int32(2),
        # Detectron2, tests/layers/test_roi_align.py, test_forward_output. It samples
        # once a bin there; on a ramp like this, two by two samples average to the same.
        "ramp_features": np.arange(25, dtype=np.float32).reshape(1, 5, 5, 1),
        "ramp_boxes": np.float32([[[1, 1, 3, 3]]]),
        "ramp_4x4_legacy": ramp(7.5),
        "ramp_4x4_aligned": ramp(4.5),
    }
    for size in ((7, 7), (5, 3)):
        name = "{}x{}".format(*size)
        weights = np.float32(rng.normal(size=[2, 8, *size, 2]))
        arrays[f"{name}_weights"] = weights
        for aligned in (False, True):
            key = f"{name}_{'aligned' if aligned else 'legacy'}"
            output, gradient = pool_and_gradient(features, boxes, weights, 1.0, aligned)
            arrays |= {f"{key}_output": output, f"{key}_gradient": gradient}

            strided = pool_and_gradient(features, boxes * 16, weights, 1 / 16, aligned)
            np.testing.assert_array_equal(strided[0], output)
            np.testing.assert_array_equal(strided[1], gradient)
    return arrays


def ramp(first):
    """Detectron2's tables: half a step from column to column, 2.5 from row to row."""
    steps = np.arange(4, dtype=np.float32)
    return first + 2.5 * steps[:, None] + 0.5 * steps


def pool_and_gradient(features, boxes, weights, scale, aligned):
    """Pooled features `[B, R, h, w, F]`, and d sum(pooled * weights) / d features."""
    maps = to_torch(features).permute(0, 3, 1, 2).requires_grad_()
    size = weights.shape[2:4]
    pooled = ops.roi_align(maps, list(xyxy(boxes)), size, scale, 2, aligned)
    pooled = pooled.permute(0, 2, 3, 1).reshape(weights.shape)
    (gradient,) = torch.autograd.grad((pooled * to_torch(weights)).sum(), maps)
    return pooled.detach().numpy(), gradient.permute(0, 2, 3, 1).numpy()


def smooth_l1():
    rng = np.random.default_rng(6)
    special = [0.0, 1 / 9, -1 / 9, 1.0, -1.0, 0.05, -0.5, 10.0, -10.0]
    difference = np.concatenate([special, rng.normal(0.0, 0.5, 31)])
    targets = np.concatenate([np.zeros(9), rng.normal(size=31)])
    predictions = np.float32(targets + difference)
    targets = np.float32(targets)
    losses = {
        "beta_ninth": lambda a, b: F.smooth_l1_loss(a, b, beta=1 / 9, reduction="none"),
        "beta_1": lambda a, b: F.smooth_l1_loss(a, b, beta=1.0, reduction="none"),
        "l1": lambda a, b: F.l1_loss(a, b, reduction="none"),
    }
    arrays = {"predictions": predictions, "targets": targets}
    for name, loss in losses.items():
        inputs = to_torch(predictions).requires_grad_()
        values = loss(inputs, to_torch(targets))
        (gradient,) = torch.autograd.grad(values.sum(), inputs)
        arrays[f"{name}_losses"] = values.detach().numpy()
        arrays[f"{name}_gradients"] = gradient.numpy()
    return arrays


def overlap_loss():
    """Of decoded boxes: near, nested and far apart; with gradients of the deltas."""
    rng = np.random.default_rng(11)
    corner = rng.uniform(0.0, 80.0, [60, 2])
    anchors = np.float32(
        np.concatenate([corner, corner + rng.uniform(4, 60, (60, 2))], 1)
    )
    targets = anchors + rng.normal(0.0, 6.0, [60, 4])
    targets[40:] += rng.uniform(30.0, 300.0, [20, 1])  # far apart
    targets = np.sort(targets.reshape(60, 2, 2), axis=1).reshape(60, 4)
    deltas = np.float32(rng.normal(0.0, 0.2, [60, 4]))
    losses = {
        "iou": lambda a, b: 1.0 - ops.box_iou(a, b).diagonal(),
        "giou": ops.generalized_box_iou_loss,
    }
    arrays = {"anchors": anchors, "targets": np.float32(targets), "deltas": deltas}
    for name, loss in losses.items():
        inputs = xyxy(deltas).requires_grad_()
        boxes = BoxCoder(RPN_WEIGHTS).decode_single(inputs, xyxy(anchors))
        values = loss(boxes, xyxy(np.float32(targets)))
        (gradient,) = torch.autograd.grad(values.sum(), inputs)
        arrays[f"{name}_losses"] = values.detach().numpy()
        arrays[f"{name}_gradients"] = yxyx(gradient)
    return arrays


def matcher():
    rng = np.random.default_rng(7)
    overlaps = {  # [A, G]: a row for each anchor
        "random": rng.uniform(0.0, 1.0, [30, 4]) ** 2,
        "ties": rng.integers(0, 10, [30, 4]) / 10,
        "limits": [[0.3], [0.7], [0.5], [0.29], [0.69], [0.49], [0.9], [0.0]],
        "all_low": rng.uniform(0.01, 0.29, [12, 3]),
        # Nothing overlaps the second object. See the note in README.md.
        "untouched_object": [[0.8, 0.0], [0.4, 0.0], [0.1, 0.0], [0.0, 0.0]],
        # Detectron2, tests/modeling/test_matcher.py, test_scriptability.
        "detectron2": [[0.15, 0.3, 0.05], [0.45, 0.65, 0.4], [0.2, 0.05, 0.25]]
        + [[0.6, 0.1, 0.4]],
    }
    matchers = {
        "rpn": Matcher(0.7, 0.3, allow_low_quality_matches=True),
        "rcnn": Matcher(0.5, 0.5, allow_low_quality_matches=False),
    }
    arrays = {
        "rpn_positive_iou": np.float32(0.7),
        "rpn_negative_iou": np.float32(0.3),
        "rcnn_positive_iou": np.float32(0.5),
        "rcnn_negative_iou": np.float32(0.5),
        "detectron2_published_matches": np.int32([1, 1, 2, 0]),
        "detectron2_published_labels": np.int32([-1, 1, 0, 1]),
    }
    for case, overlap in overlaps.items():
        arrays[f"{case}_iou"] = np.float32(overlap)
        for name, match in matchers.items():
            found = match(to_torch(np.float32(overlap)).T.contiguous()).numpy()
            labels = np.where(found >= 0, 1, np.where(found == -1, 0, -1))
            arrays[f"{case}_{name}_labels"] = np.int32(labels)
            arrays[f"{case}_{name}_matches"] = np.int32(np.maximum(found, -1))
    return arrays


def detections():
    rng = np.random.default_rng(8)
    image_size = np.int32([[100, 120], [80, 90]])
    proposals = np.stack([random_boxes(rng, [30], size) for size in image_size])
    proposals = proposals.clip(0.0, np.tile(image_size, 2)[:, None]).astype(np.float32)
    logits = np.float32(rng.normal(0.0, 1.5, [2, 30, 6]))
    logits[1, :, -1] += 5.0  # The second image holds few objects,
    deltas = np.float32(rng.normal(0.0, 0.15, [2, 30, 5, 4]) * RCNN_WEIGHTS)
    # and one with a high score that its deltas move out of the image.
    logits[1, 0, 2], deltas[1, 0, 2, :2] = 9.0, 200.0

    heads = RoIHeads(
        box_roi_pool=None,
        box_head=None,
        box_predictor=None,
        fg_iou_thresh=0.5,
        bg_iou_thresh=0.5,
        batch_size_per_image=512,
        positive_fraction=0.25,
        bbox_reg_weights=RCNN_WEIGHTS,
        score_thresh=0.05,
        nms_thresh=0.5,
        detections_per_img=20,
    )
    boxes, scores, labels = heads.postprocess_detections(
        background_first(logits).reshape(-1, 6),
        with_background(deltas),
        list(xyxy(proposals)),
        [tuple(size) for size in image_size.tolist()],
    )
    return {
        "image_size": np.float32(image_size),
        "proposals": proposals,
        "logits": logits,
        "deltas": deltas,
        "weights": np.float32(RCNN_WEIGHTS),
        "score_threshold": np.float32(0.05),
        "iou_threshold": np.float32(0.5),
        "max_detections": np.int32(20),
        "boxes": padded([yxyx(image) for image in boxes], 20),
        "scores": padded([image.numpy() for image in scores], 20),
        "classes": padded([np.int32(image) - 1 for image in labels], 20, fill=-1),
        "counts": np.int32([len(image) for image in boxes]),
    }


def rpn_proposals():
    rng = np.random.default_rng(9)
    levels = {
        "one_level": anchors_of([(16, 32, 64)], [(5, 6)], [16]),
        "three_levels": anchors_of(
            [(16,), (32,), (64,)], [(8, 12), (4, 6), (2, 3)], [8, 16, 32]
        ),
    }
    image_size = np.int32([[64, 96], [57, 80]])  # The second image has a padding.
    rpn = region_proposal_network(pre_nms=60, post_nms=52)
    arrays = {
        "image_size": np.float32(image_size),
        "pre_nms": np.int32(60),  # of each level
        "post_nms": np.int32(52),  # of all levels together
        "iou_threshold": np.float32(0.7),
        "min_size": np.float32(rpn.min_size),
    }
    for name, anchors_by_level in levels.items():
        boxes = np.concatenate(anchors_by_level)
        level_sizes = [len(level) for level in anchors_by_level]
        logits = distinct_logits(rng, [2, len(boxes)])
        deltas = np.float32(rng.normal(0.0, 0.2, [2, len(boxes), 4]))
        decoded = rpn.box_coder.decode(
            xyxy(deltas).reshape(-1, 4), [xyxy(boxes), xyxy(boxes)]
        ).view(2, -1, 4)
        proposals, scores = rpn.filter_proposals(
            decoded, to_torch(logits), image_size.tolist(), level_sizes
        )
        arrays |= {
            f"{name}_level_sizes": np.int32(level_sizes),
            f"{name}_anchors": boxes,
            f"{name}_logits": logits,
            f"{name}_deltas": deltas,
            f"{name}_proposals": padded([yxyx(image) for image in proposals], 52),
            f"{name}_scores": padded([image.numpy() for image in scores], 52),
            f"{name}_counts": np.int32([len(image) for image in proposals]),
        }
    return arrays


def region_proposal_network(pre_nms=1000, post_nms=1000):
    return RegionProposalNetwork(
        anchor_generator=None,
        head=None,
        fg_iou_thresh=0.7,
        bg_iou_thresh=0.3,
        batch_size_per_image=256,
        positive_fraction=0.5,
        pre_nms_top_n={"training": pre_nms, "testing": pre_nms},
        post_nms_top_n={"training": post_nms, "testing": post_nms},
        nms_thresh=0.7,
    )


def losses():
    rng = np.random.default_rng(10)
    # So few are labelled that torchvision's sampler takes each of them.
    rpn_labels = np.int32(rng.choice([-1, 0, 1], [2, 40], p=[0.5, 0.3, 0.2]))
    rpn_labels[1, 10:] = -1  # The images do not count equally many.
    rpn_logits = np.float32(rng.normal(0.0, 2.0, [2, 40]))
    rpn_deltas, rpn_targets = np.float32(rng.normal(0.0, 0.3, [2, 2, 40, 4]))
    objectness, rpn_boxes = region_proposal_network().compute_loss(
        to_torch(rpn_logits),
        xyxy(rpn_deltas).reshape(-1, 4),
        list(to_torch(np.float32(rpn_labels))),
        list(xyxy(rpn_targets)),
    )

    num_classes = 5
    rcnn_labels = np.int32(rng.integers(0, num_classes + 1, [2, 16]))
    rcnn_labels[1, 4:] = num_classes  # background
    rcnn_logits = np.float32(rng.normal(0.0, 2.0, [2, 16, num_classes + 1]))
    rcnn_deltas = np.float32(rng.normal(0.0, 0.3, [2, 16, num_classes, 4]))
    rcnn_targets = np.float32(rng.normal(0.0, 0.3, [2, 16, 4]))
    classification, rcnn_boxes = fastrcnn_loss(
        background_first(rcnn_logits).reshape(-1, num_classes + 1),
        with_background(rcnn_deltas),
        list(to_torch(np.int64(rcnn_labels + 1) % (num_classes + 1))),
        list(xyxy(rcnn_targets)),
    )
    return {
        "beta": np.float32(1 / 9),
        "rpn_labels": rpn_labels,
        "rpn_logits": rpn_logits,
        "rpn_deltas": rpn_deltas,
        "rpn_target_deltas": rpn_targets,
        "rpn_objectness_loss": objectness.numpy(),
        "rpn_box_loss": rpn_boxes.numpy(),
        "rcnn_labels": rcnn_labels,
        "rcnn_logits": rcnn_logits,
        "rcnn_deltas": rcnn_deltas,
        "rcnn_target_deltas": rcnn_targets,
        "rcnn_class_loss": classification.numpy(),
        "rcnn_box_loss": rcnn_boxes.numpy(),
    }


FILES = (
    iou,
    box_coder,
    anchors,
    nms,
    roi_align,
    smooth_l1,
    overlap_loss,
    matcher,
    detections,
    rpn_proposals,
    losses,
)

if __name__ == "__main__":
    torch.set_num_threads(1)
    for make in FILES:
        path = Path(__file__).with_name(f"{make.__name__}.npz")
        np.savez_compressed(path, **make())
        print(f"{path.name}: {path.stat().st_size} bytes")
