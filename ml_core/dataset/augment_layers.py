"""The Keras layers behind ``ml_core.dataset.augment``. Importing this module imports Keras."""

import math
from typing import Any

import keras
from keras import ops, random

Tensor = Any

_DRAWS = 4
"""Their mean spreads with 0.29 of the largest."""


class RandomAffine(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Turn, shift, shear, zoom and mirror each photo of a batch, all in one resampling.

    One resampling is faster than one for each and blurs less. Amounts are means of ``_DRAWS`` even
    draws, so that they never pass the largest asked for, yet most photos stay near upright. What
    comes in from outside repeats the border.

    Args:
        rotation: Largest angle, in degrees.
        shift: Largest shift, as a share of the side.
        shear: Largest shear, as a slope.
        zoom: Largest change of size, as a share; height and width change separately.
        mirror: Whether half of the photos are mirrored, left to right.
        seed: Fixes the draws.
    """

    def __init__(
        self,
        *,
        rotation: float,
        shift: float,
        shear: float,
        zoom: float,
        mirror: bool,
        seed: int,
        **options: Any,
    ) -> None:
        super().__init__(trainable=False, **options)
        self.rotation, self.shift, self.shear, self.zoom = rotation, shift, shear, zoom
        self.mirror = mirror
        self.seed = random.SeedGenerator(seed)

    def call(self, photos: Tensor) -> Tensor:
        """Batch of pixels 0..255, shape (photos, height, width, channels), to the same."""
        count, height, width = ops.shape(photos)[:3]
        return ops.image.affine_transform(
            photos,
            self._transforms(count, float(height), float(width)),
            interpolation="bilinear",
            fill_mode="nearest",
        )

    def _transforms(self, count: Tensor, height: float, width: float) -> Tensor:
        """Eight numbers a photo that map a place in the result to a place in the photo."""
        (xx, xy), (yx, yy) = self._matrices(count)
        middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
        shift_x = self._draw(count, self.shift) * width
        shift_y = self._draw(count, self.shift) * height
        x0 = middle_x + shift_x - xx * middle_x - xy * middle_y
        y0 = middle_y + shift_y - yx * middle_x - yy * middle_y
        zero = ops.zeros_like(xx)
        return ops.stack([xx, xy, x0, yx, yy, y0, zero, zero], axis=1)

    def _matrices(self, count: Tensor) -> Tensor:
        """Rotation times shear times zoom (and mirror)."""
        angle = self._draw(count, math.radians(self.rotation))
        shear = self._draw(count, self.shear)
        zoom_x = self._signs(count) / (1 + self._draw(count, self.zoom))
        zoom_y = 1 / (1 + self._draw(count, self.zoom))
        cosine, sine = ops.cos(angle), ops.sin(angle)
        return (
            (cosine * zoom_x, (cosine * shear - sine) * zoom_y),
            (sine * zoom_x, (sine * shear + cosine) * zoom_y),
        )

    def _signs(self, count: Tensor) -> Tensor:
        """-1 for a photo to be mirrored, else 1."""
        if not self.mirror:
            return ops.ones((count,))
        return ops.sign(random.uniform((count,), -1.0, 1.0, seed=self.seed))

    def _draw(self, count: Tensor, largest: float) -> Tensor:
        """One number a photo, bell-shaped in -largest..largest."""
        if not largest:
            return ops.zeros((count,))
        draws = random.uniform((_DRAWS, count), -1.0, 1.0, seed=self.seed)
        return largest * ops.mean(draws, axis=0)


class RandomLight(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Change the contrast, brightness and colour cast of each photo of a batch.

    Args:
        contrast, brightness, colour: Largest change, as a share; colour acts on each channel.
        seed: Fixes the draws.
    """

    def __init__(
        self, *, contrast: float, brightness: float, colour: float, seed: int, **options: Any
    ) -> None:
        super().__init__(trainable=False, **options)
        self.contrast, self.brightness, self.colour = contrast, brightness, colour
        self.seed = random.SeedGenerator(seed)

    def call(self, photos: Tensor) -> Tensor:
        """Batch of pixels 0..255, shape (photos, height, width, channels), to the same."""
        count, channels = ops.shape(photos)[0], photos.shape[-1]
        contrast = self._factor((count, 1, 1, 1), self.contrast)
        gain = self._factor((count, 1, 1, 1), self.brightness)
        if channels > 1:
            gain = gain * self._factor((count, 1, 1, channels), self.colour)
        return ops.clip(photos * (contrast * gain) + (1 - contrast) * 127.5 * gain, 0.0, 255.0)

    def _factor(self, shape: tuple[Tensor, ...], largest: float) -> Tensor:
        return random.uniform(shape, 1 - largest, 1 + largest, seed=self.seed)
