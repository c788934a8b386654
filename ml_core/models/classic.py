"""The small networks of five earlier product classifiers, rebuilt layer by layer.

Every function takes the scaled-down description of its family as plain numbers and returns the
embedder's output tensor for an input of raw pixels 0..255.
"""

from typing import Any

Tensor = Any
"""A symbolic Keras tensor."""


def category_cnn(pixels: Tensor, *, first_filters: int = 64, dropout: float = 0.1) -> Tensor:
    """Two convolutions and two dense layers, each normalised; vector of 16.

    Convolutions use no padding: at 256 px the dense layer then sees 61 x 61 x 16 values, which
    is what gives the 3,828,341 parameters of the original (at 5 classes).
    """
    from keras import layers

    x = layers.Rescaling(1 / 255)(pixels)
    for filters, side in ((first_filters, 6), (16, 3)):
        x = layers.Conv2D(filters, side, activation="relu")(x)
        x = layers.BatchNormalization()(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    for units in (64, 16):
        x = layers.Dense(units, activation="relu")(x)
        x = layers.BatchNormalization()(x)
        x = layers.Dropout(dropout)(x) if dropout else x
    return x


def slash_cnn(pixels: Tensor) -> Tensor:
    """The category CNN with 6 filters in its first layer and no dropout; vector of 16."""
    return category_cnn(pixels, first_filters=6, dropout=0.0)


def augmented_cnn(pixels: Tensor) -> Tensor:
    """Three blocks of three convolutions, a pool and dropout, then a dense layer; vector of 256."""
    from keras import layers

    x = layers.Rescaling(1 / 255)(pixels)
    for filters in (16, 32, 64):
        for _ in range(3):
            x = layers.Conv2D(filters, 3, activation="relu")(x)
        x = layers.MaxPooling2D()(x)
        x = layers.Dropout(0.25)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(256, activation="relu")(x)
    return layers.Dropout(0.5)(x)


def fashion_cnn(pixels: Tensor) -> Tensor:
    """Two 5 x 5 convolutions for tiny grey pictures; vector of 256.

    Batch normalisation works along the picture's rows (axis 1), not its channels, as in the
    original: 28 and 14 values of each kind make its 417,650 parameters (at 10 classes).
    """
    from keras import layers

    x = layers.Rescaling(1 / 255)(pixels)
    for filters in (16, 32):
        x = layers.Conv2D(filters, 5, padding="same", activation="relu")(x)
        x = layers.BatchNormalization(axis=1)(x)
        x = layers.MaxPooling2D()(x)
        x = layers.Dropout(0.25)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(256, activation="relu")(x)
    return layers.Dropout(0.25)(x)


def fashion_mlp(pixels: Tensor) -> Tensor:
    """Two hidden layers and nothing else, the baseline; vector of 128."""
    from keras import layers

    x = layers.Rescaling(1 / 255)(pixels)
    x = layers.Flatten()(x)
    x = layers.Dense(256, activation="relu")(x)
    return layers.Dense(128, activation="relu")(x)
