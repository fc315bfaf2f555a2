"""Which box belongs to which object, and which boxes take part in the loss."""

import numpy as np
from keras import ops

from luminet import box_ops
from luminet.models.top_k import top_k

_LOWEST = np.iinfo(np.int32).min


def match(boxes, gt_boxes, gt_classes, gt_ignore):
    """Find for each box the object that it overlaps most.

    Args:
        boxes: `[N, 4]` or `[B, N, 4]`.
        gt_boxes: `[B, G, 4]`.
        gt_classes: int32 `[B, G]`, -1 where there is no object.
        gt_ignore: bool `[B, G]`: difficult objects and crowds. They are no targets;
            what mostly lies in one is no background either.

    Returns:
        `iou`: `[B, N, G]`, 0 for objects that are ignored or not there.
        `ignored`: bool `[B, N]`, more than half of the box lies in an ignored object.
    """
    is_target = (gt_classes >= 0) & ~gt_ignore  # [B, G]
    iou = box_ops.pairwise_iou(boxes, gt_boxes)
    iou = ops.where(is_target[:, None, :], iou, 0.0)
    coverage = box_ops.pairwise_coverage(boxes, gt_boxes)
    in_ignored = (coverage > 0.5) & (gt_ignore & (gt_classes >= 0))[:, None, :]
    return iou, ops.any(in_ignored, axis=2)


def assign(iou, positive_iou, negative_iou, every_object=False):
    """Label boxes by their best overlap with an object.

    Args:
        iou: `[B, N, G]`, from `match`.
        positive_iou: float, from here on a box belongs to its object.
        negative_iou: float, below it a box is background.
        every_object: bool, whether the boxes that overlap an object most belong to
            theirs, however small the overlap is; ties all count.

    Returns:
        `labels`, int32 `[B, N]`: 1 object, 0 background, -1 neither;
        `gt_index`, int32 `[B, N]`: the object that a box overlaps most.
    """
    best_iou = ops.max(iou, axis=2)  # [B, N]
    # Not at zero: a padded object touches no box, and no box belongs to it.
    positive = (best_iou >= positive_iou) & (best_iou > 0.0)
    if every_object:
        gt_best_iou = ops.max(iou, axis=1, keepdims=True)  # [B, 1, G]
        positive |= ops.any((iou == gt_best_iou) & (iou > 0.0), axis=2)
    labels = ops.where(positive, 1, ops.where(best_iou < negative_iou, 0, -1))
    return labels, ops.cast(ops.argmax(iou, axis=2), "int32")


def sample(mask, count, max_count, seeds):
    """Keep at most `count` of the true entries of each row, chosen at random.

    The choice is a pure function of `seeds`: it does not depend on the other images of
    a batch, on the device, or on what was drawn before.

    Args:
        mask: bool `[B, N]`.
        count: int, or int32 `[B]`, not above `max_count`.
        max_count: int.
        seeds: int32 `[B]`, one number for each image and training step.

    Returns:
        bool `[B, N]`, true only where `mask` is.
    """
    keys = ops.where(mask, random_keys(seeds, ops.shape(mask)[1]), _LOWEST)
    best, _ = top_k(keys, max_count)  # [B, K]
    count = ops.broadcast_to(count, ops.shape(seeds))
    last = ops.minimum(ops.maximum(count - 1, 0), ops.shape(best)[1] - 1)
    threshold = ops.take_along_axis(best, last[:, None], axis=1)  # [B, 1]
    return mask & (keys >= threshold) & (count > 0)[:, None]


def count(mask):
    """How many entries of each row are true: int32 `[B]`, of bool `[B, N]`."""
    # Not `ops.count_nonzero`, which PyTorch calls deprecated.
    return ops.sum(ops.cast(mask, "int32"), axis=1)


def true_first(mask, max_count):
    """Indices of the entries that are true, and then of others: int32 `[B, K]`.

    Args:
        mask: bool `[B, N]`.
        max_count: int; K is that, or N if there are fewer.
    """
    return ops.cast(top_k(ops.cast(mask, "float32"), max_count)[1], "int32")


def check_sampling(num_samples, positive_fraction):
    """Raise ValueError if these settings of a sampler make no sense."""
    if num_samples < 1 or not 0.0 <= positive_fraction <= 1.0:
        raise ValueError(
            "`num_samples` must be positive, `positive_fraction` in [0, 1]. Received: "
            f"num_samples={num_samples}, positive_fraction={positive_fraction}"
        )


def random_keys(seeds, count):
    """Numbers without pattern and, within a row, without ties.

    A counter put through the finalizer of MurmurHash3, which maps 32-bit integers one
    to one. Unlike a generator with a state it gives the same numbers on each backend.

    Args:
        seeds: int32 `[B]`.
        count: int.

    Returns:
        int32 `[B, count]`, above the smallest int32.
    """
    counter = ops.cast(ops.arange(count), "int32")[None, :]
    keys = _scramble(counter ^ _scramble(seeds)[:, None])
    return ops.maximum(keys, _LOWEST + 1)


def _scramble(x):
    x = (x ^ _shift_right(x, 16)) * np.int32(-2048144789)  # 0x85EBCA6B
    x = (x ^ _shift_right(x, 13)) * np.int32(-1028477387)  # 0xC2B2AE35
    return x ^ _shift_right(x, 16)


def _shift_right(x, bits):
    # Integers are signed: the mask takes away the copies of the sign bit.
    return ops.right_shift(x, bits) & ((1 << (32 - bits)) - 1)
