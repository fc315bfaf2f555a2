"""Feature pyramid network: strong features at every scale (Lin et al., 2017)."""

import itertools

import keras
from keras import ops

from luminet.models.convolution import convolution
from luminet.models.strides import pyramid_strides


class FPN(keras.layers.Layer):
    """Turn images into a list of feature maps with equally many channels.

    The same interface as `BaseNetwork`, with more levels: each of its maps, from the
    coarsest on, is projected (1x1), joined by the coarser level enlarged, and smoothed
    (3x3). A last level of every other cell is for the anchors of large objects; no
    region is pooled from it (section 4.1).

    Args:
        base_network: `BaseNetwork` of several levels, each stride twice the one before,
            or the same.
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
        self.strides = pyramid_strides(base_network.strides)
        self.factors = [b // a for a, b in itertools.pairwise(base_network.strides)]
        names = _names(base_network.strides)
        self.lateral = [
            convolution(channels, 1, f"lateral_{name}", batch_norm) for name in names
        ]
        self.output_layers = [
            convolution(channels, 3, f"output_{name}", batch_norm) for name in names
        ]

    def call(self, image, image_size, training=False):
        return self.join(self.base_network(image, image_size, training=training))

    def join(self, maps):
        """Only the pyramid: the maps of the base network become the levels."""
        maps = [layer(level) for layer, level in zip(self.lateral, maps, strict=True)]
        merged = maps[-1:]
        for level, factor in zip(maps[-2::-1], self.factors[::-1], strict=True):
            merged.insert(0, level + _enlarge(merged[0], factor))
        levels = [
            layer(level)
            for layer, level in zip(self.output_layers, merged, strict=True)
        ]
        return [*levels, levels[-1][:, ::2, ::2]]


def _names(strides):
    """Of one level each: its stride, with its place if a level before has the same."""
    return [
        f"{stride}" if stride not in strides[:index] else f"{stride}_{index}"
        for index, stride in enumerate(strides)
    ]


def _enlarge(level, factor):
    """Each cell becomes `factor` by `factor`."""
    # Not `ops.image.resize`: it wants sizes that are known in advance.
    return ops.repeat(ops.repeat(level, factor, axis=1), factor, axis=2)
