"""The first stage: where might there be an object?"""

from typing import Literal

import keras
from keras import ops

from luminet.models import matching
from luminet.models.faster_rcnn.rpn_losses import rpn_losses
from luminet.models.faster_rcnn.rpn_samples import teach_samples
from luminet.models.initializer import make_initializer


class RPNHead(keras.layers.Layer):
    """Score every anchor, and say how to move it onto its object.

    One 3x3 convolution or more, then two 1x1 convolutions side by side, the same
    weights on every feature level (Faster R-CNN, section 3.1; FPN, section 4.1).

    Args:
        anchors_per_cell: int, how many anchors share a feature cell.
        channels: int, filters of each 3x3 convolution.
        num_convolutions: int, how many of those there are; 1 in the paper.
        hidden_initializer: of those convolutions, see `make_initializer`.
        class_initializer: of the convolution of the logits.
        box_initializer: of that of the deltas.

    Call arguments:
        features: list of `[B, Hl, Wl, F]`, one per level.

    Returns:
        `logits`, `[B, A]`: of an object being there; and `deltas`, `[B, A, 4]`: see
        `box_ops.encode`. Both float32, in the order of `Anchors`.
    """

    def __init__(
        self,
        anchors_per_cell,
        channels: int = 256,
        num_convolutions: int = 1,
        hidden_initializer: float | str = 0.01,
        class_initializer: float | str = 0.01,
        box_initializer: float | str = 0.01,
        **kwargs,
    ):
        super().__init__(autocast=False, **kwargs)
        counts = {"channels": channels, "num_convolutions": num_convolutions}
        for name, count in counts.items():
            if count < 1:
                raise ValueError(
                    f"`{name}` must be a positive integer. Received: {name}={count}"
                )
        self.shared = [
            _convolution(
                channels,
                3,
                make_initializer("hidden_initializer", hidden_initializer),
                activation="relu",
                name=f"shared_{index}",
            )
            for index in range(num_convolutions)
        ]
        initializer = make_initializer("class_initializer", class_initializer)
        # Float32 whatever the others compute in: deltas of 8 bits would be too coarse.
        self.objectness = _convolution(
            anchors_per_cell, 1, initializer, dtype="float32", name="objectness"
        )
        initializer = make_initializer("box_initializer", box_initializer)
        self.box_deltas = _convolution(
            4 * anchors_per_cell, 1, initializer, dtype="float32", name="box_deltas"
        )

    def call(self, features):
        hidden = features
        for layer in self.shared:
            hidden = [layer(level) for level in hidden]
        logits = [_per_anchor(self.objectness(level), 1) for level in hidden]
        deltas = [_per_anchor(self.box_deltas(level), 4) for level in hidden]
        logits = ops.concatenate(logits, axis=1)[..., 0]  # [B, A]
        return logits, ops.concatenate(deltas, axis=1)  # [B, A, 4]


def _convolution(filters, kernel_size, initializer, **kwargs):
    return keras.layers.Conv2D(
        filters, kernel_size, padding="same", kernel_initializer=initializer, **kwargs
    )


def _per_anchor(maps, values):
    """`[B, Hl, Wl, per_cell * values]` as `[B, Hl * Wl * per_cell, values]`."""
    return ops.reshape(maps, [ops.shape(maps)[0], -1, values])


class RPN(keras.layers.Layer):
    """The region proposal network: head, anchors, proposals and, in training, targets.

    Args:
        anchors: `Anchors`.
        head: `RPNHead`.
        proposal: `RPNProposal`.
        target: `RPNTarget`.
        beta: float, where the box loss turns from square to straight.
        box_loss: "smooth_l1" of the deltas, or "iou" or "giou" of decoded boxes.

    Call arguments:
        features: list of `[B, Hl, Wl, F]`.
        image_size: `[B, 2]`.
        truth: dict of `gt_boxes`, `gt_classes`, `gt_ignore`, `seed`, in training.

    Returns:
        dict of `anchors` `[A, 4]`, `logits` `[B, A]`, `deltas` `[B, A, 4]`,
        `proposals` `[B, P, 4]`, their `scores` `[B, P]`; and in training `labels` and
        `target_deltas`.
    """

    def __init__(
        self,
        anchors,
        head,
        proposal,
        target,
        beta: float = 1 / 9,
        box_loss: Literal["smooth_l1", "iou", "giou"] = "smooth_l1",
        **kwargs,
    ):
        super().__init__(autocast=False, **kwargs)
        if beta < 0:
            raise ValueError(f"`beta` must not be negative. Received: beta={beta}")
        self.anchors = anchors
        self.head = head
        self.proposal = proposal
        self.target = target
        self.beta = beta
        self.box_loss = box_loss

    def call(self, features, image_size, truth=None, training=False):
        anchors = self.anchors(features)
        logits, deltas = self.head(features)
        proposals = self.proposal(
            anchors,
            # Where the second stage looks is not the first one's to learn from.
            ops.stop_gradient(logits),
            ops.stop_gradient(deltas),
            self.anchors.count(features),
            image_size,
            training=training,
        )
        outputs = {
            "anchors": anchors,
            "logits": logits,
            "deltas": deltas,
            "proposals": proposals["boxes"],
            "scores": proposals["scores"],
        }
        if training:
            labels, target_deltas = self.target(anchors, image_size, **truth)
            outputs |= {"labels": labels, "target_deltas": target_deltas}
            samples = matching.true_first(labels >= 0, self.target.num_samples)
            outputs["logits"], outputs["deltas"] = teach_samples(
                self.head, features, samples, logits, deltas
            )
        return outputs

    def compute_losses(self, outputs):
        """Losses of the sampled anchors, `[B]` each: `rpn_class` and `rpn_box`."""
        return rpn_losses(outputs, self.box_loss, self.beta)
