"""From scored and moved anchors to the few regions worth a second look."""

from keras import ops

from luminet import box_ops
from luminet.models import kernels
from luminet.models.top_k import top_k


class RPNProposal:
    """Keep the best boxes of each level, without those that overlap a better one.

    Args:
        pre_nms: int, boxes of each level that enter non-maximum suppression.
        post_nms: int, boxes that leave it, over all levels.
        pre_nms_training: int, as `pre_nms`, in training.
        post_nms_training: int, as `post_nms`, in training.
        iou_threshold: float, boxes that overlap a better one more than this go.
        min_size: float, boxes with a shorter side, in pixels, go.
        min_score: float, boxes that score less go.
    """

    def __init__(
        self,
        pre_nms: int = 1000,
        post_nms: int = 1000,
        pre_nms_training: int = 2000,
        post_nms_training: int = 1000,
        iou_threshold: float = 0.7,
        min_size: float = 1e-3,
        min_score: float = 0.0,
    ):
        if min(pre_nms, post_nms, pre_nms_training, post_nms_training) < 1:
            raise ValueError(
                "`pre_nms` and `post_nms` must be positive. Received: "
                f"pre_nms={pre_nms}, post_nms={post_nms}, "
                f"pre_nms_training={pre_nms_training}, "
                f"post_nms_training={post_nms_training}"
            )
        if not 0.0 <= iou_threshold <= 1.0:
            raise ValueError(
                "`iou_threshold` must be in [0, 1]. "
                f"Received: iou_threshold={iou_threshold}"
            )
        if not 0.0 <= min_score < 1.0:
            raise ValueError(
                f"`min_score` must be in [0, 1). Received: min_score={min_score}"
            )
        self.counts = {
            False: (pre_nms, post_nms),
            True: (pre_nms_training, post_nms_training),
        }
        self.iou_threshold = iou_threshold
        self.min_size = min_size
        self.min_score = min_score

    def __call__(self, anchors, logits, deltas, level_counts, image_size, training):
        """Proposals of one batch.

        Args:
            anchors: `[A, 4]`.
            logits: `[B, A]`.
            deltas: `[B, A, 4]`.
            level_counts: list of ints, anchors on each level; they sum up to A.
            image_size: `[B, 2]`.
            training: bool, which of the two numbers of boxes hold.

        Returns:
            dict of `boxes` `[B, P, 4]`, best first, zeros at the end where there are
            fewer, and their `scores` `[B, P]`, in (0, 1], 0 at the end.
        """
        post_nms = self.counts[bool(training)][1]
        candidates = self.candidates(
            anchors, logits, deltas, level_counts, image_size, training
        )
        levels = [self.suppress(level, post_nms) for level in candidates]
        if len(levels) == 1:
            return levels[0]
        merged = {k: ops.concatenate([p[k] for p in levels], axis=1) for k in levels[0]}
        scores, best = ops.top_k(merged["scores"], post_nms)
        boxes = ops.take_along_axis(merged["boxes"], best[..., None], axis=1)
        return {"boxes": boxes, "scores": scores}

    def candidates(self, anchors, logits, deltas, level_counts, image_size, training):
        """The boxes of each level that enter suppression; see `__call__`.

        Returns:
            list of dicts of `boxes` `[B, K, 4]`, best first, clipped to their image,
            and their `scores` `[B, K]`, 0 where that left too little, or was too low.
        """
        pre_nms = self.counts[bool(training)][0]
        levels, start = [], 0
        for count in level_counts:
            level = slice(start, start + count)
            start = start + count
            boxes, scores = _best(
                anchors[level], logits[:, level], deltas[:, level], pre_nms
            )
            boxes = box_ops.clip(boxes, image_size)
            size = boxes[..., 2:] - boxes[..., :2]
            good = ops.all(size >= self.min_size, axis=-1) & (scores >= self.min_score)
            levels.append({"boxes": boxes, "scores": ops.where(good, scores, 0.0)})
        return levels

    def suppress(self, candidates, max_count):
        """Those of one level's candidates that no better one overlaps.

        Args:
            candidates: dict, see `candidates`.
            max_count: int, how many stay at most.

        Returns:
            dict of `boxes` `[B, max_count, 4]` and `scores` `[B, max_count]`, best
            first, zeros at the end.
        """
        kept = kernels.non_max_suppression(
            candidates["boxes"][:, :, None, :],
            candidates["scores"][..., None],
            self.iou_threshold,
            max_count,
            score_threshold=0.0,
        )
        return {"boxes": kept["boxes"], "scores": kept["scores"]}


def _best(anchors, logits, deltas, pre_nms):
    """Decode only the anchors with the highest scores: `[B, K, 4]`, `[B, K]`."""
    best_logits, best = top_k(logits, pre_nms)
    best_deltas = ops.take_along_axis(deltas, best[..., None], axis=1)
    boxes = box_ops.decode(best_deltas, ops.take(anchors, best, axis=0))
    return boxes, ops.sigmoid(best_logits)
