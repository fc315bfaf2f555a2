"""What single layers take out of a state dict of torchvision's."""

import keras
import numpy as np


class Reader:
    """Takes arrays out of a state dict, each once.

    Args:
        state: dict of arrays.
        names: dict, the name in `state` of each name that is asked for.
        epsilon: float, what batch normalisation added to variances there.
    """

    def __init__(self, state, names, epsilon):
        self.state = state
        self.names = names
        self.epsilon = epsilon

    def __call__(self, name):
        if name not in self.names:
            raise ValueError(f"`state` must have an array named {name}")
        return np.asarray(self.state[self.names.pop(name)], np.float32)


def assign_all(pairs, left_over):
    """Set variables, all of them or none.

    Args:
        pairs: list of variables and their values.
        left_over: names of arrays that nobody asked for.

    Raises:
        ValueError: there are any, or a value has another shape than its variable.
    """
    for variable, value in pairs:
        if tuple(variable.shape) != value.shape:
            raise ValueError(
                f"`state` must fit {variable.path} {tuple(variable.shape)}. "
                f"Received: {value.shape}"
            )
    left_over = sorted(left_over)
    if left_over:
        raise ValueError(
            "`state` must be of the same architecture. Received: "
            f"{len(left_over)} arrays without a place ({', '.join(left_over[:3])})"
        )
    for variable, value in pairs:
        variable.assign(value)


def conv_kernel(weight):
    """`[outputs, inputs, h, w]` as `[h, w, inputs, outputs]`."""
    return weight.transpose(2, 3, 1, 0)


def swap_xy(deltas):
    """`[N, 4, ...]` of dx, dy, dw, dh as dy, dx, dh, dw."""
    return deltas[:, [1, 0, 3, 2]]


def convolution(layer, read, name):
    """Yield a convolution's variables with their values."""
    kernel = conv_kernel(read(f"{name}.weight"))
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        kernel = kernel.swapaxes(2, 3)
    yield layer.kernel, kernel
    if layer.use_bias:
        yield layer.bias, read(f"{name}.bias")


def block(layer, read, name):
    """Yield those of a layer that `convolution` made."""
    if not hasattr(layer, "layers"):
        yield from convolution(layer, read, f"{name}.0")
        return
    yield from convolution(layer.layers[0], read, f"{name}.0")
    yield from batch_norm(layer.layers[1], read, f"{name}.1")


def batch_norm(layer, read, name):
    """Yield those of a layer of batch normalisation."""
    mean, variance = read(f"{name}.running_mean"), read(f"{name}.running_var")
    # Scaled so that it does not matter that another number is added here.
    there, here = (np.float64(variance) + e for e in (read.epsilon, layer.epsilon))
    yield layer.gamma, np.float32(read(f"{name}.weight") * np.sqrt(here / there))
    yield layer.beta, read(f"{name}.bias")
    yield layer.moving_mean, mean
    yield layer.moving_variance, variance
