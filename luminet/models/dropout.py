"""Dropout whose chance is a function of a step's seed, the same on every backend."""

from keras import ops

from luminet.models import matching

# Far from the numbers of images and steps, so that layers do not share their chance.
_BETWEEN_LAYERS = 1_000_003


def dropout(x, share, seeds, layer_index):
    """Set a part of the numbers to zero, and make up for it (Srivastava et al., 2014).

    Args:
        x: `[B * R, F]`, of R regions of each image.
        share: float in [0, 1), the part that becomes zero.
        seeds: int32 `[B]`, one number for each image and training step.
        layer_index: int, another one for each layer.

    Returns:
        `[B * R, F]`, with the same mean.
    """
    images = ops.shape(seeds)[0]
    per_image = ops.size(x) // images
    seeds = seeds + _BETWEEN_LAYERS * (layer_index + 1)
    keys = matching.random_keys(seeds, per_image)  # [B, R * F]
    is_kept = ops.reshape(keys, ops.shape(x)) >= int((share - 0.5) * 2**32)
    return ops.where(is_kept, x / (1.0 - share), ops.zeros_like(x))
