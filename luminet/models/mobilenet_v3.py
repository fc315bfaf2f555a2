"""MobileNetV3-Large as PyTorch has it: Keras' own, padded at the other side.

Whatever halves its input looks at a place one pixel above and left of Keras'.
"""

import keras

HALVING_BLOCKS = (1, 3, 6, 12)


def MobileNetV3LargeEven(include_top=False, input_shape=(None, None, 3), **options):
    """MobileNetV3-Large without its top and without scaling of pixels.

    See `MobileNetV3Large` in `keras.applications`, whose weights it can have.
    """
    if include_top:
        raise ValueError("`include_top` must be False: there is no top here")
    image = keras.Input(input_shape)
    padded = keras.layers.ZeroPadding2D(((1, 0), (1, 0)), name="conv_pad")(image)
    network = keras.applications.MobileNetV3Large(
        input_tensor=padded,
        include_top=False,
        include_preprocessing=False,
        **options,
    )
    network.get_layer("conv").padding = "valid"
    for block in HALVING_BLOCKS:
        layer = network.get_layer(f"expanded_conv_{block}_depthwise_pad")
        layer.padding = tuple((after, before) for before, after in layer.padding)
    return keras.Model(image, network.output, name="MobileNetV3LargeEven")
