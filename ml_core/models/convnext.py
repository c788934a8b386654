"""ConvNeXt Tiny (Liu et al., CVPR 2022) from standard Keras layers only.

keras.applications builds it with a private layer and nested models, so that a saved file depends
on Keras' insides, and with grouped convolutions, which are slow without a graphics card. The same
numbers come out of depthwise convolutions, and the same weights fit after a reshape.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from ml_core.models.backbones import imagenet_scaled
from ml_core.models.classic import Tensor

if TYPE_CHECKING:
    import keras

_STAGES = ((96, 3), (192, 3), (384, 9), (768, 3))
"""Channels and number of blocks."""

_EPSILON = 1e-6
_LAYER_SCALE = 1e-6


def tiny(pixels: Tensor) -> Tensor:
    """Raw pixels 0..255 to a normalised vector of 768."""
    from keras import layers

    x = imagenet_scaled(pixels)
    for stage, (channels, blocks) in enumerate(_STAGES):
        x = _stem(x, channels) if stage == 0 else _downsample(x, channels, f"stage_{stage}")
        for block in range(blocks):
            x = _block(x, channels, f"stage_{stage}_block_{block}")
    x = layers.GlobalAveragePooling2D()(x)
    return layers.LayerNormalization(epsilon=_EPSILON)(x)


def load_weights(embedder: "keras.Model", source: Path) -> None:
    """Copy the weights of a keras.applications file, which holds them in the same order.

    Raises:
        ValueError, OSError: The file does not fit or cannot be read.
    """
    from keras import applications

    theirs = applications.ConvNeXtTiny(
        include_top=False, pooling="avg", weights=str(source), input_shape=(32, 32, 3)
    )
    pairs = zip(theirs.get_weights(), embedder.weights, strict=True)
    embedder.set_weights([value.reshape(target.shape) for value, target in pairs])


def _stem(x: Tensor, channels: int) -> Tensor:
    from keras import layers

    x = layers.Conv2D(channels, 4, strides=4, name="stem_conv")(x)
    return layers.LayerNormalization(epsilon=_EPSILON, name="stem_norm")(x)


def _downsample(x: Tensor, channels: int, name: str) -> Tensor:
    from keras import layers

    x = layers.LayerNormalization(epsilon=_EPSILON, name=f"{name}_down_norm")(x)
    return layers.Conv2D(channels, 2, strides=2, name=f"{name}_down_conv")(x)


def _block(x: Tensor, channels: int, name: str) -> Tensor:
    """Depthwise 7 x 7, inverted bottleneck, learned scale, residual."""
    from keras import initializers, layers

    y = layers.DepthwiseConv2D(7, padding="same", name=f"{name}_depthwise")(x)
    y = layers.LayerNormalization(epsilon=_EPSILON, name=f"{name}_norm")(y)
    y = layers.Dense(4 * channels, name=f"{name}_expand")(y)
    y = layers.Activation("gelu", name=f"{name}_gelu")(y)
    y = layers.Dense(channels, name=f"{name}_project")(y)
    y = layers.DepthwiseConv2D(
        1,
        use_bias=False,
        depthwise_initializer=initializers.Constant(_LAYER_SCALE),
        name=f"{name}_scale",
    )(y)
    return layers.Add(name=f"{name}_add")([x, y])
