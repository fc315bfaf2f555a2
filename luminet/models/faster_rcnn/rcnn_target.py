"""Which proposals the second stage learns from, and what it should say of them."""

from keras import ops

from luminet import box_ops
from luminet.models import matching


class RCNNTarget:
    """Choose regions among the proposals and the objects themselves, and label them.

    A region belongs to the object it overlaps most if that is enough; it is background
    if it overlaps every object too little (Fast R-CNN, section 2.3).

    Args:
        num_classes: int.
        positive_iou: float, from here on a region belongs to an object.
        negative_iou: float, below it a region is background.
        lowest_iou: float, below it a region is left out; 0.1 in Fast R-CNN.
        num_samples: int, regions of each image.
        positive_fraction: float, at most this part of them belongs to objects.
    """

    def __init__(
        self,
        num_classes,
        positive_iou: float = 0.5,
        negative_iou: float = 0.5,
        lowest_iou: float = 0.0,
        num_samples: int = 512,
        positive_fraction: float = 0.25,
    ):
        if not 0.0 <= lowest_iou <= negative_iou <= positive_iou <= 1.0:
            raise ValueError(
                "`lowest_iou`, `negative_iou` and `positive_iou` must rise, in [0, 1]. "
                f"Received: lowest_iou={lowest_iou}, negative_iou={negative_iou}, "
                f"positive_iou={positive_iou}"
            )
        matching.check_sampling(num_samples, positive_fraction)
        self.num_classes = num_classes
        self.positive_iou = positive_iou
        self.negative_iou = negative_iou
        self.lowest_iou = lowest_iou
        self.num_samples = num_samples
        self.max_positives = int(num_samples * positive_fraction)

    def __call__(self, proposals, gt_boxes, gt_classes, gt_ignore, seed):
        """Regions and targets of one batch.

        Args:
            proposals: `[B, P, 4]`, padded with zeros.
            gt_boxes: `[B, G, 4]`, padded.
            gt_classes: int32 `[B, G]`, -1 in the padding.
            gt_ignore: bool `[B, G]`.
            seed: int32 `[B]`.

        Returns:
            dict of
            `regions`, `[B, R, 4]`: R is `num_samples`;
            `labels`, int32 `[B, R]`: the class, C for background, -1 where there was
            nothing left to choose;
            `target_deltas`, `[B, R, 4]`: to the object, of use where there is one;
            `gt_index`, int32 `[B, R]`: which object.
        """
        # An object that the first stage missed is still seen by the second.
        is_target = (gt_classes >= 0) & ~gt_ignore
        gt_candidates = ops.where(is_target[..., None], gt_boxes, 0.0)
        candidates = ops.concatenate([proposals, gt_candidates], axis=1)  # [B, N, 4]
        iou, ignored = matching.match(candidates, gt_boxes, gt_classes, gt_ignore)
        labels, gt_index = matching.assign(iou, self.positive_iou, self.negative_iou)
        is_box = box_ops.area(candidates) > 0.0
        positive = is_box & (labels == 1)
        negative = is_box & (labels == 0) & ~ignored
        negative &= ops.max(iou, axis=2) >= self.lowest_iou
        chosen, is_positive, is_negative = self._choose(positive, negative, seed)

        gt_index = ops.take_along_axis(gt_index, chosen, axis=1)  # [B, R]
        regions = ops.take_along_axis(candidates, chosen[..., None], axis=1)
        labels = ops.take_along_axis(gt_classes, gt_index, axis=1)
        labels = ops.where(is_negative, self.num_classes, labels)
        matched = ops.take_along_axis(gt_boxes, gt_index[..., None], axis=1)
        return {
            "regions": regions,
            "labels": ops.where(is_positive | is_negative, labels, -1),
            "target_deltas": box_ops.encode(matched, regions),
            "gt_index": gt_index,
        }

    def _choose(self, positive, negative, seed):
        """Positions `[B, R]` of the sample, and which of them are of which kind."""
        positive = matching.sample(positive, self.max_positives, self.num_samples, seed)
        num_positive = matching.count(positive)
        negative = matching.sample(
            negative, self.num_samples - num_positive, self.num_samples, seed
        )
        # Positives first, then negatives, then whatever fills the row.
        rank = 2 * ops.cast(positive, "int32") + ops.cast(negative, "int32")
        # Zeros at the end: there may be fewer candidates than samples.
        rank = ops.pad(rank, [[0, 0], [0, self.num_samples]])
        value, chosen = ops.top_k(rank, self.num_samples)
        chosen = ops.minimum(ops.cast(chosen, "int32"), ops.shape(positive)[1] - 1)
        return chosen, value == 2, value == 1
