"""Suppression that lowers scores, where the usual one takes boxes away."""

from typing import Literal

from keras import ops

from luminet.models.greedy_nms import greedy_nms


class SoftNMS:
    """Lower the score of a box for each better one of its class that overlaps it.

    Objects that stand close together are kept apart less harshly: a box that another
    one covers comes later, and goes only if little is left of its score (Bodla et al.,
    2017). It wants a low `min_score` of the detections, 0.001 in the paper's code.

    Args:
        method: "gaussian", times `exp(-iou^2 / sigma)`; or "linear", times `1 - iou`
            from `iou_threshold` on.
        sigma: float, of "gaussian": the smaller, the harsher.
    """

    def __init__(
        self, method: Literal["gaussian", "linear"] = "gaussian", sigma: float = 0.5
    ):
        if sigma <= 0:
            raise ValueError(f"`sigma` must be positive. Received: sigma={sigma}")
        self.method = method
        self.sigma = sigma

    def __call__(self, boxes, scores, iou_threshold, max_count, score_threshold):
        """Take the place of `kernels.non_max_suppression`, with lower scores."""

        def decay(overlap, union):
            iou = ops.divide_no_nan(overlap, union)
            if self.method == "linear":
                return ops.where(iou >= iou_threshold, 1.0 - iou, 1.0)
            return ops.exp(-ops.square(iou) / self.sigma)

        return greedy_nms(boxes, scores, decay, max_count, score_threshold)
