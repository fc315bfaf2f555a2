"""Prediction, and one training step's gradients, on each backend of Keras."""

import keras
from keras import ops


def predict(model, batch, jit=False):
    """Stations of a prediction, and its detections, by name; compiled by JAX or not."""
    inputs = _tensors({name: batch[name] for name in ("image", "image_size")})
    if not jit:
        return _numpy(_stations(model, model(inputs, training=False)))
    import jax

    @jax.jit
    def run(trainable, other, inputs):
        outputs, _ = model.stateless_call(trainable, other, inputs, training=False)
        return _stations(model, outputs)

    return _numpy(run(*_states(model), inputs))


def _stations(model, outputs):
    return {
        "rpn_logits": outputs["rpn"]["logits"],
        "rpn_deltas": outputs["rpn"]["deltas"],
        "proposals": outputs["rpn"]["proposals"],
        "rcnn_logits": outputs["rcnn"]["logits"],
        "rcnn_deltas": outputs["rcnn"]["deltas"],
        **model.detections(outputs),
    }


def differentiate(model, batch, jit=False):
    """Losses `[B]` by name, and gradients of their sum by the variables' paths.

    With JAX all of it is compiled, if `jit` says so.
    """
    with_backend = _DIFFERENTIATE[keras.backend.backend()]
    losses, gradients = with_backend(model, batch, **({"jit": True} if jit else {}))
    paths = [variable.path for variable in model.trainable_variables]
    return _numpy(losses), _numpy(dict(zip(paths, gradients, strict=True)))


def _with_tensorflow(model, batch):
    import tensorflow as tf

    variables = [variable.value for variable in model.trainable_variables]
    with tf.GradientTape() as tape:
        losses = model.compute_losses(model(batch, training=True))
        total = sum(tf.reduce_sum(loss) for loss in losses.values())
    return losses, tape.gradient(total, variables)


def _with_torch(model, batch):
    import torch

    losses = model.compute_losses(model(_tensors(batch), training=True))
    values = [variable.value for variable in model.trainable_variables]
    return losses, torch.autograd.grad(
        sum(loss.sum() for loss in losses.values()), values
    )


def _with_jax(model, batch, jit=False):
    import jax

    def total(trainable, other, inputs):
        outputs, _ = model.stateless_call(trainable, other, inputs, training=True)
        losses = model.compute_losses(outputs)
        return sum(loss.sum() for loss in losses.values()), losses

    run = jax.value_and_grad(total, has_aux=True)
    (_, losses), gradients = (jax.jit(run) if jit else run)(
        *_states(model), _tensors(batch)
    )
    return losses, gradients


def _states(model):
    return tuple(
        [variable.value for variable in variables]
        for variables in (model.trainable_variables, model.non_trainable_variables)
    )


def _tensors(batch):
    return {name: ops.convert_to_tensor(value) for name, value in batch.items()}


def _numpy(tensors):
    return {name: ops.convert_to_numpy(value) for name, value in tensors.items()}


_DIFFERENTIATE = {
    "tensorflow": _with_tensorflow,
    "jax": _with_jax,
    "torch": _with_torch,
}
