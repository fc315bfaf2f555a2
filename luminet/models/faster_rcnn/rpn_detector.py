"""The first stage alone: objects of any kind, without a class."""

from keras import ops

from luminet.models.detection_model import DetectionModel


class RPNDetector(DetectionModel):
    """Detect objects by the region proposal network, without a second stage.

    Its proposals are its detections, all of class 0: what Faster R-CNN's first stage
    is worth (Ren et al., 2015, section 4.1), or objects where classes do not matter.

    Args:
        base_network: layer, from images to a list of feature maps.
        rpn: `RPN`.
        loss_weights: dict of floats by loss name; what is not named counts as 1.

    Call arguments:
        inputs: as for `FasterRCNN`; of `gt_classes` only counts what is padding.

    Returns:
        dict of the outputs of the one stage: `rpn`.
    """

    loss_names = ("rpn_class", "rpn_box")

    def __init__(self, base_network, rpn, loss_weights=None, **kwargs):
        super().__init__(**kwargs)
        self.base_network = base_network
        self.rpn = rpn
        weights = loss_weights or {}
        self.loss_weights = {name: weights.get(name, 1.0) for name in self.loss_names}

    def call(self, inputs, training=False):
        image_size = inputs["image_size"]
        truth = self.truth(inputs) if training else None
        features = self.base_network(inputs["image"], image_size, training=training)
        return {"rpn": self.rpn(features, image_size, truth, training=training)}

    def compute_losses(self, outputs):
        losses = self.rpn.compute_losses(outputs["rpn"])
        return {name: self.loss_weights[name] * loss for name, loss in losses.items()}

    def detections(self, outputs):
        scores = outputs["rpn"]["scores"]  # [B, P], 0 in the padding
        return {
            "boxes": outputs["rpn"]["proposals"],
            "scores": scores,
            "classes": ops.where(scores > 0.0, 0, -1),
        }
