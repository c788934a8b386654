"""The Review page: how good a run's model is, and which photos it gets wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from product_gui.jobs.job import Job, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.picture import Picture
from product_gui.presenters.presenter import Presenter, Surroundings
from product_gui.presenters.shown_photo import PREVIEW_SIDE, ShownPhoto, read_shown
from product_gui.presenters.training_progress import FEWEST_PHOTOS
from product_gui.text import review as words

if TYPE_CHECKING:
    from ml_core.evaluation.evaluate import Evaluation
    from ml_core.evaluation.metrics import ClassScore
    from ml_core.events import EpochFinished
    from ml_core.runs import Run

MOST_MISTAKES = 500
"""More wrong photos than that nobody looks at one by one."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A photo with the category it has and the one it was given."""

    picture: Picture
    true: str
    given: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one run's test says. Shares are 0..1.

    Attributes:
        is_meaningful: Enough photos to name a score.
        categories: Name and scores, in the model's order.
        mistakes: The surest first; at most ``MOST_MISTAKES`` of ``wrong``.
        skipped: Photos that could not be read.
    """

    evaluation: Evaluation
    accuracy: float
    interval: tuple[float, float]
    photos: int
    wrong: int
    macro_f1: float
    skipped: int
    is_meaningful: bool
    categories: tuple[tuple[str, ClassScore], ...]
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewState:
    """The whole page.

    Attributes:
        runs: Runs with a model, newest first; None until they have been read.
        selected: The run looked at.
        loading: Its report is being read.
        report: None if there is none.
        history: Its epochs.
        mistake: The wrong answer looked at, and its photo.
    """

    runs: tuple[Run, ...] | None = None
    selected: Run | None = None
    loading: bool = False
    report: Report | None = None
    history: tuple[EpochFinished, ...] = ()
    mistake: Mistake | None = None
    photo: ShownPhoto | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the worker read of a run."""

    run: Run
    report: Report | None
    history: tuple[EpochFinished, ...]


class ReviewPresenter(Presenter[ReviewState]):
    """Lets a run be chosen and shows its report."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, ReviewState())
        self._listing: Job | None = None
        self._loading: Job | None = None
        self._reading: Job | None = None
        self._wanted: Path | None = None

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

    def look_at(self, key: str) -> None:
        """Show the wrong answer for the photo with this key large."""
        mistakes = self.state.report.mistakes if self.state.report is not None else ()
        mistake = next((mistake for mistake in mistakes if mistake.picture.key == key), None)
        if mistake is None:
            return
        self.around.abandon(self._reading)
        self.show(mistake=mistake, photo=ShownPhoto(mistake.picture))
        self._reading = read_shown(
            self.around, mistake.picture, PREVIEW_SIDE, lambda photo: self.show(photo=photo)
        )

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

    def _load(self, run: Run) -> None:
        self.around.abandon(self._loading)
        self.show(
            selected=run,
            loading=True,
            report=None,
            history=(),
            mistake=None,
            photo=None,
            problem=None,
        )
        library = self.around.library

        def operation(_report: object, _control: object) -> Loaded:
            evaluation = library.load_evaluation(run)
            report = report_of(evaluation) if evaluation is not None else None
            return Loaded(run, report, tuple(library.load_history(run)))

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
        self.show(loading=False, report=loaded.report, history=loaded.history)
        if loaded.report is not None and loaded.report.mistakes:
            self.look_at(loaded.report.mistakes[0].picture.key)


def reviewable(runs: list[Run]) -> tuple[Run, ...]:
    """The runs that have a model."""
    return tuple(run for run in runs if run.state in ("done", "stopped"))


def report_of(evaluation: Evaluation) -> Report:
    """An evaluation, ready to be shown."""
    mistakes = evaluation.mistakes()
    names = evaluation.class_names
    return Report(
        evaluation=evaluation,
        accuracy=evaluation.accuracy,
        interval=evaluation.interval,
        photos=evaluation.photos,
        wrong=len(mistakes),
        macro_f1=evaluation.macro_f1,
        skipped=len(evaluation.skipped),
        is_meaningful=evaluation.photos >= FEWEST_PHOTOS,
        categories=tuple(evaluation.per_class.items()),
        mistakes=tuple(
            Mistake(
                picture=Picture(answer.path, answer.index),
                true=names[answer.true_index],
                given=names[answer.predicted_index],
                confidence=answer.confidence,
            )
            for answer in mistakes[:MOST_MISTAKES]
        ),
    )


def run_label(run: Run) -> str:
    """A run as a choice in a list."""
    return words.run_title(run.name, run.created)
