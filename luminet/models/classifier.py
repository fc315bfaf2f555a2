"""A classifier made ready to be a base network: built, loaded and frozen."""

import contextlib
import inspect
import re
import warnings
from pathlib import Path

import keras

from luminet.models import mobilenet_v3, resnet, torchvision_classifier
from luminet.models.convolution import BATCH_NORM_MOMENTUM


def make(known, weights, width):
    """Build a classifier without its top.

    Args:
        known: `Architecture`.
        weights: see `BaseNetwork`.
        width: likewise.

    Raises:
        ValueError: `weights` is no file, does not fit or could not be downloaded, or
            there is no such network of another width.
    """
    name = known.constructor
    constructor = find_constructor(name)
    options = {"alpha": width} if name.startswith("MobileNet") else {}
    if not options and width != 1.0:
        raise ValueError(f"`width` is for MobileNets only. Received: width={width}")
    if "include_preprocessing" in inspect.signature(constructor).parameters:
        # Here padding is zero after it, not before.
        options["include_preprocessing"] = False
    if weights not in (None, "imagenet"):
        weights = _find_file(name, Path(weights).expanduser())
    with _readable_errors(name, weights), warnings.catch_warnings():
        # Keras warns that ImageNet weights were made for squares of 224 pixels.
        warnings.simplefilter("ignore", UserWarning)
        return constructor(
            include_top=False,
            weights=weights,
            input_shape=(None, None, 3),
            **options,
        )


def _find_file(name, path):
    if not path.is_file():
        raise ValueError(
            "`weights` must be a file of Keras weights, 'imagenet' (downloads them) or "
            f"null (random weights). Received: {path}, which is no file"
        )
    if path.suffix in torchvision_classifier.SUFFIXES and not hasattr(resnet, name):
        raise ValueError(
            "`weights` may be a file of PyTorch for resnet50_v1_5, resnet101_v1_5 "
            f"and resnet152_v1_5 only. Received: {path}"
        )
    return str(path)


@contextlib.contextmanager
def _readable_errors(name, weights):
    """What Keras raises becomes one line that says what to do."""
    try:
        yield
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


def find_constructor(name):
    """The function that makes the classifier of this name, without weights or with."""
    places = (resnet, mobilenet_v3, keras.applications)
    return next(getattr(place, name) for place in places if hasattr(place, name))


def center_cells(classifier, padding_layers, num_levels):
    """Let the cells of feature maps look at the middle of their pixels.

    In Keras, MobileNets pad more at the bottom and on the right, at every halving:
    their cells look at a place half a cell off. The halvings named here are padded more
    at the top and on the left instead, which changes nothing else. A single map, at
    stride 16, is put right by the last of them; all four maps are within a fifth of a
    cell by padding every other halving so.
    """
    changed = padding_layers if num_levels > 1 else padding_layers[-1:]
    for name in changed:
        layer = classifier.get_layer(name)
        layer.padding = tuple((after, before) for before, after in layer.padding)


def freeze(classifier, trainable, trainable_from):
    """Freeze the layers before `trainable_from`, or all of them if not `trainable`.

    Raises:
        ValueError: there is no such layer, or group of layers.
    """
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


def set_batch_norm(classifier, is_trained):
    """Train batch normalisation where the layers around it are, or nowhere."""
    for layer in classifier.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = is_trained and layer.trainable
            layer.momentum = BATCH_NORM_MOMENTUM


def keep_all_blocks(classifier):
    """Never leave out blocks in training, as EfficientNets do (stochastic depth).

    Frozen layers should give what they learnt to give, and chance here is a function
    of seed and step, which that of Keras is not.
    """
    for layer in classifier.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0


def find_maps(classifier, endpoints):
    """The feature maps, the finest first; see `Architecture.endpoints`."""
    maps = [classifier.output]
    for name in reversed(endpoints):
        layer = classifier.get_layer(name)
        is_next = isinstance(layer, (keras.layers.ZeroPadding2D, keras.Sequential))
        maps.insert(0, layer.input if is_next else layer.output)
    return maps
