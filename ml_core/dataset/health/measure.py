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
        ("bright", "<f4"),
        ("sharpness", "<f4"),
        ("small", "u1", (SMALL_SIDE, SMALL_SIDE, 3)),
    ]
)
"""One photo's numbers.

    width, height   its own size, upright, in pixels
    is_animated     the file holds more pictures than the first
    darkest         1st percentile of brightness, 0..1
    bright          99th percentile of brightness, 0..1
    sharpness       see ``sharpness``, 0..1
    small           the whole photo as a square of ``SMALL_SIDE``, RGB
"""

VERSION: Final = 2
"""Raised whenever one of the numbers changes its meaning: kept ones are then measured again."""

Measures = NDArray[np.void]
"""Of ``MEASURES``: one record, or one a photo."""

Grey = NDArray[np.uint8]
"""The whole photo as a grey square of ``GREY_SIDE``, uint8."""

_RED_GREEN_BLUE: Final = np.array([0.241, 0.691, 0.068], np.float32)
"""Shares of the squared channels in perceived brightness (HSP colour model), as in cleanvision."""

_EDGE_PIXELS: Final = 9
"""Within so many pixels in a row an edge goes from dark to light, or it is no edge."""

_EDGE_CONTRASTS: Final = (40, 15)
"""Levels of 255 between both sides of an edge. Weaker ones count where there are no strong ones."""

_FEWEST_EDGE_PIXELS: Final = 200
_SHARPER_SHARE: Final = 75
"""In percent of the edges, the steepest at the top: shadows are soft in sharp photos, too."""

_SMALLEST_FOR_SHARPNESS: Final = 48


def measure(photo: Overview) -> tuple[Measures, Grey]:
    """All numbers of one photo, as one record of ``MEASURES``, and its grey square."""
    import cv2

    pixels = photo.pixels
    light = np.percentile(brightness(pixels[::2, ::2]), [1, 99])
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    small = cv2.resize(pixels, (SMALL_SIDE, SMALL_SIDE), interpolation=cv2.INTER_AREA)
    square = cv2.resize(grey, (GREY_SIDE, GREY_SIDE), interpolation=cv2.INTER_AREA)
    record = np.array(
        (photo.width, photo.height, photo.is_animated, *light, sharpness(grey), small), MEASURES
    )
    return record, np.asarray(square, np.uint8)


def brightness(pixels: Pixels) -> NDArray[np.float32]:
    """Perceived brightness of each pixel, 0..1, shape (height, width)."""
    squares = np.square(pixels, dtype=np.float32) @ _RED_GREEN_BLUE
    return np.asarray(np.sqrt(squares) / 255, np.float32)


def sharpness(grey: NDArray[np.uint8]) -> float:
    """How steep the edges of a grey photo of shape (height, width) are, 0 blurred to 1 sharp.

    At each edge: the largest step between neighbours as a share of the difference between both
    sides. A Gaussian of 2 pixels leaves about 0.24, whatever is shown. The worse of both directions
    counts, so that shaken photos are found, too. Photos without edges, or too small to tell, get 1.

    It turns round the edge width of Marziliano, Dufaux, Winkler, Ebrahimi: "A no-reference
    perceptual blur metric" (ICIP 2002), and needs no detector of edges. The metric of Crete and
    others (2007) was tried: most of the photos that it calls blurred show smooth, dark cloth.
    """
    if min(grey.shape) < _SMALLEST_FOR_SHARPNESS:
        return 1.0
    for contrast in _EDGE_CONTRASTS:
        found = [_steepness(lines, contrast) for lines in (grey, np.ascontiguousarray(grey.T))]
        if known := [steepness for steepness in found if steepness is not None]:
            return min(known)
    return 1.0


def _steepness(grey: NDArray[np.uint8], contrast: int) -> float | None:
    """Of the edges along the rows; None if there are too few."""
    import cv2

    window = np.ones((1, _EDGE_PIXELS), np.uint8)
    height = cv2.subtract(cv2.dilate(grey, window), cv2.erode(grey, window))
    is_edge = height >= contrast
    if np.count_nonzero(is_edge) < _FEWEST_EDGE_PIXELS:
        return None
    step = np.zeros_like(grey)
    step[:, :-1] = cv2.absdiff(grey[:, 1:], grey[:, :-1])
    largest = cv2.dilate(step, window[:, 1:])
    shares = largest[is_edge].astype(np.float32) / height[is_edge]
    return float(np.percentile(shares, _SHARPER_SHARE))
