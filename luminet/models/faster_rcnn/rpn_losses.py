"""What the first stage's answers cost in training."""

from keras import ops

from luminet.models import losses, matching
from luminet.models.overlap_loss import overlap_loss


def rpn_losses(outputs, box_loss, beta):
    """Losses of the sampled anchors (Faster R-CNN, equation 1).

    Both are sums over an image, divided by the number of its sampled anchors.

    Args:
        outputs: what `RPN` returned in training.
        box_loss: "smooth_l1", "iou" or "giou"; see `RPN`.
        beta: float, likewise.

    Returns:
        dict of `rpn_class` and `rpn_box`, `[B]` each.
    """
    labels = outputs["labels"]  # [B, A]
    sampled, positive = labels >= 0, labels == 1
    class_loss = losses.sigmoid_cross_entropy(positive, outputs["logits"])
    targets, deltas = outputs["target_deltas"], outputs["deltas"]
    if box_loss == "smooth_l1":
        box_losses = ops.sum(losses.smooth_l1(targets, deltas, beta), axis=-1)
    else:
        box_losses = overlap_loss(box_loss, targets, deltas, outputs["anchors"])
    num_sampled = matching.count(sampled)  # [B]
    return {
        "rpn_class": losses.masked_mean(class_loss, sampled, num_sampled),
        "rpn_box": losses.masked_mean(box_losses, positive, num_sampled),
    }
