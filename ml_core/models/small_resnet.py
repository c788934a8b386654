"""A small residual network that learns well from a few thousand photos, on processors too.

Residual blocks of plain 3 x 3 convolutions (He et al., CVPR 2016) with averaged shortcuts (He et
al., "Bag of tricks", CVPR 2019) and squeeze-and-excitation (Hu et al., CVPR 2018). Separable
convolutions would need fewer parameters but train three times slower without a graphics card.
"""

from ml_core.models.classic import Tensor

_STEM = 24
_STAGES = ((32, 1), (64, 2), (128, 2), (192, 1))
"""Channels and number of blocks; each stage but the first halves the picture."""

_SQUEEZE = 8
_DROPOUT = 0.2
_MOMENTUM = 0.9
"""Of batch normalisation: small data sets have few steps, so its averages must follow quickly."""


def small_resnet(pixels: Tensor) -> Tensor:
    """Raw pixels 0..255 to a vector of 192."""
    from keras import layers

    x = layers.Rescaling(1 / 127.5, offset=-1)(pixels)
    x = layers.ReLU()(_convolution(x, _STEM, strides=2))
    x = layers.ReLU()(_convolution(x, _STAGES[0][0], strides=2))
    for stage, (channels, blocks) in enumerate(_STAGES):
        for block in range(blocks):
            x = _block(x, channels, strides=2 if stage and not block else 1)
    x = layers.GlobalAveragePooling2D()(x)
    return layers.Dropout(_DROPOUT)(x)


def _block(x: Tensor, channels: int, *, strides: int) -> Tensor:
    """The last normalisation starts at zero, so that a block first does nothing."""
    from keras import layers

    y = layers.ReLU()(_convolution(x, channels, strides=strides))
    y = _convolution(y, channels, gamma="zeros")
    y = _excited(y, channels)
    return layers.ReLU()(layers.Add()([_shortcut(x, channels, strides=strides), y]))


def _shortcut(x: Tensor, channels: int, *, strides: int) -> Tensor:
    from keras import layers

    if strides > 1:
        x = layers.AveragePooling2D(strides, padding="same")(x)
    if x.shape[-1] != channels:
        x = _convolution(x, channels, side=1)
    return x


def _convolution(
    x: Tensor, channels: int, *, side: int = 3, strides: int = 1, gamma: str = "ones"
) -> Tensor:
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
    return layers.BatchNormalization(momentum=_MOMENTUM, gamma_initializer=gamma)(x)


def _excited(x: Tensor, channels: int) -> Tensor:
    """Weigh the channels by what the whole picture shows."""
    from keras import layers

    weights = layers.GlobalAveragePooling2D(keepdims=True)(x)
    weights = layers.Conv2D(channels // _SQUEEZE, 1, activation="relu")(weights)
    weights = layers.Conv2D(channels, 1, activation="sigmoid")(weights)
    return layers.Multiply()([x, weights])
