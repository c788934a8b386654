"""Which photos belong together: copies of the same file, and near copies."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Groups = NDArray[np.intp]
"""For each photo the number of its group, shape (photos,): the place of the group's first photo."""


def grouped(contents: Sequence[bytes], near_copies: Iterable[tuple[int, int]]) -> Groups:
    """Put photos of the same content and near copies (and theirs in turn) into groups."""
    parents = list(range(len(contents)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    first: dict[bytes, int] = {}
    same = ((first.setdefault(content, place), place) for place, content in enumerate(contents))
    for one, other in (*same, *near_copies):
        low, high = sorted((root(one), root(other)))
        parents[high] = low
    return np.array([root(place) for place in range(len(contents))], np.intp)


def members(groups: Groups) -> list[list[int]]:
    """The places of the photos of each group of two or more, in order."""
    found: dict[int, list[int]] = defaultdict(list)
    for place, group in enumerate(groups.tolist()):
        found[group].append(place)
    return [places for places in found.values() if len(places) > 1]
