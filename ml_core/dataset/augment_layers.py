"""The Keras layer behind ``ml_core.dataset.augment``. Importing this module imports Keras."""

from typing import Any

import keras
from keras import ops, random

from ml_core.dataset.augment import Amounts
from ml_core.dataset.variation import Variation, draw, lit, transforms

Tensor = Any


class RandomVariation(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Turn, shift, shear, zoom, mirror and light each photo of a batch anew.

    All geometry is one resampling, which is faster than one for each and blurs less. What comes in
    from outside repeats the border.

    Args:
        amounts: How far at most.
        mirror: Whether half of the photos are mirrored, left to right.
        seed: Fixes the draws.
    """

    def __init__(self, amounts: Amounts, *, mirror: bool, seed: int, **options: Any) -> None:
        super().__init__(trainable=False, **options)
        self.amounts, self.mirror = amounts, mirror
        self.seed = random.SeedGenerator(seed)

    def call(self, photos: Tensor) -> Tensor:
        """Batch of pixels 0..255, shape (photos, height, width, channels), to the same."""
        return self.vary(photos, self.draw(ops.shape(photos)[0], photos.shape[-1]))

    def draw(self, photos: Tensor, channels: int) -> Variation:
        """The next variations of so many photos."""
        return draw(
            self.amounts,
            mirror=self.mirror,
            photos=photos,
            channels=channels,
            even=lambda shape: random.uniform(shape, -1.0, 1.0, seed=self.seed),
            arrays=ops,
        )

    def vary(self, photos: Tensor, variation: Variation) -> Tensor:
        """The photos of a batch under the given variations."""
        height, width = photos.shape[1:3]
        matrices = transforms(variation, height, width, arrays=ops)
        moved = ops.image.affine_transform(
            ops.cast(photos, "float32"),
            ops.pad(matrices, [(0, 0), (0, 2)]),  # Keras wants a third row: no perspective.
            interpolation="bilinear",
            fill_mode="nearest",
        )
        return lit(moved, variation, arrays=ops)
