"""Lay one photo over another, and tell whether they are the same picture.

Two photos of trousers on one floor look alike in outline; copies agree in every detail.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ml_core.dataset.health.measure import GREY_SIDE, SMALL_SIDE, Grey
from ml_core.dataset.health.windows import Window, exposure_between

LEAST_DETAIL_LIKENESS: Final = 0.8
"""Correlation of fine detail. Measured: 98 % of altered copies are above 0.87 (re-encoded, resized,
mirrored, cropped by up to 15 % a side); of 7 million pairs of clothing photos with colours that
fit, the three true copies and two more are above 0.8."""

MOST_COLOUR_DIFFERENCE: Final = 14.0
"""Levels of 255, in all but two of 64 blocks: another print on the same shirt is no copy. Measured:
97 % of altered copies are below."""

SURE_DETAIL_LIKENESS: Final = 0.93
MOST_COLOUR_DIFFERENCE_IF_SURE: Final = 20.0
"""Where the detail leaves no doubt, cropping and turning may have cost more colour at the edges."""

_STEPS: Final = 20
_PRECISION: Final = 3e-3
_SMOOTHING: Final = 5
_COARSEST_DETAIL: Final = 3.0
"""Standard deviation in pixels of a Gaussian: what is coarser is outline, not detail."""
_BLOCKS: Final = 8
_BLOCKS_THAT_MAY_DIFFER: Final = 2
_BORDER: Final = 2

Square = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Side:
    """One photo: its grey square and its small square in colour."""

    grey: Grey
    small: Square

    def mirrored(self) -> "Side":
        return Side(
            np.ascontiguousarray(self.grey[:, ::-1]), np.ascontiguousarray(self.small[:, ::-1])
        )


def likeness(whole: Side, cropped: Side, window: Window, *, is_mirrored: bool) -> float:
    """How alike the fine detail of two photos is, -1..1; 0 if their colours do not agree.

    Args:
        whole: The photo that may show more.
        cropped: The photo that may be a part of it.
        window: Where about in ``whole``.
        is_mirrored: Whether ``cropped`` is mirrored.

    The alignment is an affine one that maximises the enhanced correlation coefficient (Evangelidis,
    Psarakis: "Parametric image alignment using enhanced correlation coefficient maximization",
    PAMI 2008), as OpenCV has it.
    """
    import cv2

    if is_mirrored:
        cropped = cropped.mirrored()
    try:
        transform = _aligned(whole.grey, cropped.grey, window)
    except cv2.error:  # it did not converge: they have nothing in common
        return 0.0
    difference = _colour_difference(whole.small, cropped.small, transform)
    if difference > MOST_COLOUR_DIFFERENCE_IF_SURE:
        return 0.0
    laid_over = _laid_over(whole.grey, transform, GREY_SIDE)
    correlation = _correlation(_detail(laid_over), _detail(cropped.grey))
    is_sure = correlation >= SURE_DETAIL_LIKENESS
    return correlation if is_sure or difference <= MOST_COLOUR_DIFFERENCE else 0.0


def _aligned(whole: Grey, cropped: Grey, window: Window) -> NDArray[np.float32]:
    import cv2

    half = 0.5 * (window.scale - 1)  # pixels count from the middle of the first
    left, top = (place * GREY_SIDE + half for place in (window.left, window.top))
    start = np.array([[window.scale, 0, left], [0, window.scale, top]], np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _STEPS, _PRECISION)
    mask: Any = None
    _, transform = cv2.findTransformECC(
        cropped, whole, start, cv2.MOTION_AFFINE, criteria, mask, _SMOOTHING
    )
    return np.asarray(transform, np.float32)


def _laid_over(square: Square, transform: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """The square as the other photo shows it. The transform is in pixels of the grey square."""
    import cv2

    scaled = transform.copy()
    half = 0.5 - 0.5 * transform[:, :2].sum(axis=1)  # pixels count from the middle of the first
    scaled[:, 2] = (transform[:, 2] + half) * side / GREY_SIDE - half
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(
        square, scaled, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return warped.astype(np.float32)


def _colour_difference(whole: Square, cropped: Square, transform: NDArray[np.float32]) -> float:
    """The largest difference of a block's mean colour, but for the few worst blocks."""
    first, second = _in_blocks(_laid_over(whole, transform, SMALL_SIDE)), _in_blocks(cropped)
    difference = exposure_between(first, second) * first - second
    worst = np.sort(np.abs(difference).reshape(-1, 3).max(axis=1))
    return float(worst[-1 - _BLOCKS_THAT_MAY_DIFFER])


def _in_blocks(square: NDArray[Any]) -> NDArray[np.float32]:
    """Mean colours, shape (1, blocks * 3)."""
    size = SMALL_SIDE // _BLOCKS
    blocks = square.astype(np.float32).reshape(_BLOCKS, size, _BLOCKS, size, 3)
    return np.asarray(blocks.mean(axis=(1, 3)), np.float32).reshape(1, -1)


def _detail(grey: NDArray[Any]) -> NDArray[np.float32]:
    import cv2

    values = grey.astype(np.float32)
    coarse = cv2.GaussianBlur(values, (0, 0), _COARSEST_DETAIL)
    return (values - coarse)[_BORDER:-_BORDER, _BORDER:-_BORDER]


def _correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    product = float((first * second).sum())
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    return product / max(lengths, 1e-6)
