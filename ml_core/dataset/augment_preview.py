"""What a network sees of a photo while it learns: varied as in training, but without Keras."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml_core.dataset.augment import Amounts
from ml_core.dataset.variation import Variation, draw, lit, transforms
from ml_core.images import Pixels


def augmented_variants(
    pixels: Pixels, amounts: Amounts, *, mirror: bool, seed: int, count: int = 8
) -> list[Pixels]:
    """Vary one photo as training does.

    The numbers drawn depend on the seed alone: when an amount changes, each variant moves on in its
    own direction and the others stay.

    Args:
        pixels: The model's input, as ``images.fit`` gives it, shape (size, size, channels).
        amounts: How far at most.
        mirror: Whether about half of the variants are mirrored.
        seed: Chooses the variants.
        count: How many.
    """
    random = np.random.default_rng(seed)
    variation = draw(
        amounts,
        mirror=mirror,
        photos=count,
        channels=pixels.shape[-1],
        even=lambda shape: random.uniform(-1.0, 1.0, shape),
        arrays=np,
    )
    varied = vary([pixels] * count, variation)
    return [photo.round().astype(np.uint8) for photo in varied]


def vary(photos: Sequence[Pixels], variation: Variation) -> list[NDArray[np.float32]]:
    """Photos of one shape (height, width, channels) under the given variations, 0..255.

    As the Keras layer does it: bilinear, what comes in from outside repeats the border.
    """
    height, width, _ = photos[0].shape
    matrices = transforms(variation, height, width, arrays=np)
    moved = [_moved(photo, matrix) for photo, matrix in zip(photos, matrices, strict=True)]
    return list(lit(np.stack(moved), variation, arrays=np).astype(np.float32))


def _moved(photo: Pixels, matrix: NDArray[np.float64]) -> NDArray[np.float32]:
    import cv2

    height, width, _ = photo.shape
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(
        photo.astype(np.float32),
        matrix.reshape(2, 3),
        (width, height),
        flags=flags,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return moved.reshape(photo.shape).astype(np.float32, copy=False)
