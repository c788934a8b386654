"""Is a photo like anything the model was trained on? Asked of training vectors and of the head.

The measure is the distance to the k-th nearest training vector on the unit sphere (Sun, Ming, Zhu
and Li, "Out-of-Distribution Detection with Deep Nearest Neighbors", ICML 2022), which tells other
kinds of things, and some of the energy of the logits (Liu, Wang, Owens and Li, "Energy-based
Out-of-distribution Detection", NeurIPS 2020), which also tells things of a like kind that were
not trained on.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]

MOST_REFERENCES: Final = 1000
"""Training vectors kept with a model: 2.6 MB at 1,280 numbers each. More told no better."""
NEIGHBOURS: Final = 5
"""The k of the k-th nearest. 3 to 10 did about as well, 1 worse."""
ENERGY_SHARE: Final = 0.5
"""What a deviation of the energy counts, when one of the distance counts 1. Measured on clothing:
with 0.25 to 1, groceries and left out categories are both told better than by either alone."""
KNOWN_SHARE: Final = 0.97
"""Of photos of the known kind that are to count as known."""
FEWEST_PHOTOS: Final = 19
"""Below this number not even 95 % can be promised."""
_PHOTOS_AT_A_TIME: Final = 256


def unit(vectors: Numbers) -> Numbers:
    """Vectors of length 1 in the same directions; zeros stay zeros. Shape (..., size)."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Numbers = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return scaled


def chosen_references(labels: Sequence[int], most: int = MOST_REFERENCES) -> list[int]:
    """Which training photos to keep: as evenly over the classes as their numbers allow.

    Within a class they are spread over its photos in the order given.

    Returns:
        Places in ``labels``, ascending; all of them if there are no more than ``most``.
    """
    places: dict[int, list[int]] = {}
    for place, label in enumerate(labels):
        places.setdefault(int(label), []).append(place)
    chosen: list[int] = []
    # The smallest class first: what it does not use is left to the others.
    for number, own in enumerate(sorted(places.values(), key=len)):
        share = (most - len(chosen)) // (len(places) - number)
        count = min(share, len(own))
        chosen += (own[index * len(own) // count] for index in range(count))
    return sorted(chosen)


class References:
    """Vectors of training photos, to which others are compared.

    Args:
        vectors: Shape (references, embedding_size), of any length and kind of float.
    """

    def __init__(self, vectors: NDArray[np.floating]) -> None:
        self._vectors = unit(vectors.astype(np.float32))

    def __len__(self) -> int:
        return len(self._vectors)

    def compact(self) -> NDArray[np.float16]:
        """To be kept in a file: half as large, and as good."""
        return self._vectors.astype(np.float16)

    def distance(self, vectors: Numbers, *, neighbours: int = NEIGHBOURS) -> NDArray[np.float32]:
        """Cosine distance to the k-th nearest reference, 0..2, shape (photos,).

        Args:
            vectors: Shape (photos, embedding_size).
            neighbours: The k. With fewer references, the farthest counts.
        """
        place = len(self) - min(neighbours, len(self))
        distances = np.empty(len(vectors), np.float32)
        for start in range(0, len(vectors), _PHOTOS_AT_A_TIME):
            some = unit(vectors[start : start + _PHOTOS_AT_A_TIME])
            likeness = np.partition(self._likeness(some), place, axis=1)[:, place]
            distances[start : start + len(some)] = np.maximum(1 - likeness, 0)
        return distances

    def _likeness(self, vectors: Numbers) -> Numbers:
        """Cosines, shape (photos, references)."""
        # One vector at a time is many times faster than a product of matrices of one row.
        likeness: Numbers = (
            (self._vectors @ vectors[0])[np.newaxis]
            if len(vectors) == 1
            else vectors @ self._vectors.T
        )
        return likeness


def energy(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """-ln of the sum of exp(logits): high where no category is spoken for.

    From shape (photos, classes) to (photos,).
    """
    values = np.asarray(logits, np.float64)
    largest = values.max(axis=-1)
    sums = np.exp(values - largest[..., np.newaxis]).sum(axis=-1)
    result: NDArray[np.float64] = -(largest + np.log(sums))
    return result


def energy_weight(distances: NDArray[np.floating], energies: NDArray[np.floating]) -> float:
    """What to multiply energies with before they are added to distances; 0 if they are all alike.

    Args:
        distances, energies: Of the same photos that were not trained on, shape (photos,).
    """
    spread = float(np.std(energies)) if len(energies) else 0.0
    return ENERGY_SHARE * float(np.std(distances)) / spread if spread > 0 else 0.0


def unlike_from(strangeness: NDArray[np.floating], *, known: float = KNOWN_SHARE) -> float | None:
    """The strangeness beyond which a photo is unlike the training photos.

    The conformal quantile (Vovk, Gammerman and Shafer, 2005): of further photos of the same kind,
    at least the share ``known`` is expected within it. Where there are too few photos to promise
    that, the largest one is taken, which n / (n + 1) are expected within.

    Args:
        strangeness: Of photos of the known kind that were not trained on, shape (photos,).
        known: 0..1.

    Returns:
        None if there are fewer than ``FEWEST_PHOTOS``.
    """
    if len(strangeness) < FEWEST_PHOTOS:
        return None
    rank = math.ceil(round((len(strangeness) + 1) * known, 9))
    return float(np.sort(strangeness)[min(max(rank, 1), len(strangeness)) - 1])
