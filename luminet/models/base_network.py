"""Base networks: an image becomes feature maps, by a classifier without its end."""

import inspect
import re
import warnings
from pathlib import Path

import keras
from keras import ops

from luminet.models import mobilenet_v3, resnet, torchvision_classifier
from luminet.models.architectures import (
    ARCHITECTURES,
    SINGLE_STRIDES,
    center_cells,
    find_architecture,
)
from luminet.models.convolution import BATCH_NORM_MOMENTUM

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
        classifier = _classifier(known, weights, width)
        center_cells(classifier, known.padding_layers, len(self.strides))
        _freeze(classifier, trainable, trainable_from or known.trainable_from)
        _set_batch_norm(classifier, train_batch_norm)
        _keep_all_blocks(classifier)
        maps = _find_maps(classifier, known.endpoints)
        outputs = [maps[level] for level in known.find_levels(self.strides)]
        self.trunk = keras.Model(classifier.input, outputs, name="trunk")
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


def find_constructor(name):
    """The function that makes the classifier of this name, without weights or with."""
    places = (resnet, mobilenet_v3, keras.applications)
    return next(getattr(place, name) for place in places if hasattr(place, name))


def _classifier(known, weights, width):
    name = known.constructor
    constructor = find_constructor(name)
    options = {"alpha": width} if name.startswith("MobileNet") else {}
    if not options and width != 1.0:
        raise ValueError(f"`width` is for MobileNets only. Received: width={width}")
    if weights not in (None, "imagenet") and not Path(weights).expanduser().is_file():
        raise ValueError(
            "`weights` must be a file of Keras weights, 'imagenet' (downloads them) or "
            f"null (random weights). Received: {weights}, which is no file"
        )
    if weights not in (None, "imagenet"):
        weights = str(Path(weights).expanduser())
        is_torch = Path(weights).suffix in torchvision_classifier.SUFFIXES
        if is_torch and not hasattr(resnet, name):
            raise ValueError(
                "`weights` may be a file of PyTorch for resnet50_v1_5, resnet101_v1_5 "
                f"and resnet152_v1_5 only. Received: {weights}"
            )
    if "include_preprocessing" in inspect.signature(constructor).parameters:
        # Here padding is zero after it, not before.
        options["include_preprocessing"] = False
    try:
        with warnings.catch_warnings():
            # Keras warns that ImageNet weights were made for squares of 224 pixels.
            warnings.simplefilter("ignore", UserWarning)
            return constructor(
                include_top=False,
                weights=weights,
                input_shape=(None, None, 3),
                **options,
            )
    except (ValueError, OSError, KeyError) as error:
        first_line = str(error).strip().splitlines()[0]
        raise ValueError(
            f"`weights` must fit {name} without its top. Received: "
            f"{weights}: {first_line}"
        ) from error
    except Exception as error:
        # Keras raises this very class, and no other, if a download fails.
        if type(error) is not Exception:
            raise
        raise ValueError(
            "`weights` could not be downloaded; where there is no network, give a file "
            f"of them, or null (random). Received: {weights}: {error}"
        ) from error


def _find_maps(classifier, endpoints):
    """The feature maps, the finest first."""
    maps = [classifier.output]
    for name in reversed(endpoints):
        layer = classifier.get_layer(name)
        is_next = isinstance(layer, (keras.layers.ZeroPadding2D, keras.Sequential))
        maps.insert(0, layer.input if is_next else layer.output)
    return maps


def _freeze(classifier, trainable, trainable_from):
    """Freeze the layers before `trainable_from`, or all of them."""
    names = [layer.name for layer in classifier.layers]
    first = len(names) if not trainable else 0
    if trainable and trainable_from != "start":
        found = [
            i
            for i, name in enumerate(names)
            if re.match(f"{re.escape(trainable_from)}[a-z]?_", f"{name}_")
        ]
        if not found:
            groups = sorted({name.rsplit("_", 1)[0] for name in names})
            raise ValueError(
                "`trainable_from` must be 'start' or the name of a layer or of a group "
                f"of them, such as {', '.join(groups[:4])}. "
                f"Received: trainable_from={trainable_from}"
            )
        first = found[0]
    for layer in classifier.layers[:first]:
        layer.trainable = False


def _set_batch_norm(classifier, is_trained):
    for layer in classifier.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = is_trained and layer.trainable
            layer.momentum = BATCH_NORM_MOMENTUM


def _keep_all_blocks(classifier):
    """Never leave out blocks in training, as EfficientNets do (stochastic depth).

    Frozen layers should give what they learnt to give, and chance here is a function
    of seed and step, which that of Keras is not.
    """
    for layer in classifier.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0
