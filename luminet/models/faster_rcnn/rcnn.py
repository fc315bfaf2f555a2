"""The second stage: what is in a region, and where exactly?"""

from typing import Literal

import keras
from keras import ops

from luminet.models.convolution import convolution
from luminet.models.dropout import dropout as drop_out
from luminet.models.faster_rcnn.rcnn_losses import check_box_weights, rcnn_losses
from luminet.models.initializer import make_initializer


class RCNNHead(keras.layers.Layer):
    """Score the classes of each region, and say how to move it onto its object.

    Args:
        num_classes: int.
        tail: model, the end of the base network, applied to each region; or None.
        convolution_sizes: list of ints, filters of 3x3 convolutions after it; none in
            the paper.
        batch_norm: bool, normalise after each of them; see `convolution`.
        layer_sizes: list of ints, dense layers after them; 4096 twice in the paper,
            1024 twice with FPN, none after a ResNet's tail.
        use_mean: bool, average over height and width before the dense layers;
            otherwise all cells go in.
        dropout: float in [0, 1), the part of each dense layer's outputs that is set to
            zero in training, by chance.
        hidden_initializer: of the dense layers, see `make_initializer`.
        class_initializer: of the layer of the logits.
        box_initializer: of that of the deltas.
        num_unused: int, further logits after the background's, for classes that a
            model once had: they take part in the softmax and are never detected.
        class_agnostic: bool, all classes of a region share one box (R-FCN, section 3).

    Call arguments:
        pooled: `[B, R, h, w, F]`.
        seed: int32 `[B]`, of this step, in training with dropout.

    Returns:
        `logits`, `[B, R, C + 1 + num_unused]`, number C is the background's;
        `deltas`, `[B, R, Q, 4]`, `Q` is C, or 1 if all classes share a box.
        Both float32.
    """

    def __init__(
        self,
        num_classes,
        tail=None,
        convolution_sizes: list[int] = (),
        batch_norm: bool = False,
        layer_sizes: list[int] = (1024, 1024),
        use_mean: bool = False,
        dropout: float = 0.0,
        hidden_initializer: float | str = "glorot_uniform",
        class_initializer: float | str = 0.01,
        box_initializer: float | str = 0.001,
        num_unused: int = 0,
        class_agnostic: bool = False,
        **kwargs,
    ):
        super().__init__(autocast=False, **kwargs)
        _check_head(dropout, num_unused)
        self.class_agnostic = class_agnostic
        self.num_boxes = 1 if class_agnostic else num_classes
        self.tail = tail
        self.convolutions = [
            convolution(
                size, 3, f"convolution_{index}", batch_norm, "relu", "he_normal"
            )
            for index, size in enumerate(convolution_sizes)
        ]
        self.use_mean = use_mean
        self.dropout = dropout
        self.hidden = [
            keras.layers.Dense(
                size,
                activation="relu",
                kernel_initializer=make_initializer(
                    "hidden_initializer", hidden_initializer
                ),
                name=f"hidden_{index}",
            )
            for index, size in enumerate(layer_sizes)
        ]
        self.class_logits = _output_layer(
            "class_logits",
            num_classes + 1 + num_unused,
            make_initializer("class_initializer", class_initializer),
        )
        self.box_deltas = _output_layer(
            "box_deltas",
            self.num_boxes * 4,
            make_initializer("box_initializer", box_initializer),
        )

    @property
    def class_layers(self):
        """See `DetectionModel`."""
        by_class = [(self.class_logits, 1)]
        return by_class if self.class_agnostic else [*by_class, (self.box_deltas, 4)]

    def call(self, pooled, seed=None, training=False):
        batch, regions, height, width, channels = ops.shape(pooled)
        cells = ops.reshape(pooled, [-1, height, width, channels])  # [B * R, h, w, F]
        if self.tail is not None:
            cells = self.tail(cells, training=training)
        for layer in self.convolutions:
            cells = layer(cells)
        if self.use_mean:
            hidden = ops.mean(cells, axis=[1, 2])
        else:
            hidden = ops.reshape(cells, [ops.shape(cells)[0], -1])
        for index, layer in enumerate(self.hidden):
            hidden = layer(hidden)
            if training and self.dropout:
                hidden = drop_out(hidden, self.dropout, seed, index)
        logits, deltas = self.class_logits(hidden), self.box_deltas(hidden)
        return (
            ops.reshape(logits, [batch, regions, logits.shape[-1]]),
            ops.reshape(deltas, [batch, regions, self.num_boxes, 4]),
        )


def _check_head(dropout, num_unused):
    if not 0.0 <= dropout < 1.0:
        raise ValueError(
            f"`dropout` must be in [0, 1), 1 left out. Received: dropout={dropout}"
        )
    if num_unused < 0:
        raise ValueError(
            f"`num_unused` must not be negative. Received: num_unused={num_unused}"
        )


def _output_layer(name, units, initializer):
    # Float32 whatever the others compute in: deltas of 8 bits would be too coarse.
    return keras.layers.Dense(
        units, kernel_initializer=initializer, dtype="float32", name=name
    )


class RCNN(keras.layers.Layer):
    """The second stage: pooling, head, and in training targets, else detections.

    Args:
        num_classes: int.
        roi_pool: `RoIPool`.
        head: `RCNNHead`.
        target: `RCNNTarget`.
        detection: `RCNNDetection`; or None, where others make detections of it.
        beta: float, where the box loss turns from square to straight; 0 makes it L1.
        box_loss: "smooth_l1" of the deltas, or "iou" or "giou" of decoded boxes.
        box_weights: four floats, what deltas are multiplied with to be learnt.

    Call arguments:
        features: list of `[B, Hl, Wl, F]`.
        proposals: `[B, P, 4]`.
        image_size: `[B, 2]`.
        truth: dict of `gt_boxes`, `gt_classes`, `gt_ignore`, `seed`, in training.

    Returns:
        dict of `regions` `[B, R, 4]`, `logits` `[B, R, C + 1]`, `deltas`
        `[B, R, Q, 4]`; in training `labels`, `target_deltas` and `gt_index` (see
        `RCNNTarget`); otherwise `detections` (see `RCNNDetection`).
    """

    def __init__(
        self,
        num_classes,
        roi_pool,
        head,
        target,
        detection,
        beta: float = 1.0,
        box_loss: Literal["smooth_l1", "iou", "giou"] = "smooth_l1",
        box_weights: list[float] = (10.0, 10.0, 5.0, 5.0),
        **kwargs,
    ):
        super().__init__(autocast=False, **kwargs)
        if beta < 0:
            raise ValueError(f"`beta` must not be negative. Received: beta={beta}")
        check_box_weights(box_weights)
        self.num_classes = num_classes
        self.roi_pool = roi_pool
        self.head = head
        self.target = target
        self.detection = detection
        self.beta = beta
        self.box_loss = box_loss
        self.box_weights = tuple(box_weights)

    @property
    def class_layers(self):
        """See `DetectionModel`."""
        return self.head.class_layers

    def call(self, features, proposals, image_size, truth=None, training=False):
        proposals = ops.stop_gradient(proposals)
        outputs = {"regions": proposals}
        if training:
            outputs = self.target(proposals, **truth)
        pooled = self.roi_pool(features, outputs["regions"])
        outputs["logits"], outputs["deltas"] = self.head(
            pooled, seed=truth["seed"] if training else None, training=training
        )
        if self.detection is not None and not training:
            scored = self.detection_inputs(outputs)
            outputs["detections"] = self.detection(*scored, image_size)
        return outputs

    def detection_inputs(self, outputs):
        """Regions, logits and deltas of a prediction as `RCNNDetection` takes them."""
        deltas = outputs["deltas"] / ops.convert_to_tensor(self.box_weights)
        return outputs["regions"], outputs["logits"], deltas

    def compute_losses(self, outputs):
        """Losses of the sampled regions, `[B]` each: `rcnn_class` and `rcnn_box`."""
        return rcnn_losses(
            outputs, self.num_classes, self.box_loss, self.beta, self.box_weights
        )
