"""What the region proposal network should have said of each anchor."""

from keras import ops

from luminet import box_ops
from luminet.models import matching


class RPNTarget:
    """Label each anchor object, background or ignored, and sample a balanced few.

    An anchor is positive if it overlaps some object enough, or if no other anchor
    overlaps that object more; negative if it overlaps every object too little; else
    ignored (Faster R-CNN, section 3.1.2).

    Args:
        positive_iou: float, from here on an anchor is positive.
        negative_iou: float, below it an anchor is negative.
        num_samples: int, anchors per image that count in the loss.
        positive_fraction: float, at most this part of the samples is positive.
        border: float, pixels that an anchor may stick out of its image and still be
            used; None uses all. The paper has 0, later implementations use all.
    """

    def __init__(
        self,
        positive_iou: float = 0.7,
        negative_iou: float = 0.3,
        num_samples: int = 256,
        positive_fraction: float = 0.5,
        border: float | None = None,
    ):
        if not 0.0 <= negative_iou <= positive_iou <= 1.0:
            raise ValueError(
                "`negative_iou` must not exceed `positive_iou`, both in [0, 1]. "
                f"Received: negative_iou={negative_iou}, positive_iou={positive_iou}"
            )
        matching.check_sampling(num_samples, positive_fraction)
        self.positive_iou = positive_iou
        self.negative_iou = negative_iou
        self.num_samples = num_samples
        self.max_positives = int(num_samples * positive_fraction)
        self.border = border

    def __call__(self, anchors, image_size, gt_boxes, gt_classes, gt_ignore, seed):
        """Targets of one batch.

        Args:
            anchors: `[A, 4]`.
            image_size: `[B, 2]`, height and width in pixels, without the padding.
            gt_boxes: `[B, G, 4]`, padded.
            gt_classes: int32 `[B, G]`, -1 in the padding.
            gt_ignore: bool `[B, G]`.
            seed: int32 `[B]`.

        Returns:
            `labels`, int32 `[B, A]`: 1 object, 0 background, -1 ignored.
            `deltas`, `[B, A, 4]`: to the best object; of use where `labels` is 1.
        """
        labels, gt_index = self.match(
            anchors, image_size, gt_boxes, gt_classes, gt_ignore
        )
        labels = self._sample(labels == 1, labels == 0, seed)
        matched = ops.take_along_axis(
            gt_boxes, gt_index[..., None], axis=1
        )  # [B, A, 4]
        return labels, box_ops.encode(matched, anchors)

    def match(self, anchors, image_size, gt_boxes, gt_classes, gt_ignore):
        """Labels of all anchors, before the few are sampled; see `__call__`.

        Returns:
            `labels`, int32 `[B, A]`: 1 object, 0 background, -1 neither.
            `gt_index`, int32 `[B, A]`: the object that an anchor overlaps most.
        """
        iou, ignored = matching.match(anchors, gt_boxes, gt_classes, gt_ignore)
        usable = ~ignored  # [B, A]
        if self.border is not None:
            usable &= box_ops.inside(anchors, image_size, self.border)
            iou = ops.where(usable[..., None], iou, 0.0)
        labels, gt_index = matching.assign(
            iou, self.positive_iou, self.negative_iou, every_object=True
        )
        return ops.where((labels == 0) & ~usable, -1, labels), gt_index

    def _sample(self, positive, negative, seed):
        positive = matching.sample(positive, self.max_positives, self.num_samples, seed)
        num_positive = matching.count(positive)  # [B]
        negative = matching.sample(
            negative, self.num_samples - num_positive, self.num_samples, seed
        )
        return ops.where(positive, 1, ops.where(negative, 0, -1))
