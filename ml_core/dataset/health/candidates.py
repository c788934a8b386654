"""Among all pairs of photos, the few that may be copies: three sieves, each finer and slower.

The first compares each photo with the middle of every other, in a product of matrices for a block
of photos, so that 100,000 photos take minutes; the second with all windows of those that passed;
the third their colours.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml_core.control import Control
from ml_core.dataset.health.windows import (
    WHOLE,
    WINDOWS,
    Descriptors,
    Squares,
    cells_of,
    describe,
    exposure_between,
    mirrored_cells,
)
from ml_core.events import Report, StepProgress, ignore

LEAST_CENTRAL_CORRELATION: Final = 0.85
"""With one of the windows in the middle: 98 % of altered copies reach it (measured)."""

LEAST_CORRELATION: Final = 0.92
"""With one of all windows: 99 % of them do."""

MOST_COLOUR_DIFFERENCE: Final = 22.0
"""Mean over the cells, in levels of 255, before anything is aligned: 98 % stay below."""

MOST_FOR_EACH: Final = 12
"""So many of the best candidates are kept for each photo: copies of one photo hang together by
fewer, and sets of very similar photos do not take for ever."""

PAIR: Final = np.dtype(
    [("whole", "<i4"), ("part", "<i4"), ("window", "i1"), ("is_mirrored", "?"), ("score", "<f4")]
)
"""``part`` may be what ``window`` shows of ``whole``, mirrored or not. Places in the list given."""

Pairs = NDArray[np.void]
"""Of ``PAIR``."""

_PRODUCTS_AT_A_TIME: Final = 4_000_000
_PAIRS_AT_A_TIME: Final = 32_768
_CENTRAL: Final = tuple(number for number, window in enumerate(WINDOWS) if window.is_central)


def find_candidates(
    squares: Squares, *, report: Report = ignore, control: Control | None = None
) -> Pairs:
    """Pairs that may be copies, each once (once more if mirrored), in no order that means anything.

    Progress is reported as the phase "compare".

    Raises:
        Cancelled, Stopped: The caller ended it.
    """
    control = control or Control()
    shown = [describe(squares, window) for window in WINDOWS]
    colours = cells_of(squares, WHOLE)
    rows = max(1, _PRODUCTS_AT_A_TIME // max(len(squares), 1))
    found = [np.empty(0, PAIR)]
    for start in range(0, len(squares), rows):
        control.checkpoint()
        parts = np.arange(start, min(start + rows, len(squares)))
        hits = np.concatenate(list(_hits(parts, squares, shown, colours, control)))
        found.append(_best_of_each_part(hits))
        report(StepProgress("compare", int(parts[-1]) + 1, len(squares)))
    return _each_once(np.concatenate(found))


def _hits(
    parts: NDArray[np.intp],
    squares: Squares,
    shown: Sequence[Descriptors],
    colours: NDArray[np.float32],
    control: Control,
) -> Iterator[Pairs]:
    """What passes the sieves for some photos, each taken as a part of any other."""
    for is_mirrored in (False, True):
        seen = _mirrored(squares[parts]) if is_mirrored else squares[parts]
        wanted = describe(seen, WHOLE)
        row, whole = _alike_in_the_middle(wanted, shown)
        is_other = parts[row] != whole
        row, whole = row[is_other], whole[is_other]
        for start in range(0, len(row), _PAIRS_AT_A_TIME):
            control.checkpoint()
            some = slice(start, start + _PAIRS_AT_A_TIME)
            pairs = _in_best_window(wanted[row[some]], whole[some], shown)
            pairs["part"], pairs["is_mirrored"] = parts[row[some]], is_mirrored
            pairs = pairs[pairs["score"] > LEAST_CORRELATION]
            yield pairs[_fits_in_colour(pairs, squares, colours)]
    yield np.empty(0, PAIR)


def _mirrored(squares: Squares) -> Squares:
    return squares[:, :, ::-1]


def _alike_in_the_middle(
    wanted: Descriptors, shown: Sequence[Descriptors]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places in ``wanted`` and in ``shown`` of pairs that pass the first sieve."""
    is_alike = np.zeros((len(wanted), len(shown[0])), np.bool_)
    for number in _CENTRAL:
        is_alike |= wanted @ shown[number].T > LEAST_CENTRAL_CORRELATION
    row, whole = np.divmod(np.flatnonzero(is_alike), len(shown[0]))
    return row, whole


def _in_best_window(
    wanted: Descriptors, wholes: NDArray[np.intp], shown: Sequence[Descriptors]
) -> Pairs:
    """Pairs with the window in which they are most alike."""
    pairs = np.zeros(len(wholes), PAIR)
    pairs["whole"], pairs["score"] = wholes, -1.0
    for number, descriptors in enumerate(shown):
        scores = np.einsum("ij,ij->i", descriptors[wholes], wanted)
        is_better = scores > pairs["score"]
        pairs["score"][is_better] = scores[is_better]
        pairs["window"][is_better] = number
    return pairs


def _fits_in_colour(
    pairs: Pairs, squares: Squares, colours: NDArray[np.float32]
) -> NDArray[np.bool_]:
    fits = np.zeros(len(pairs), np.bool_)
    for number, window in enumerate(WINDOWS):
        some = np.flatnonzero(pairs["window"] == number)
        wholes, position = np.unique(pairs["whole"][some], return_inverse=True)
        first = cells_of(squares[wholes], window)[position]
        second = colours[pairs["part"][some]]
        is_mirrored = pairs["is_mirrored"][some]
        second[is_mirrored] = mirrored_cells(second[is_mirrored])
        difference = np.abs(exposure_between(first, second) * first - second).mean(axis=1)
        fits[some] = difference < MOST_COLOUR_DIFFERENCE
    return fits


def _best_of_each_part(pairs: Pairs) -> Pairs:
    ordered = pairs[np.lexsort((-pairs["score"], pairs["part"]))]
    starts = np.searchsorted(ordered["part"], ordered["part"])
    return ordered[np.arange(len(ordered)) - starts < MOST_FOR_EACH]


def _each_once(pairs: Pairs) -> Pairs:
    """The better direction of pairs found in both. Mirrored or not stay two questions: of photos
    that are nearly symmetric only the details tell.
    """
    ordered = pairs[np.argsort(-pairs["score"], kind="stable")]
    low = np.minimum(ordered["part"], ordered["whole"])
    high = np.maximum(ordered["part"], ordered["whole"])
    names = np.stack([low, high, ordered["is_mirrored"].astype(low.dtype)])
    _, firsts = np.unique(names, axis=1, return_index=True)
    return ordered[firsts]
