"""How weights move: the learning rate over time, the optimizer, and its gradients."""

import math
from typing import Literal

import keras
import tensorflow as tf
from keras import ops

# Scales, shifts and biases are few, and what they say is no excess to be punished.
_NOT_DECAYED = ("bias", "gamma", "beta")


class LearningRate(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that warms up and then stays, steps down, or falls as a cosine.

    Args:
        total_steps: int, length of the run.
        schedule: "constant", "piecewise" or "cosine".
        base: float, the rate after the warm-up.
        warmup_steps: int, steps of linear rise.
        warmup_from: float, part of `base` at which the rise starts.
        boundaries: piecewise: parts of the run, in (0, 1), where the rate changes.
        decay: float, piecewise: what it is multiplied with there.
        final: float, cosine: part of `base` at the end.
    """

    def __init__(
        self,
        total_steps,
        schedule: Literal["constant", "piecewise", "cosine"] = "cosine",
        base: float = 0.005,
        warmup_steps: int = 200,
        warmup_from: float = 0.001,
        boundaries: list[float] = (),
        decay: float = 0.1,
        final: float = 0.0,
    ):
        if base <= 0 or warmup_steps < 0:
            raise ValueError(
                "`base` must be positive, `warmup_steps` not negative. "
                f"Received: base={base}, warmup_steps={warmup_steps}"
            )
        if not (
            0.0 <= warmup_from <= 1.0 and 0.0 <= final <= 1.0 and 0.0 < decay <= 1.0
        ):
            raise ValueError(
                "`warmup_from` and `final` must be in [0, 1], `decay` in (0, 1]. "
                f"Received: warmup_from={warmup_from}, final={final}, decay={decay}"
            )
        if list(boundaries) != sorted(b for b in boundaries if 0.0 < b < 1.0):
            raise ValueError(
                "`boundaries` must rise, in (0, 1): they are parts of the run. "
                f"Received: boundaries={list(boundaries)}"
            )
        if schedule == "piecewise" and not boundaries:
            raise ValueError("`boundaries` must be given. Received: schedule=piecewise")
        self.total_steps = total_steps
        self.schedule = schedule
        self.base = base
        self.warmup_steps = warmup_steps
        self.warmup_from = warmup_from
        self.boundaries = list(boundaries)
        self.decay = decay
        self.final = final

    def __call__(self, step):
        """The rate at a step, counted from 0."""
        step = ops.cast(step, "float32")
        rise = ops.minimum(step / max(self.warmup_steps, 1), 1.0)
        if not self.warmup_steps:
            rise = 1.0
        warmup = self.warmup_from + (1.0 - self.warmup_from) * rise
        return self.base * warmup * self._factor(step)

    def _factor(self, step):
        if self.schedule == "piecewise":
            passed = [
                ops.cast(step >= boundary * self.total_steps, "float32")
                for boundary in self.boundaries
            ]
            return ops.power(self.decay, sum(passed))
        if self.schedule == "cosine":
            length = max(self.total_steps - self.warmup_steps, 1)
            part = ops.clip((step - self.warmup_steps) / length, 0.0, 1.0)
            cosine = 0.5 * (1.0 + ops.cos(math.pi * part))
            return self.final + (1.0 - self.final) * cosine
        return 1.0

    def get_config(self):
        """The arguments of the constructor, as Keras asks for them."""
        return dict(vars(self))


class Optimizer:
    """Settings of the optimizer, and the step from gradients to weights.

    Args:
        learning_rate: `LearningRate`.
        type: "sgd", with momentum, or "adam", which decays weights apart from the
            gradients (AdamW).
        momentum: float, for sgd.
        weight_decay: float, pulls kernels, and nothing else, towards zero.
        clip_norm: float, limit of the norm of all gradients together; None is none.
        use_loss_scale: bool, for float16, in which small gradients would be zero: the
            loss is multiplied with a factor that doubles every 2,000 steps, and halves
            at gradients that are not finite, which move nothing (Micikevicius et al.,
            2018, section 3.2).
    """

    def __init__(
        self,
        learning_rate,
        type: Literal["sgd", "adam"] = "sgd",
        momentum: float = 0.9,
        weight_decay: float = 1e-4,
        clip_norm: float | None = 10.0,
        use_loss_scale: bool = False,
    ):
        if not 0.0 <= momentum < 1.0 or weight_decay < 0.0:
            raise ValueError(
                "`momentum` must be in [0, 1), `weight_decay` not negative. "
                f"Received: momentum={momentum}, weight_decay={weight_decay}"
            )
        if clip_norm is not None and clip_norm <= 0:
            raise ValueError(
                f"`clip_norm` must be positive or null. Received: clip_norm={clip_norm}"
            )
        self.clip_norm = clip_norm
        # Added to the gradients, as all recipes for SGD mean it; Keras' own weight
        # decay for SGD acts beside the momentum and would be ten times weaker.
        self.weight_decay = weight_decay if type == "sgd" else 0.0
        if type == "sgd":
            self.keras = keras.optimizers.SGD(learning_rate, momentum=momentum)
        else:
            self.keras = keras.optimizers.Adam(learning_rate, weight_decay=weight_decay)
            self.keras.exclude_from_weight_decay(var_names=list(_NOT_DECAYED))
        self.use_loss_scale = use_loss_scale
        if use_loss_scale:
            self.keras = keras.optimizers.LossScaleOptimizer(self.keras)

    @property
    def loss_scale(self):
        """What the loss is to be multiplied with before its gradients are taken."""
        if not self.use_loss_scale:
            return 1.0
        return tf.convert_to_tensor(self.keras.dynamic_scale.value)

    def apply(self, gradients, variables):
        """Move weights, in a replica's context; gradients are summed over replicas.

        Args:
            gradients: list of tensors, this replica's share of the sum, of the loss
                times `loss_scale`.
            variables: list of Keras variables, likewise.
        """
        replicas = tf.distribute.get_replica_context()
        count = replicas.num_replicas_in_sync
        if count > 1:
            gradients = replicas.all_reduce(tf.distribute.ReduceOp.SUM, gradients)
        if self.use_loss_scale:
            gradients = [gradient / self.loss_scale for gradient in gradients]
        if self.weight_decay:
            gradients = [
                g + self.weight_decay * v if _is_decayed(v) else g
                for g, v in zip(gradients, variables, strict=True)
            ]
        if self.clip_norm is not None:
            gradients, _ = tf.clip_by_global_norm(gradients, self.clip_norm)
        if count > 1:
            # Keras sums over replicas once more.
            gradients = [gradient / count for gradient in gradients]
        if self.use_loss_scale:
            # Keras divides once more; and skips the step if one is not finite.
            gradients = [gradient * self.loss_scale for gradient in gradients]
        self.keras.apply(gradients, variables)


def _is_decayed(variable):
    return not variable.path.endswith(_NOT_DECAYED)
