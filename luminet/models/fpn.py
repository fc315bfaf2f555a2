"""Feature pyramid network: strong features at every scale (Lin et al., 2017)."""

import keras
from keras import ops

from luminet.models.convolution import convolution


class FPN(keras.layers.Layer):
    """Turn images into a list of feature maps with equally many channels.

    The same interface as `BaseNetwork`, with more levels: each of its maps, from the
    coarsest on, is projected (1x1), joined by the coarser level enlarged, and smoothed
    (3x3). A last level of every other cell is for the anchors of large objects; no
    region is pooled from it (section 4.1).

    Args:
        base_network: `BaseNetwork` of several levels, each stride twice the one before.
        channels: int, of each level.
        batch_norm: bool, normalise after each convolution; see `convolution`.

    Call arguments:
        image: `[B, H, W, 3]`, RGB, 0 to 255; H and W multiples of the base network's
            last stride.
        image_size: `[B, 2]`, height and width without the padding, in pixels.

    Returns:
        list of `[B, Hl, Wl, channels]`, one for each of `strides`.
    """

    def __init__(
        self, base_network, channels: int = 256, batch_norm: bool = False, **kwargs
    ):
        super().__init__(autocast=False, **kwargs)
        if channels < 1:
            raise ValueError(
                f"`channels` must be a positive integer. Received: channels={channels}"
            )
        self.base_network = base_network
        self.pooled_strides = base_network.strides
        self.strides = (*self.pooled_strides, 2 * self.pooled_strides[-1])
        self.lateral = [
            convolution(channels, 1, f"lateral_{stride}", batch_norm)
            for stride in self.pooled_strides
        ]
        self.output_layers = [
            convolution(channels, 3, f"output_{stride}", batch_norm)
            for stride in self.pooled_strides
        ]

    def call(self, image, image_size, training=False):
        maps = self.base_network(image, image_size, training=training)
        maps = [layer(level) for layer, level in zip(self.lateral, maps, strict=True)]
        merged = maps[-1:]
        for level in reversed(maps[:-1]):
            merged.insert(0, level + _enlarge(merged[0]))
        levels = [
            layer(level)
            for layer, level in zip(self.output_layers, merged, strict=True)
        ]
        return [*levels, levels[-1][:, ::2, ::2]]


def _enlarge(level):
    """Each cell becomes two by two: `[B, 2 * Hl, 2 * Wl, F]`."""
    # Not `ops.image.resize`: it wants sizes that are known in advance.
    return ops.repeat(ops.repeat(level, 2, axis=1), 2, axis=2)
