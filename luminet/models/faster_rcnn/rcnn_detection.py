"""From the scores and moved boxes of the second stage to detections."""

from keras import ops

from luminet import box_ops
from luminet.models import kernels

# Pixels: what the border of the image leaves less of is no detection.
MIN_SIDE = 1e-2


class RCNNDetection:
    """Keep confident boxes, class by class, without those that overlap a better one.

    Args:
        min_score: float, detections must score higher.
        iou_threshold: float, non-maximum suppression within a class.
        max_detections: int, of each image, over all classes.
        soft_nms: `SoftNMS`, or None for boxes that go altogether.
        num_classes: int; None says that every class has a box of its own.
    """

    def __init__(
        self,
        min_score: float = 0.05,
        iou_threshold: float = 0.5,
        max_detections: int = 100,
        soft_nms=None,
        num_classes=None,
    ):
        if not (0.0 <= min_score < 1.0 and 0.0 <= iou_threshold <= 1.0):
            raise ValueError(
                "`min_score` must be in [0, 1), `iou_threshold` in [0, 1]. Received: "
                f"min_score={min_score}, iou_threshold={iou_threshold}"
            )
        if max_detections < 1:
            raise ValueError(
                "`max_detections` must be positive. "
                f"Received: max_detections={max_detections}"
            )
        self.min_score = min_score
        self.iou_threshold = iou_threshold
        self.max_detections = max_detections
        self.suppress = soft_nms or kernels.non_max_suppression
        self.num_classes = num_classes

    def __call__(self, regions, logits, deltas, image_size):
        """Detections of one batch.

        Args:
            regions: `[B, R, 4]`, padded with zeros.
            logits: `[B, R, C + 1]` or more: what follows the C classes is background
                and never detected.
            deltas: `[B, R, Q, 4]`, `Q` is C, or 1 if all classes share a box.
            image_size: `[B, 2]`.

        Returns:
            dict of `boxes` `[B, D, 4]`, `scores` `[B, D]` and `classes` int32 `[B, D]`
            (-1 in the padding), best first.
        """
        boxes, scores = self.score_boxes(regions, logits, deltas, image_size)
        return self.suppress(
            boxes, scores, self.iou_threshold, self.max_detections, self.min_score
        )

    def score_boxes(self, regions, logits, deltas, image_size):
        """The box and score of each class in each region; see `__call__`.

        Returns:
            `boxes`, `[B, R, Q, 4]`, clipped to their image; `scores`, `[B, R, C]`, 0
            where that left nothing.
        """
        num_classes = self.num_classes or deltas.shape[2]
        scores = ops.softmax(logits, axis=-1)[..., :num_classes]  # [B, R, C]
        boxes = box_ops.decode(deltas, regions[:, :, None, :])  # [B, R, Q, 4]
        batch, count, classes, _ = ops.shape(boxes)
        boxes = ops.reshape(boxes, [batch, count * classes, 4])
        boxes = ops.reshape(box_ops.clip(boxes, image_size), [batch, count, classes, 4])
        is_box = ops.all(boxes[..., 2:] - boxes[..., :2] >= MIN_SIDE, axis=-1)
        is_padding = box_ops.area(regions) <= 0.0  # [B, R]
        scores = ops.where(is_box & ~is_padding[..., None], scores, 0.0)
        return boxes, scores
