"""Where words stand beside dots: over no other words, and over as few dots as can be."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in inches."""
_Lengths = NDArray[np.float64]


def boxes_beside(
    middles: _Lengths,
    *,
    gaps: _Lengths,
    widths: Sequence[float],
    line: float,
    page: tuple[float, float],
) -> list[Box | None]:
    """A place for the words of each of the first dots; None where there is none. In inches.

    Args:
        middles: Of all dots, shape (dots, 2); the first ones have words.
        gaps: From the middle of a dot to its words, one for each that has words.
        widths: Of the words.
        line: Their height.
        page: Width and height; words stay on it.
    """
    boxes: list[Box | None] = []
    taken = [_square(middle, gap / 2) for middle, gap in zip(middles, gaps, strict=False)]
    for middle, gap, width in zip(middles, gaps, widths, strict=False):
        free = [
            box
            for box in _around(middle.tolist(), float(gap), width, line)
            if _is_on(page, box) and not any(_overlap(box, other) for other in taken)
        ]
        boxes.append(min(free, key=lambda box: _covered(box, middles), default=None))
        taken += filter(None, boxes[-1:])
    return boxes


def _square(middle: _Lengths, half: float) -> Box:
    """The heart of a dot that has words: other words stay off it."""
    x, y = middle.tolist()
    return x - half, y - half, x + half, y + half


def _around(middle: Sequence[float], gap: float, width: float, line: float) -> Iterator[Box]:
    """Right, left, above and below, the best place first."""
    x, y = middle
    for left, bottom in (
        (x + gap, y - line / 2),
        (x - gap - width, y - line / 2),
        (x - width / 2, y + gap),
        (x - width / 2, y - gap - line),
    ):
        yield left, bottom, left + width, bottom + line


def _is_on(page: tuple[float, float], box: Box) -> bool:
    return min(box[:2]) >= 0 and box[2] <= page[0] and box[3] <= page[1]


def _overlap(first: Box, second: Box) -> bool:
    left, bottom, right, top = first
    return left < second[2] and second[0] < right and bottom < second[3] and second[1] < top


def _covered(box: Box, middles: _Lengths) -> int:
    inside = (middles >= box[:2]) & (middles <= box[2:])
    return int(inside.all(axis=1).sum())
