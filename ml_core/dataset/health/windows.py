"""Photos as short descriptors of what they show in several windows, to find copies by.

A near copy may be cropped and mirrored. So one photo's whole is compared with parts of the other:
twenty windows, a descriptor each. Measured on 400 altered clothing photos (re-encoded, resized,
mirrored, up to 15 % cropped off each side), 99 % correlate above 0.92 with their original in one
window, and a photo has one to ten others that do, too. Perceptual hashes of the whole photo
(pHash) find re-encoded and resized copies only; that is why none is used.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml_core.dataset.health.measure import SMALL_SIDE

Squares = NDArray[np.uint8]
"""uint8, shape (photos, SMALL_SIDE, SMALL_SIDE, 3): the field ``small`` of the measures."""

Descriptors = NDArray[np.float32]
"""float32, shape (photos, 32); each of unit length, or zeros for a blank photo."""

CELLS: Final = 6
"""A window is seen in so many cells on a side."""

EXPOSURES: Final = (0.6, 1.6)
"""How much darker or lighter a copy may be."""

LEAST_DEVIATION: Final = 3.0
"""Grey levels. A photo with less in it looks like any other blank one."""

_SCALES: Final = (0.9, 0.8)
_PLACES: Final = (0.0, 0.5, 1.0)
_SMALLEST: Final = 0.7
_HIGHEST_FREQUENCY: Final = 5
_HIGHEST_OF_COLOUR: Final = 2


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a photo; all in shares of its sides."""

    left: float
    top: float
    scale: float

    @property
    def is_central(self) -> bool:
        return self.left == self.top and abs(self.left + self.scale / 2 - 0.5) < 1e-6


WHOLE: Final = Window(0.0, 0.0, 1.0)
WINDOWS: Final = (
    WHOLE,
    *(
        Window(x * (1 - scale), y * (1 - scale), scale)
        for scale in _SCALES
        for x in _PLACES
        for y in _PLACES
    ),
    Window((1 - _SMALLEST) / 2, (1 - _SMALLEST) / 2, _SMALLEST),
)


def cells_of(squares: Squares, window: Window) -> NDArray[np.float32]:
    """Mean colours of the window's cells, 0..255, shape (photos, CELLS * CELLS * 3)."""
    return np.asarray(_flat(squares) @ _averages(window), np.float32)


def mirrored_cells(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """What ``cells_of`` gives for the mirrored photos, seen whole or in the middle."""
    return cells.reshape(-1, CELLS, CELLS, 3)[:, :, ::-1].reshape(cells.shape)


def describe(squares: Squares, window: Window) -> Descriptors:
    """What a window shows, coarsely: two descriptors multiplied give a correlation, -1..1.

    It holds the low frequencies of light and of two opponent colours; how light all of it is, and
    how strong its contrasts are, is left out.
    """
    values = np.asarray(_flat(squares) @ _averaged_patterns(window), np.float32)
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    is_blank = lengths < LEAST_DEVIATION * np.sqrt(CELLS * CELLS * 3)
    return np.where(is_blank, np.float32(0), values / np.maximum(lengths, np.float32(1e-6)))


def exposure_between(
    first: NDArray[np.float32], second: NDArray[np.float32]
) -> NDArray[np.float32]:
    """By what to multiply colours so that they come nearest to others: somebody made it lighter.

    Both of shape (photos, values); the result of shape (photos, 1). One factor for all colours:
    more would turn a blue shirt into a green one.
    """
    products = np.einsum("ij,ij->i", first, second)
    squares = np.maximum(np.einsum("ij,ij->i", first, first), np.float32(1e-6))
    return np.asarray(np.clip(products / squares, *EXPOSURES)[:, np.newaxis], np.float32)


def _flat(squares: Squares) -> NDArray[np.float32]:
    return squares.reshape(len(squares), SMALL_SIDE**2 * 3).astype(np.float32)


@cache
def _averages(window: Window) -> NDArray[np.float32]:
    """Averages pixels to cells, shape (SMALL_SIDE * SMALL_SIDE * 3, CELLS * CELLS * 3)."""
    rows, columns = (_shares(start, window.scale) for start in (window.top, window.left))
    averages = np.einsum("ai,bj,cd->ijcabd", rows, columns, np.eye(3))
    return np.asarray(averages.reshape(SMALL_SIDE**2 * 3, CELLS**2 * 3), np.float32)


@cache
def _averaged_patterns(window: Window) -> NDArray[np.float32]:
    return _averages(window) @ _patterns()


def _shares(start: float, scale: float) -> NDArray[np.float64]:
    """What of each pixel belongs to each cell of one side, shape (CELLS, SMALL_SIDE)."""
    edges = (start + scale * np.arange(CELLS + 1) / CELLS) * SMALL_SIDE
    pixels = np.arange(SMALL_SIDE)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    overlap = np.maximum(overlap, 0)
    return np.asarray(overlap / overlap.sum(axis=1, keepdims=True))


@cache
def _patterns() -> NDArray[np.float32]:
    """32 orthonormal patterns of cells, low frequencies of the cosine transform, as columns."""
    cell = np.arange(CELLS)
    waves = np.cos(np.pi * (cell + 0.5) * cell[:, None] / CELLS)
    waves /= np.linalg.norm(waves, axis=1, keepdims=True)
    colours = np.array([[1, 1, 1], [1, 0, -1], [1, -2, 1]]) / np.sqrt([[3], [2], [6]])
    chosen = [
        np.einsum("a,b,c->abc", waves[y], waves[x], colours[colour]).ravel()
        for y in range(CELLS)
        for x in range(CELLS)
        for colour in range(3)
        if (x + y and x + y <= _HIGHEST_FREQUENCY if colour == 0 else x + y <= _HIGHEST_OF_COLOUR)
    ]
    return np.stack(chosen, axis=1).astype(np.float32)
