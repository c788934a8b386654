"""Find photos that are copies of each other though their files differ."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml_core.control import Control
from ml_core.dataset.health.alignment import LEAST_DETAIL_LIKENESS, Side, likeness
from ml_core.dataset.health.candidates import Pairs, find_candidates
from ml_core.dataset.health.measure import Grey
from ml_core.dataset.health.measurement_store import MeasurementStore, PairName
from ml_core.dataset.health.survey import Survey, grey_of
from ml_core.dataset.health.windows import WINDOWS
from ml_core.dataset.reading import PhotoReader
from ml_core.errors import ImageError
from ml_core.events import Report, ignore
from ml_core.parallel import map_in_order

_PAIRS_AT_A_TIME: Final = 2048
_HOW: Final = "1"
"""Raised whenever ``candidates`` or ``alignment`` judge differently."""


def find_near_copies(
    survey: Survey,
    *,
    store: MeasurementStore,
    report: Report = ignore,
    control: Control | None = None,
) -> list[tuple[int, int]]:
    """Pairs of photos (places in the survey, the lower one first) that show the same picture.

    Of exact copies only the first is compared. Progress is reported as the phase "compare".

    Raises:
        Cancelled, Stopped: The caller ended it; what was decided so far stays known.
    """
    places = _first_of_each(survey.contents)
    keys = survey.keys()
    compared = [keys[place] for place in places]
    copies = store.copies(compared, _HOW)
    if copies is None:
        copies = _compared(survey, places, store, report, control)
        store.keep_copies(compared, _HOW, copies)
    place_of = dict(zip(compared, places.tolist(), strict=True))
    pairs = ((place_of[first], place_of[second]) for first, second in copies)
    return sorted({(min(pair), max(pair)) for pair in pairs})


def _compared(
    survey: Survey,
    places: NDArray[np.intp],
    store: MeasurementStore,
    report: Report,
    control: Control | None,
) -> list[tuple[bytes, bytes]]:
    """Pairs of keys."""
    pairs = find_candidates(survey.measures["small"][places], report=report, control=control)
    judge = _Judge(survey, places, store, control)
    copies: list[tuple[bytes, bytes]] = []
    for start in range(0, len(pairs), _PAIRS_AT_A_TIME):
        some = pairs[start : start + _PAIRS_AT_A_TIME]
        is_copy = judge.likenesses(some) >= LEAST_DETAIL_LIKENESS
        copies += map(judge.keys_of, some[is_copy])
    return copies


def _first_of_each(contents: Sequence[bytes]) -> NDArray[np.intp]:
    firsts = {content: place for place, content in reversed(list(enumerate(contents)))}
    return np.array(sorted(firsts.values()), np.intp)


class _Judge:
    """Decides on pairs, and remembers what was decided about their contents."""

    def __init__(
        self,
        survey: Survey,
        places: NDArray[np.intp],
        store: MeasurementStore,
        control: Control | None,
    ) -> None:
        self._photos = [survey.dataset.photos[place] for place in places]
        self._squares = survey.measures["small"]
        self._places = places
        keys = survey.keys()
        self._keys = [keys[place] for place in places]
        self._store, self._control = store, control
        self._reader = PhotoReader()

    def likenesses(self, pairs: Pairs) -> NDArray[np.float32]:
        """How alike the photos of each pair are; see ``alignment.likeness``."""
        names = [self._name(pair) for pair in pairs]
        known = self._store.likenesses(sorted({name[0] for name in names}))
        new = [place for place, name in enumerate(names) if name not in known]
        fresh = dict(zip([names[place] for place in new], self._compared(pairs[new]), strict=True))
        self._store.keep_likenesses(fresh)
        known |= fresh
        return np.array([known[name] for name in names], np.float32)

    def keys_of(self, pair: np.void) -> tuple[bytes, bytes]:
        """What names both photos, in order."""
        first, second = sorted((self._keys[pair["whole"]], self._keys[pair["part"]]))
        return first, second

    def _name(self, pair: np.void) -> PairName:
        first, second = self.keys_of(pair)
        return first, second, f"{_HOW}{'m' if pair['is_mirrored'] else ''}"

    def _compared(self, pairs: Pairs) -> Iterator[float]:
        numbers = {int(number) for name in ("whole", "part") for number in pairs[name]}
        greys = self._store.greys([self._keys[number] for number in sorted(numbers)])

        def compare(pair: np.void) -> float:
            try:
                whole, part = self._side(pair["whole"], greys), self._side(pair["part"], greys)
            except ImageError:  # it is gone, or has changed, since it was measured
                return 0.0
            window = WINDOWS[pair["window"]]
            return likeness(whole, part, window, is_mirrored=bool(pair["is_mirrored"]))

        return map_in_order(compare, pairs, control=self._control)

    def _side(self, number: int, greys: dict[bytes, Grey]) -> Side:
        grey = greys.get(self._keys[number])
        if grey is None:  # the cache could not keep it
            grey = grey_of(self._photos[number], self._reader)
        return Side(grey, self._squares[self._places[number]])
