"""Second stages in a row: each takes the boxes of the one before, and is stricter."""

import keras
from keras import ops

from luminet import box_ops
from luminet.models import matching
from luminet.models.faster_rcnn.rcnn_losses import check_box_weights

# The logarithm of a score of 0 must be finite.
_LOWEST_SCORE = 1e-30


class CascadeTarget:
    """Label the boxes of the stage before: all of them, none is chosen or added.

    Args:
        num_classes: int.
        iou: float, from here on a region belongs to an object, below it is background.
    """

    def __init__(self, num_classes, iou):
        self.num_classes = num_classes
        self.iou = iou

    def __call__(self, regions, gt_boxes, gt_classes, gt_ignore, seed):
        """Targets of one batch: arguments and results are those of `RCNNTarget`."""
        iou, ignored = matching.match(regions, gt_boxes, gt_classes, gt_ignore)
        positive, gt_index = matching.assign(iou, self.iou, self.iou)
        counts = (box_ops.area(regions) > 0.0) & ~ignored  # [B, R]
        background = ops.where(counts, self.num_classes, -1)
        classes = ops.take_along_axis(gt_classes, gt_index, axis=1)
        matched = ops.take_along_axis(gt_boxes, gt_index[..., None], axis=1)
        return {
            "regions": regions,
            "labels": ops.where(positive == 1, classes, background),
            "target_deltas": box_ops.encode(matched, regions),
            "gt_index": gt_index,
        }


class CascadeRCNN(keras.layers.Layer):
    """Refine regions stage by stage (Cascade R-CNN, Cai & Vasconcelos, 2018).

    A stage asks for more overlap with an object than the one before, and gets better
    boxes to choose from. The score of a box is the mean over the stages.

    Args:
        make_stage: function of the position of a stage, its IoU and its box weights,
            which returns an `RCNN` without detection whose classes share a box.
        detection: `RCNNDetection`.
        ious: list of floats, from which overlap on a region belongs to an object; one
            for each stage.
        box_weights: four floats for each stage, see `RCNN`: the better the boxes, the
            smaller their deltas.
        loss_weights: list of floats, how much each stage counts in training.

    Call arguments:
        as for `RCNN`.

    Returns:
        dict of `stages`, a list of what each returned, and the entries of the last one;
        in prediction `detections` (see `RCNNDetection`).
    """

    def __init__(
        self,
        make_stage,
        detection,
        ious: list[float] = (0.5, 0.6, 0.7),
        box_weights: list[list[float]] = (
            (10.0, 10.0, 5.0, 5.0),
            (20.0, 20.0, 10.0, 10.0),
            (30.0, 30.0, 15.0, 15.0),
        ),
        loss_weights: list[float] = (1.0, 0.5, 0.25),
        **kwargs,
    ):
        super().__init__(autocast=False, **kwargs)
        if not len(ious) == len(box_weights) == len(loss_weights) > 0:
            raise ValueError(
                "`ious`, `box_weights` and `loss_weights` must be as many, one for "
                f"each stage. Received: {len(ious)}, {len(box_weights)} and "
                f"{len(loss_weights)}"
            )
        if not all(0.0 < iou <= 1.0 for iou in ious) or min(loss_weights) < 0:
            raise ValueError(
                "`ious` must be in (0, 1], `loss_weights` not negative. Received: "
                f"ious={ious}, loss_weights={loss_weights}"
            )
        for weights in box_weights:
            check_box_weights(weights)
        numbered = enumerate(zip(ious, box_weights, strict=True))
        self.stages = [make_stage(i, iou, weights) for i, (iou, weights) in numbered]
        self.detection = detection
        self.stage_weights = tuple(loss_weights)

    @property
    def class_layers(self):
        """See `DetectionModel`."""
        return [layer for stage in self.stages for layer in stage.class_layers]

    def call(self, features, proposals, image_size, truth=None, training=False):
        found, regions = [], proposals
        for stage in self.stages:
            found.append(stage(features, regions, image_size, truth, training=training))
            regions = _refined(stage, found[-1], image_size)
        outputs = {**found[-1], "stages": found}
        if not training:
            scored = self.detection_inputs(outputs)
            outputs["detections"] = self.detection(*scored, image_size)
        return outputs

    def detection_inputs(self, outputs):
        """Regions, logits and deltas of a prediction as `RCNNDetection` takes them."""
        scores = [ops.softmax(one["logits"], axis=-1) for one in outputs["stages"]]
        mean = ops.mean(ops.stack(scores), axis=0)  # [B, R, C + 1]
        return (
            outputs["regions"],
            ops.log(ops.maximum(mean, _LOWEST_SCORE)),
            _deltas(self.stages[-1], outputs)[:, :, None],
        )

    def compute_losses(self, outputs):
        """Weighted sums over the stages, `[B]` each: `rcnn_class` and `rcnn_box`."""
        sums = {"rcnn_class": 0.0, "rcnn_box": 0.0}
        for stage, weight, found in zip(
            self.stages, self.stage_weights, outputs["stages"], strict=True
        ):
            for name, loss in stage.compute_losses(found).items():
                sums[name] += weight * loss
        return sums


def _deltas(stage, outputs):
    """Of the one box of each region, `[B, R, 4]`, as `box_ops.decode` takes them."""
    return outputs["deltas"][:, :, 0] / ops.convert_to_tensor(stage.box_weights)


def _refined(stage, outputs, image_size):
    """Where a stage moved its regions to, `[B, R, 4]`; zeros for what did not count."""
    regions = outputs["regions"]
    is_real = box_ops.area(regions) > 0.0
    if "labels" in outputs:
        is_real &= outputs["labels"] >= 0
    boxes = box_ops.decode(_deltas(stage, outputs), regions)
    boxes = box_ops.clip(boxes, image_size)
    return ops.stop_gradient(ops.where(is_real[..., None], boxes, 0.0))
