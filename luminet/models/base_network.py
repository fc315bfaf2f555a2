"""Base networks: an image becomes feature maps, by a classifier without its end."""

import keras
from keras import ops

from luminet.models import classifier
from luminet.models.architectures import (
    ARCHITECTURES,
    SINGLE_STRIDES,
    find_architecture,
)

_CAFFE_MEAN = (103.939, 116.779, 123.68)  # blue, green, red
_TORCH_MEAN = (0.485, 0.456, 0.406)  # red, green, blue
_TORCH_DEVIATION = (0.229, 0.224, 0.225)


class BaseNetwork(keras.layers.Layer):
    """Turn images into a list of feature maps.

    Args:
        architecture: one of `architectures.ARCHITECTURES`.
        weights: None (random), "imagenet" (Keras downloads them) or a file of Keras
            weights of the classifier without its top; for a ResNet v1.5 also one of
            torchvision's classifier, `.pth` or `.safetensors`.
        width: float, the share of channels that MobileNets keep.
        trainable: bool, False freezes the whole network.
        trainable_from: the layer, or group such as "block_3" or "conv4", from which on
            weights are trained; "start" is all of them, None the architecture's own.
        train_batch_norm: bool, False keeps statistics, scales and shifts of batch
            normalisation as they are. Small batches make poor statistics. (Layer
            normalisation, ConvNeXt's, keeps none: it is trained like any other layer.)
        strides: ints, which feature maps to give; see `Architecture.find_levels`.

    Call arguments:
        image: `[B, H, W, 3]`, RGB, 0 to 255; H and W multiples of 32.
        image_size: `[B, 2]`, height and width without the padding, in pixels.

    Returns:
        list of `[B, Hl, Wl, F]`, one for each of `strides`.
    """

    def __init__(
        self,
        architecture: str = "resnet50",
        weights: str | None = None,
        width: float = 1.0,
        trainable: bool = True,
        trainable_from: str | None = None,
        train_batch_norm: bool = False,
        strides=SINGLE_STRIDES,
        **kwargs,
    ):
        super().__init__(autocast=False, **kwargs)
        known = find_architecture(architecture)
        self.architecture = architecture
        self.pixels = known.pixels
        self.strides = tuple(strides)
        network = classifier.make(known, weights, width)
        classifier.center_cells(network, known.padding_layers, len(self.strides))
        classifier.freeze(network, trainable, trainable_from or known.trainable_from)
        classifier.set_batch_norm(network, train_batch_norm)
        classifier.keep_all_blocks(network)
        maps = classifier.find_maps(network, known.endpoints)
        outputs = [maps[level] for level in known.find_levels(self.strides)]
        self.trunk = keras.Model(network.input, outputs, name="trunk")
        # Not part of this layer: a second stage may take it over.
        self._tail_ends = [maps[level] for level in known.find_levels((16, 32))]

    def call(self, image, image_size, training=False):
        pixels = preprocess(image, image_size, self.pixels)
        maps = self.trunk(ops.cast(pixels, self.compute_dtype), training=training)
        # Keras takes a list of one apart.
        return maps if len(self.strides) > 1 else [maps]

    def make_tail(self):
        """The classifier's last block, from the map at stride 16 to that at 32.

        Raises:
            ValueError: there is none that would be of use on regions.
        """
        if not ARCHITECTURES[self.architecture].has_tail:
            names = [name for name, known in ARCHITECTURES.items() if known.has_tail]
            raise ValueError(
                f"`tail` must be false with {self.architecture}, whose last block only "
                "pools (give `layer_sizes` instead). It may be true with "
                f"{', '.join(names)}"
            )
        return keras.Model(*self._tail_ends, name="tail")


def preprocess(image, image_size, pixels):
    """Give a network the pixels it was trained on, and zeros as padding.

    Args:
        image: `[B, H, W, 3]`, RGB, 0 to 255.
        image_size: `[B, 2]`, height and width without the padding.
        pixels: "tf", RGB in [-1, 1]; "tf_128", the same but for 255, which is a little
            less than 1; "caffe", BGR minus ImageNet's mean; or "torch", RGB minus
            ImageNet's mean, over its standard deviation.

    Returns:
        float32 `[B, H, W, 3]`.
    """
    image = ops.cast(image, "float32")
    if pixels == "tf":
        image = image / 127.5 - 1.0
    elif pixels == "tf_128":
        image = image / 128.0 - 1.0
    elif pixels == "torch":
        mean = ops.convert_to_tensor(_TORCH_MEAN, "float32")
        image = (image / 255.0 - mean) / ops.convert_to_tensor(_TORCH_DEVIATION)
    else:
        image = ops.flip(image, axis=-1) - ops.convert_to_tensor(_CAFFE_MEAN, "float32")
    height, width = ops.shape(image)[1:3]
    rows = ops.cast(ops.arange(height), "float32") < image_size[:, :1]  # [B, H]
    columns = ops.cast(ops.arange(width), "float32") < image_size[:, 1:]  # [B, W]
    real = (rows[:, :, None] & columns[:, None, :])[..., None]
    return ops.where(real, image, 0.0)
