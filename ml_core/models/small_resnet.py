"""A small modern residual network that learns well from a few thousand photos."""

from ml_core.models.classic import Tensor

_STAGES = ((48, 2), (96, 2), (192, 2))
"""Channels and number of blocks."""


def small_resnet(pixels: Tensor) -> Tensor:
    """Raw pixels 0..255 to a vector of 256."""
    from keras import layers

    x = layers.Rescaling(1 / 127.5, offset=-1)(pixels)
    x = _convolution(x, 32, side=3, strides=2)
    for channels, blocks in _STAGES:
        x = layers.MaxPooling2D()(_convolution(x, channels, side=3))
        for _ in range(blocks):
            x = _block(x, channels)
    x = _convolution(x, 256, side=1)
    return layers.GlobalAveragePooling2D()(x)


def _convolution(x: Tensor, channels: int, *, side: int, strides: int = 1) -> Tensor:
    from keras import layers

    x = layers.Conv2D(channels, side, strides=strides, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.Activation("relu")(x)


def _block(x: Tensor, channels: int) -> Tensor:
    from keras import layers

    y = x
    for _ in range(2):
        y = layers.SeparableConv2D(channels, 3, padding="same", use_bias=False)(y)
        y = layers.BatchNormalization()(y)
        y = layers.Activation("relu")(y)
    return layers.Add()([x, y])
