"""Faster R-CNN: propose regions, then look into each of them."""

from luminet.models.detection_model import DetectionModel


class FasterRCNN(DetectionModel):
    """Detect objects in two stages (Ren et al., 2015).

    Args:
        base_network: layer, from images to a list of feature maps.
        rpn: `RPN`, the first stage.
        rcnn: `RCNN`, the second stage.
        loss_weights: dict of floats by loss name; what is not named counts as 1.

    Call arguments:
        inputs: dict of
            `image`: `[B, H, W, 3]`, RGB, 0 to 255, padded at the bottom and right;
            `image_size`: `[B, 2]`, height and width without the padding, in pixels;
            and in training only
            `gt_boxes` `[B, G, 4]`, `gt_classes` int32 `[B, G]` (-1 padded),
            `gt_ignore` bool `[B, G]`;
            `seed`: int32 `[B]`, makes the choice of samples repeatable.

    Returns:
        dict of the outputs of each stage: `rpn` and `rcnn`.
    """

    loss_names = ("rpn_class", "rpn_box", "rcnn_class", "rcnn_box")

    def __init__(self, base_network, rpn, rcnn, loss_weights=None, **kwargs):
        super().__init__(**kwargs)
        self.base_network = base_network
        self.rpn = rpn
        self.rcnn = rcnn
        self.loss_weights = {name: 1.0 for name in self.loss_names}
        self.loss_weights.update(loss_weights or {})

    @property
    def class_layers(self):
        return self.rcnn.class_layers

    def call(self, inputs, training=False):
        image_size = inputs["image_size"]
        truth = self.truth(inputs) if training else None
        features = self.base_network(inputs["image"], image_size, training=training)
        rpn = self.rpn(features, image_size, truth, training=training)
        rcnn = self.rcnn(
            features, rpn["proposals"], image_size, truth, training=training
        )
        return {"rpn": rpn, "rcnn": rcnn}

    def compute_losses(self, outputs):
        losses = {
            **self.rpn.compute_losses(outputs["rpn"]),
            **self.rcnn.compute_losses(outputs["rcnn"]),
        }
        return {name: self.loss_weights[name] * loss for name, loss in losses.items()}

    def detections(self, outputs):
        return outputs["rcnn"]["detections"]
