"""Begin a training with the weights of a trained detector, whatever its classes are."""

import keras
import numpy as np

from luminet import checkpoints
from luminet.config import SettingError, changes

_SETTING = "train.from_checkpoint"
# Settings of a model that its weights do not depend on.
_FREE = (
    "model.num_classes:",
    "model.loss_weights.",
    "model.base_network.train",
    "model.base_network.weights:",
    "model.rpn.beta:",
    "model.rpn.box_loss:",
    "model.rpn.proposal.",
    "model.rpn.target.",
    "model.rcnn.beta:",
    "model.rcnn.box_loss:",
    "model.rcnn.target.",
    "model.rcnn.detection.",
    "model.rcnn.head.num_unused:",
    "model.cascade.ious:",
    "model.cascade.loss_weights:",
)
# Settings that make another model even where all shapes are the same.
_FIXED = ("model.type:", "model.base_network.architecture:")
_NUM_SHOWN = 5


def begin_with(path, model, config: dict, class_names) -> list[str]:
    """Give a model the weights of a checkpoint, as far as the classes allow.

    Where the classes are not the same, what has outputs for each class keeps those of
    the classes that have the same name there, and with them the background's. All other
    outputs stay fresh.

    Args:
        path: folder of a checkpoint or of a run.
        model: `DetectionModel`, built.
        config: the effective config of `model`.
        class_names: of `model`, in the order of their numbers.

    Returns:
        Lines that say what was loaded, what was replaced and what left out.

    Raises:
        InputError: there is no checkpoint, or it is of another architecture.
    """
    class_names, source = tuple(class_names), checkpoints.load(path)
    different = changes(source.config["model"], config["model"], "model")
    different = [change for change in different if not change.startswith(_FREE)]
    _check_fit(path, source.model, model, different)
    replaced = _replaced(source, model, class_names)
    if class_names != source.class_names:
        _check_unused(config)
    for old, new in zip(source.model.weights, model.weights, strict=True):
        if new.path not in replaced:
            new.assign(old.value)
    kept = [name for name in class_names if name in source.class_names]
    if replaced and kept:
        _keep_rows(source, model, class_names, kept)
    return [
        f"weights of {source.metadata['name']} ({path})",
        f"  loaded: {_count_by_part(model, replaced)}",
        *(_about_classes(source, model, class_names, kept) if replaced else []),
        *(f"  warning: learnt with another setting: {change}" for change in different),
    ]


def _check_fit(path, source, model, different):
    depends = {variable.path for variable in _class_variables(model)}
    found = checkpoints.first_difference(model, source, ignored=depends)
    fixed = [change for change in different if change.startswith(_FIXED)]
    if not (found or fixed):
        return
    settings = f" ({', '.join(different[:_NUM_SHOWN])})" if different else ""
    raise SettingError(
        _SETTING,
        f"{_SETTING}: {path} has another architecture{settings}"
        f"{f', first at {found}' if found else ''}; leave such settings out, they are "
        "the checkpoint's, or choose another",
    )


def _check_unused(config):
    num_unused = config["model"]["rcnn"]["head"]["num_unused"]
    if num_unused:
        raise SettingError(
            "model.rcnn.head.num_unused",
            "model.rcnn.head.num_unused: must be 0 if classes are not the checkpoint's "
            f"(the data set has other names). Received: {num_unused}",
        )


def _class_variables(model):
    return [weight for layer, _ in model.class_layers for weight in layer.weights]


def _replaced(source, model, class_names):
    """The paths of the variables that cannot be taken over as they are."""
    old, new = _class_variables(source.model), _class_variables(model)
    shapes = [[tuple(weight.shape) for weight in weights] for weights in (old, new)]
    if class_names == source.class_names and shapes[0] == shapes[1]:
        return set()
    return {weight.path for weight in new}


def _keep_rows(source, model, class_names, kept):
    """Copy the outputs of some classes, and of the background, where there is one."""
    old_places = [source.class_names.index(name) for name in kept]
    new_places = [class_names.index(name) for name in kept]
    layers = zip(source.model.class_layers, model.class_layers, strict=True)
    for (old_layer, count), (new_layer, _) in layers:
        for old, new in zip(old_layer.weights, new_layer.weights, strict=True):
            # Not by class: only what comes first of the rest, the background.
            extra = [0] if new.shape[-1] > count * len(class_names) else []
            there = _outputs(old_places, count, len(source.class_names), extra)
            here = _outputs(new_places, count, len(class_names), extra)
            values = np.array(keras.ops.convert_to_numpy(new))
            values[..., here] = keras.ops.convert_to_numpy(old)[..., there]
            new.assign(values)


def _outputs(classes, count, num_classes, extra):
    """The numbers of the outputs of some classes, then of what comes after them all."""
    own = [count * index + i for index in classes for i in range(count)]
    return own + [count * num_classes + i for i in extra]


def _count_by_part(model, replaced):
    counts = {
        layer.name: sum(weight.path not in replaced for weight in layer.weights)
        for layer in model.layers
    }
    return ", ".join(f"{name} {count}" for name, count in counts.items()) + " arrays"


def _about_classes(source, model, class_names, kept):
    layers = ", ".join(layer.path for layer, _ in model.class_layers)
    gone = [name for name in source.class_names if name not in kept]
    fresh = [name for name in class_names if name not in kept]
    about = f"  replaced, by class: {layers}"
    return [
        f"{about}; fresh: {_names(fresh)}; kept: {_names(kept)}",
        f"  left out: {_names(gone)}",
    ]


def _names(names):
    shown = ", ".join(names[:_NUM_SHOWN]) or "none"
    more = len(names) - _NUM_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
