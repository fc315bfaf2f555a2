"""What the second stage's answers cost in training."""

from keras import ops

from luminet.models import losses, matching
from luminet.models.overlap_loss import overlap_loss


def rcnn_losses(outputs, num_classes, box_loss, beta, box_weights):
    """Losses of the sampled regions (Fast R-CNN, section 2.3).

    Both are sums over an image, divided by the number of its sampled regions.

    Args:
        outputs: what `RCNN` returned in training.
        num_classes: int.
        box_loss: "smooth_l1", "iou" or "giou"; see `RCNN`.
        beta: float, likewise.
        box_weights: four floats, likewise.

    Returns:
        dict of `rcnn_class` and `rcnn_box`, `[B]` each.
    """
    labels = outputs["labels"]  # [B, R]
    sampled = labels >= 0
    positive = sampled & (labels < num_classes)
    num_sampled = matching.count(sampled)  # [B]
    class_loss = losses.softmax_cross_entropy(ops.maximum(labels, 0), outputs["logits"])
    box_losses = _box_losses(outputs, box_loss, beta, box_weights)
    return {
        "rcnn_class": losses.masked_mean(class_loss, sampled, num_sampled),
        "rcnn_box": losses.masked_mean(box_losses, positive, num_sampled),
    }


def _box_losses(outputs, box_loss, beta, box_weights):
    """`[B, R]`: of the box of each region's own class."""
    deltas = outputs["deltas"]
    own_box = ops.clip(outputs["labels"], 0, deltas.shape[2] - 1)[..., None, None]
    deltas = ops.take_along_axis(deltas, own_box, axis=2)[:, :, 0]  # [B, R, 4]
    targets = outputs["target_deltas"]
    weights = ops.convert_to_tensor(box_weights)
    if box_loss == "smooth_l1":
        return ops.sum(losses.smooth_l1(targets * weights, deltas, beta), axis=-1)
    return overlap_loss(box_loss, targets, deltas / weights, outputs["regions"])


def check_box_weights(box_weights):
    """Raise ValueError if deltas cannot be multiplied with these to be learnt."""
    if len(box_weights) != 4 or min(box_weights) <= 0:
        raise ValueError(
            "`box_weights` must be four positive numbers. "
            f"Received: box_weights={box_weights}"
        )
