"""What is measured of one photo: size, light, sharpness, and two small pictures to compare it by.

Everything is measured on the photo shrunk to ``SIDE``, because that is about what a network sees;
so a photo of any size costs the same, and a slight blur of a large photo is none.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml_core.images import Overview, Pixels

SIDE: Final = 256
"""Longer side of what is measured, in pixels."""

SMALL_SIDE: Final = 24
GREY_SIDE: Final = 64

MEASURES: Final = np.dtype(
    [
        ("width", "<u4"),
        ("height", "<u4"),
        ("is_animated", "?"),
        ("darkest", "<f4"),
        ("dark", "<f4"),
        ("bright", "<f4"),
        ("blur", "<f4"),
        ("small", "u1", (SMALL_SIDE, SMALL_SIDE, 3)),
    ]
)
"""One photo's numbers.

    width, height   its own size, upright, in pixels
    is_animated     the file holds more pictures than the first
    darkest, dark   1st and 5th percentile of brightness, 0..1
    bright          99th percentile of brightness, 0..1
    blur            see ``blur``, 0 sharp to 1
    small           the whole photo as a square of ``SMALL_SIDE``, RGB
"""

VERSION: Final = 1
"""Raised whenever one of the numbers changes its meaning: kept ones are then measured again."""

Measures = NDArray[np.void]
"""Of ``MEASURES``: one record, or one a photo."""

Grey = NDArray[np.uint8]
"""The whole photo as a grey square of ``GREY_SIDE``, uint8."""

_RED_GREEN_BLUE: Final = np.array([0.241, 0.691, 0.068], np.float32)
"""Shares of the squared channels in perceived brightness (HSP colour model), as in cleanvision."""

_BLUR_WINDOW: Final = 11
"""Pixels; the value of the paper and of scikit-image."""

_SMALLEST_FOR_BLUR: Final = 48


def measure(photo: Overview) -> tuple[Measures, Grey]:
    """All numbers of one photo, as one record of ``MEASURES``, and its grey square."""
    import cv2

    pixels = photo.pixels
    light = np.percentile(brightness(pixels[::2, ::2]), [1, 5, 99])
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    small = cv2.resize(pixels, (SMALL_SIDE, SMALL_SIDE), interpolation=cv2.INTER_AREA)
    square = cv2.resize(grey, (GREY_SIDE, GREY_SIDE), interpolation=cv2.INTER_AREA)
    sharpness = blur(grey) if min(grey.shape) >= _SMALLEST_FOR_BLUR else 0.0
    record = np.array(
        (photo.width, photo.height, photo.is_animated, *light, sharpness, small), MEASURES
    )
    return record, np.asarray(square, np.uint8)


def brightness(pixels: Pixels) -> NDArray[np.float32]:
    """Perceived brightness of each pixel, 0..1, shape (height, width)."""
    squares = np.square(pixels, dtype=np.float32) @ _RED_GREEN_BLUE
    return np.asarray(np.sqrt(squares) / 255, np.float32)


def blur(grey: NDArray[np.uint8]) -> float:
    """How blurred a grey photo of shape (height, width) is: 0 sharp to 1.

    What blurring it (again) takes away of the differences between neighbours: much of a sharp
    photo, little of a blurred one. Contrast and size of what is shown hardly matter. The worse of
    both directions counts, so that shaken photos are found, too.

    Source: Crete, Dolmiere, Ladret, Nicolas: "The blur effect: perception and estimation with a
    new no-reference perceptual blur metric" (SPIE 6492, 2007).
    """
    values = grey.astype(np.float32)
    return max(_kept_by_blurring(values, axis) for axis in (0, 1))


def _kept_by_blurring(values: NDArray[np.float32], axis: int) -> float:
    import cv2

    window = (1, _BLUR_WINDOW) if axis == 0 else (_BLUR_WINDOW, 1)
    differences = np.abs(np.diff(values, axis=axis))
    blurred = np.abs(np.diff(cv2.blur(values, window), axis=axis))
    lost = np.maximum(differences - blurred, 0).sum()
    return float(1 - lost / max(differences.sum(), 1.0))
