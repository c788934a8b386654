"""The chosen run beside another one: scores, categories and photos that differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from product_gui.jobs.job import Job, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.picture import Picture
from product_gui.presenters.presenter import Surroundings

if TYPE_CHECKING:
    from ml_core.evaluation.comparison import Comparison, Pair
    from ml_core.events import EpochFinished
    from ml_core.runs import Run


class Difference(StrEnum):
    """Which photos are looked at."""

    FIXED = "fixed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class DifferentAnswer:
    """A photo that one of the two gets right and the other wrong."""

    picture: Picture
    true: str
    wrong: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonState:
    """What is compared.

    Attributes:
        other: The run that the chosen one is compared with; None before one is chosen.
        loading: Its report is being read.
        result: With the other as the first and the chosen run as the second; None where one of
            them has no report.
        histories: Epochs by the name of the run, the other one first.
        difference: Which photos are looked at.
        answers: Those photos.
        problem: Why the other could not be read.
    """

    other: Run | None = None
    loading: bool = False
    result: Comparison | None = None
    histories: tuple[tuple[str, tuple[EpochFinished, ...]], ...] = ()
    difference: Difference = Difference.FIXED
    answers: tuple[DifferentAnswer, ...] = ()
    problem: str = ""


NOT_COMPARED: Final = ComparisonState()


@dataclass(frozen=True, slots=True)
class _Compared:
    result: Comparison | None
    histories: tuple[tuple[str, tuple[EpochFinished, ...]], ...]


class RunComparison:
    """Keeps the comparison up to date; ``show`` gets every new state."""

    def __init__(self, surroundings: Surroundings, show: Callable[[ComparisonState], None]) -> None:
        self._around, self._show = surroundings, show
        self._state = NOT_COMPARED
        self._job: Job | None = None

    def forget(self) -> None:
        """Another run was chosen."""
        self._around.abandon(self._job)
        self._change(NOT_COMPARED)

    def begin(self, run: Run, runs: tuple[Run, ...]) -> None:
        """Compare with the next older run of the same photos, unless one is chosen already."""
        if self._state.other is not None:
            return
        others = [other for other in runs if other.folder != run.folder]
        alike = [other for other in others if other.dataset_folder == run.dataset_folder]
        older = [other for other in alike if other.created <= run.created]
        best = next(iter([*older, *alike, *others]), None)
        if best is not None:
            self.choose(run, best)

    def choose(self, run: Run, other: Run) -> None:
        """Compare two runs."""
        self._around.abandon(self._job)
        self._change(ComparisonState(other=other, loading=True))
        library = self._around.library

        def operation(_report: object, _control: object) -> _Compared:
            histories = tuple((one.name, tuple(library.load_history(one))) for one in (other, run))
            first, second = library.load_evaluation(other), library.load_evaluation(run)
            if first is None or second is None:
                return _Compared(None, histories)
            from ml_core.evaluation.comparison import compare

            return _Compared(compare(first, second), histories)

        self._job = self._around.start(
            Work(
                name="compare runs",
                operation=operation,
                on_success=self._compared,
                on_failure=self._not_compared,
            ),
            Lane.LOOK,
        )

    def look_at(self, difference: Difference) -> None:
        """Look at the photos that were fixed, or at those that were broken."""
        answers = _answers(self._state.result, difference)
        self._change(replace(self._state, difference=difference, answers=answers))

    def _compared(self, compared: _Compared) -> None:
        result = compared.result
        self._around.trace("compared", photos=0 if result is None else result.photos)
        difference = self._state.difference
        if result is not None and not result.fixed and result.broken:
            difference = Difference.BROKEN
        self._change(
            replace(
                self._state,
                loading=False,
                result=result,
                histories=compared.histories,
                difference=difference,
                answers=_answers(result, difference),
            )
        )

    def _not_compared(self, problem: Problem) -> None:
        self._change(replace(self._state, loading=False, problem=problem.what))

    def _change(self, state: ComparisonState) -> None:
        self._state = state
        self._show(state)


def _answers(result: Comparison | None, difference: Difference) -> tuple[DifferentAnswer, ...]:
    if result is None:
        return ()
    pairs = result.fixed if difference is Difference.FIXED else result.broken
    return tuple(_different(pair, difference) for pair in pairs)


def _different(pair: Pair, difference: Difference) -> DifferentAnswer:
    wrong = pair.first_given if difference is Difference.FIXED else pair.second_given
    return DifferentAnswer(Picture(Path(pair.first.path), pair.first.index), pair.true, wrong)
