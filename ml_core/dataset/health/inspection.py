"""From scanned folders to what every later step needs: usable photos, and which are copies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ml_core.control import Control
from ml_core.dataset.health.copies import Groups, grouped
from ml_core.dataset.health.measurement_store import MeasurementStore
from ml_core.dataset.health.near_copies import find_near_copies
from ml_core.dataset.health.survey import Survey, survey
from ml_core.dataset.photos import Dataset
from ml_core.events import PhaseStarted, Report, ignore

SMALLEST_SIDE_TO_COMPARE: Final = 32
"""In pixels. In smaller pictures there is too little detail to tell copies from look-alikes."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """All that reading the photos can tell, whatever is decided about them.

    Attributes:
        survey: The usable photos with contents and measures; the others are among the skipped.
        groups: Which of them are copies, near ones included.
    """

    survey: Survey
    groups: Groups


def inspect_photos(
    dataset: Dataset, *, report: Report = ignore, control: Control | None = None
) -> Inspection:
    """Look at every photo and compare all with each other; a second time, it takes seconds.

    Reports PhaseStarted and StepProgress of the phases "scan", "check" and "compare".

    Raises:
        Cancelled, Stopped: The caller ended it; what was done so far need not be done again.
    """
    with MeasurementStore() as store:
        found = survey(dataset, store=store, report=report, control=control)
        report(PhaseStarted("compare", "Looking for copies"))
        near = _near_copies(found, store, report, control)
    return Inspection(found, grouped(found.contents, near))


def _near_copies(
    found: Survey, store: MeasurementStore, report: Report, control: Control | None
) -> Sequence[tuple[int, int]]:
    sides = np.minimum(found.measures["width"], found.measures["height"])
    large = np.flatnonzero(sides >= SMALLEST_SIDE_TO_COMPARE)
    pairs = find_near_copies(
        found.only(large.tolist()), store=store, report=report, control=control
    )
    return [(int(large[first]), int(large[second])) for first, second in pairs]
