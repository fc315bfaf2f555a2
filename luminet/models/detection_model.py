"""What every detection model offers to training and prediction."""

import keras


class DetectionModel(keras.Model):
    """A model that computes its own losses.

    A subclass says what its outputs are (`call`), what they cost (`compute_losses`),
    and which of them are detections (`detections`).
    """

    loss_names = ()

    def __init__(self, **kwargs):
        # autocast off: mixed precision must not round the coordinates of boxes.
        super().__init__(autocast=False, **kwargs)

    @staticmethod
    def truth(inputs):
        """What stages learn from: the part of a batch that only training has."""
        return {k: inputs[k] for k in ("gt_boxes", "gt_classes", "gt_ignore", "seed")}

    @property
    def class_layers(self):
        """Pairs of a layer with outputs for each class, and how many for each.

        The outputs for class 0 come first, and so on; what comes after those of the
        last class belongs to no class. By default there is no such layer.
        """
        return []

    def compute_losses(self, outputs):
        """Losses by name, `[B]` each: one number for each image.

        Args:
            outputs: what `call(inputs, training=True)` returned.
        """
        raise NotImplementedError

    def detections(self, outputs):
        """`boxes` `[B, D, 4]`, `scores` `[B, D]`, `classes` int32 `[B, D]`, -1 padded.

        Args:
            outputs: what `call(inputs, training=False)` returned.
        """
        raise NotImplementedError
