"""For each photo those that look most like it, by vectors; copies of it do not count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml_core.control import Control
from ml_core.dataset.health.copies import Groups
from ml_core.embedding.embedder import Vectors

NEIGHBOURS: Final = 10
"""So many are asked about a photo."""

NEAREST: Final = 5
"""The distance to so many is how far from all others a photo is."""

MOST_REFERENCES: Final = 20_000
"""They are looked for among so many photos: more would cost hours and change little."""

_KEPT: Final = 2 * NEIGHBOURS
"""So that enough remain when some are left out."""

_ROWS_AT_A_TIME: Final = 512


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The photos most like each photo, the nearest first.

    Attributes:
        places: Which they are, shape (photos, some); -1 where there are not so many.
        likeness: Cosine of the angle between the vectors, the same shape; -inf where there is none.
    """

    places: NDArray[np.intp]
    likeness: NDArray[np.float32]

    def among(self, photos: Sequence[int]) -> "Neighbours":
        """What remains of them for these photos if there were only these."""
        new_place = np.full(len(self.places) + 1, -1, np.intp)
        new_place[list(photos)] = np.arange(len(photos))
        found = new_place[self.places[list(photos)]]  # -1 means the last one, which is -1
        order = np.argsort(found < 0, axis=1, kind="stable")
        places = np.take_along_axis(found, order, axis=1)
        likeness = np.take_along_axis(self.likeness[list(photos)], order, axis=1)
        return Neighbours(places, np.where(places >= 0, likeness, np.float32(-np.inf)))

    def distance(self) -> NDArray[np.float64]:
        """Mean cosine distance, 0..2, of the ``NEAREST``; 0 for a photo without neighbours."""
        likeness = self.likeness[:, :NEAREST]
        is_there = np.isfinite(likeness)
        sums = np.where(is_there, 1 - likeness, 0.0).sum(axis=1, dtype=np.float64)
        return np.asarray(sums / np.maximum(is_there.sum(axis=1), 1))


def find_neighbours(
    vectors: Vectors, groups: Groups, contents: Sequence[bytes], *, control: Control | None = None
) -> Neighbours:
    """Look for the nearest photos of other groups.

    Args:
        vectors: float32, shape (photos, embedding_size).
        groups: Photos with the same number are copies.
        contents: Content hashes; they decide who is asked where there are too many photos.
        control: Asked now and then.

    Raises:
        Cancelled, Stopped: The caller ended it.
    """
    control = control or Control()
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    references = _references(contents)
    places = np.full((len(unit), min(_KEPT, len(references))), -1, np.intp)
    likeness = np.full(places.shape, -np.inf, np.float32)
    for start in range(0, len(unit), _ROWS_AT_A_TIME):
        control.checkpoint()
        rows = slice(start, start + _ROWS_AT_A_TIME)
        alike = unit[rows] @ unit[references].T
        alike[groups[rows, np.newaxis] == groups[references]] = -np.inf
        best, likeness[rows] = _best(alike, places.shape[1])
        places[rows] = np.where(np.isfinite(likeness[rows]), references[best], -1)
    return Neighbours(places, likeness)


def _best(alike: NDArray[np.float32], most: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Columns and values of the largest in each row, in order."""
    best = np.argpartition(-alike, most - 1, axis=1)[:, :most]
    values = np.take_along_axis(alike, best, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    return np.take_along_axis(best, order, axis=1), np.take_along_axis(values, order, axis=1)


def _references(contents: Sequence[bytes]) -> NDArray[np.intp]:
    """All photos, or those with the lowest hashes: the same ones every time."""
    if len(contents) <= MOST_REFERENCES:
        return np.arange(len(contents))
    order = sorted(range(len(contents)), key=lambda place: contents[place])
    return np.array(sorted(order[:MOST_REFERENCES]), np.intp)
