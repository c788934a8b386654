"""The Review page: how good a run's model is, and which photos it gets wrong."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from product_gui.jobs.job import Job, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.presenter import Presenter, Surroundings
from product_gui.presenters.review_comparison import NOT_COMPARED, ComparisonState, RunComparison
from product_gui.presenters.review_report import (
    FIRST_LOOK,
    Order,
    PhotoAnswer,
    Report,
    Selection,
    Verdict,
    report_of,
)
from product_gui.presenters.shown_photo import PREVIEW_SIDE, ShownPhoto, read_shown
from product_gui.presenters.tensorboard import TensorBoard
from product_gui.text import review as words

if TYPE_CHECKING:
    from ml_core.events import EpochFinished
    from ml_core.runs import Run


class Tab(StrEnum):
    """The parts of a report."""

    OVERVIEW = "overview"
    CATEGORIES = "categories"
    PHOTOS = "photos"
    TRAINING = "training"
    COMPARE = "compare"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewState:
    """The whole page.

    Attributes:
        runs: Runs with a model, newest first; None until they have been read.
        selected: The run looked at.
        loading: Its report is being read.
        report: None if there is none.
        history: Its epochs.
        has_logs: It wrote logs for TensorBoard.
        tab: The part of the report that is shown.
        selection: Which answers are looked at.
        answers: Those answers, in order.
        answer: The one looked at closely, and its photo.
        comparison: With another run.
    """

    runs: tuple[Run, ...] | None = None
    selected: Run | None = None
    loading: bool = False
    report: Report | None = None
    history: tuple[EpochFinished, ...] = ()
    has_logs: bool = False
    tab: Tab = Tab.OVERVIEW
    selection: Selection = FIRST_LOOK
    answers: tuple[PhotoAnswer, ...] = ()
    answer: PhotoAnswer | None = None
    photo: ShownPhoto | None = None
    comparison: ComparisonState = NOT_COMPARED
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the worker read of a run."""

    run: Run
    report: Report | None
    history: tuple[EpochFinished, ...]
    has_logs: bool


class ReviewPresenter(Presenter[ReviewState]):
    """Lets a run be chosen and shows its report."""

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        open_address: Callable[[str], object] = webbrowser.open,
    ) -> None:
        super().__init__(surroundings, ReviewState())
        self.tensorboard = TensorBoard(surroundings, open_address)
        self._listing: Job | None = None
        self._loading: Job | None = None
        self._reading: Job | None = None
        self._wanted: Path | None = None
        self.comparison = RunComparison(
            surroundings, lambda comparison: self.show(comparison=comparison)
        )

    def refresh(self) -> None:
        """Read the list of runs; keep the choice if it is still there."""
        self.around.abandon(self._listing)
        self._listing = self.around.start(
            Work(
                name="list runs",
                operation=lambda _report, _control: reviewable(self.around.library.list_runs()),
                on_success=self._listed,
                on_failure=lambda problem: self.show(problem=problem, runs=()),
            ),
            Lane.LOOK,
        )

    def select(self, folder: Path) -> None:
        """Look at the run in this folder."""
        run = next((run for run in self.state.runs or () if run.folder == folder), None)
        if run is not None:
            self._load(run)
        else:
            self.show(selected=None)
            self._wanted = folder
            self.refresh()

    def choose_tab(self, tab: Tab) -> None:
        """Show another part of the report."""
        self.around.trace("review_tab", tab=tab)
        self.show(tab=tab)
        self._compare_if_shown()

    def compare_with(self, folder: Path) -> None:
        """Compare with the run in this folder."""
        run = self.state.selected
        other = next((other for other in self.state.runs or () if other.folder == folder), None)
        if run is not None and other is not None:
            self.comparison.choose(run, other)

    def choose_answers(self, selection: Selection) -> None:
        """Look at other answers; the first of them is shown large."""
        report = self.state.report
        if report is None:
            return
        answers = report.selected(selection)
        self.show(selection=selection, answers=answers)
        self.around.trace("review_answers", photos=len(answers), **asdict(selection))
        self._look_at_first(answers)

    def open_cell(self, true: str, given: str) -> None:
        """Show the photos of one category that were given this one."""
        self.choose_answers(Selection(Verdict.ALL, true, given))
        self.choose_tab(Tab.PHOTOS)

    def open_category(self, name: str) -> None:
        """Show all photos of a category, the least sure answers first."""
        self.choose_answers(Selection(Verdict.ALL, name, order=Order.LEAST_SURE))
        self.choose_tab(Tab.PHOTOS)

    def look_at(self, key: str) -> None:
        """Show the answer for the photo with this key large."""
        answer = next((item for item in self.state.answers if item.picture.key == key), None)
        if answer is None or answer == self.state.answer:
            return
        self.around.abandon(self._reading)
        self.show(answer=answer, photo=ShownPhoto(answer.picture))
        self._reading = read_shown(
            self.around, answer.picture, PREVIEW_SIDE, lambda photo: self.show(photo=photo)
        )

    def open_tensorboard(self) -> None:
        """Show the TensorBoard logs of the run in the browser."""
        if self.state.selected is not None and self.state.has_logs:
            self.tensorboard.open(self.state.selected.folder)

    def dismiss_problem(self) -> None:
        self.show(problem=None)

    def _listed(self, runs: tuple[Run, ...]) -> None:
        self._listing = None
        self.show(runs=runs)
        selected = self.state.selected.folder if self.state.selected else None
        wanted, self._wanted = self._wanted or selected, None
        run = next((run for run in runs if run.folder == wanted), next(iter(runs), None))
        if run is None:
            self.show(selected=None, report=None, history=(), loading=False)
        elif run != self.state.selected:
            self._load(run)

    def _compare_if_shown(self) -> None:
        if self.state.tab is Tab.COMPARE and self.state.selected is not None:
            self.comparison.begin(self.state.selected, self.state.runs or ())

    def _load(self, run: Run) -> None:
        self.around.abandon(self._loading)
        self.comparison.forget()
        self.show(
            selected=run,
            loading=True,
            report=None,
            history=(),
            has_logs=False,
            selection=FIRST_LOOK,
            answers=(),
            answer=None,
            photo=None,
            problem=None,
        )
        library = self.around.library

        def operation(_report: object, _control: object) -> Loaded:
            evaluation = library.load_evaluation(run)
            report = report_of(evaluation) if evaluation is not None else None
            history = tuple(library.load_history(run))
            return Loaded(run, report, history, library.has_tensorboard(run))

        self._loading = self.around.start(
            Work(
                name="read report",
                operation=operation,
                on_success=self._loaded,
                on_failure=lambda problem: self.show(problem=problem, loading=False),
            ),
            Lane.LOOK,
        )

    def _loaded(self, loaded: Loaded) -> None:
        self._loading = None
        self.around.trace("reviewed", run=loaded.run.folder)
        self.show(
            loading=False,
            report=loaded.report,
            history=loaded.history,
            has_logs=loaded.has_logs,
        )
        self._compare_if_shown()
        if loaded.report is not None:
            answers = loaded.report.selected(self.state.selection)
            self.show(answers=answers)
            self._look_at_first(answers)

    def _look_at_first(self, answers: tuple[PhotoAnswer, ...]) -> None:
        if answers:
            self.look_at(answers[0].picture.key)
        else:
            self.show(answer=None, photo=None)


def reviewable(runs: list[Run]) -> tuple[Run, ...]:
    """The runs that have a model."""
    return tuple(run for run in runs if run.state in ("done", "stopped"))


def run_label(run: Run) -> str:
    """A run as a choice in a list."""
    return words.run_title(run.name, run.created)
