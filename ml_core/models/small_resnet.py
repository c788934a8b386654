"""A small residual network that learns well from a few thousand photos, on processors too.

Residual blocks of plain 3 x 3 convolutions (He et al., CVPR 2016); each stage looks closely before
it makes the picture smaller, by maximum pooling. Separable convolutions would need a third of the
parameters, but without a graphics card they take longer: 12 against 8 ms a photo and training step.
"""

from ml_core.models.classic import Tensor

_STEM = 16
_STAGES = ((32, 0), (64, 1), (128, 1), (192, 1))
"""Channels and number of residual blocks; each stage halves the picture first."""

_DROPOUT = 0.2
_MOMENTUM = 0.9
"""Of batch normalisation: small data sets have few steps, so its averages must follow quickly."""


def small_resnet(pixels: Tensor) -> Tensor:
    """Raw pixels 0..255 to a vector of 256."""
    from keras import layers

    x = layers.Rescaling(1 / 127.5, offset=-1)(pixels)
    x = layers.ReLU()(_convolution(x, _STEM, strides=2))
    for channels, blocks in _STAGES:
        x = layers.ReLU()(_convolution(x, channels))
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
        for _ in range(blocks):
            x = _block(x, channels)
    x = layers.ReLU()(_convolution(x, 256, side=1))
    x = layers.GlobalAveragePooling2D()(x)
    return layers.Dropout(_DROPOUT)(x)


def _block(x: Tensor, channels: int) -> Tensor:
    from keras import layers

    y = layers.ReLU()(_convolution(x, channels))
    y = _convolution(y, channels)
    return layers.ReLU()(layers.Add()([x, y]))


def _convolution(x: Tensor, channels: int, *, side: int = 3, strides: int = 1) -> Tensor:
    """Convolution and batch normalisation."""
    from keras import layers

    x = layers.Conv2D(
        channels,
        side,
        strides=strides,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
    )(x)
    return layers.BatchNormalization(momentum=_MOMENTUM)(x)
