"""The window around the pages: where one is, what was dropped, what runs, and how it closes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from product_gui.jobs.problem import Problem
from product_gui.presenters.activity import Activity
from product_gui.presenters.classify import ClassifyPresenter
from product_gui.presenters.current_model import CurrentModel, ModelState
from product_gui.presenters.export import ExportPresenter
from product_gui.presenters.models import ModelsPresenter
from product_gui.presenters.picture import shown_name
from product_gui.presenters.presenter import Notice, Presenter, Surroundings
from product_gui.presenters.review import ReviewPresenter
from product_gui.presenters.train import TrainPresenter
from product_gui.settings import Theme
from product_gui.text import window as words
from product_gui.text.numbers import listed, percent

if TYPE_CHECKING:
    from ml_core.runs import Run

Page = Literal["classify", "train", "review", "models"]
PAGES: tuple[Page, ...] = ("classify", "train", "review", "models")
MODEL_SUFFIXES = (".keras", ".h5", ".hdf5", ".tflite", ".onnx", ".pb")
"""Files with these endings are opened as models; those that cannot be are refused in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The presenter of each page."""

    classify: ClassifyPresenter
    train: TrainPresenter
    review: ReviewPresenter
    models: ModelsPresenter
    export: ExportPresenter


@dataclass(frozen=True, slots=True)
class RunningJob:
    """The job at the bottom of the window."""

    number: int
    activity: Activity
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowState:
    """What the window shows around its pages.

    Attributes:
        job: None while nothing runs.
        model: The model that answers.
        problem: Shown above the page until it is dismissed.
        asks_to_close: A training runs and the user wants to close: ask what shall happen.
        keep_reason: Why the training's result could not be kept; empty when it could.
        is_closing: Only the end of the training is waited for.
        is_discarding: Nothing of it is kept, so that nobody need watch the waiting.
    """

    page: Page = "classify"
    theme: Theme = "system"
    job: RunningJob | None = None
    model: ModelState
    problem: Problem | None = None
    asks_to_close: bool = False
    keep_reason: str = ""
    is_closing: bool = False
    is_discarding: bool = False

    @property
    def title(self) -> str:
        """The window's title: what runs can be read from the task bar."""
        if self.job is None:
            return words.window_title("")
        activity = self.job.activity
        share = f" {percent(activity.fraction)}" if activity.fraction is not None else ""
        return words.window_title(activity.title + share)


class WindowPresenter(Presenter[WindowState]):
    """Leads what the user does with the window as a whole to the page it concerns."""

    def __init__(
        self,
        surroundings: Surroundings,
        model: CurrentModel,
        pages: Pages,
        *,
        close: Callable[[], None],
    ) -> None:
        settings = surroundings.settings.current
        page: Page = next((page for page in PAGES if page == settings.page), "classify")
        super().__init__(
            surroundings, WindowState(page=page, theme=settings.theme, model=model.state)
        )
        self.pages = pages
        self.model = model
        self._close = close
        model.listen(self._model_changed)
        surroundings.activities.listen(self._activities_changed)
        pages.train.on_finished(self._run_finished)
        pages.models.on_changed(pages.review.refresh)

    # Where one is

    def go(self, page: Page) -> None:
        """Show a page."""
        self.show(page=page)
        self.around.settings.change(lambda old: replace(old, page=page))
        self.around.trace("page", page=page)

    def review_run(self, folder: Path) -> None:
        """Show a run on the Review page."""
        self.pages.review.select(folder)
        self.go("review")

    def train_again(self, run: Run) -> None:
        """Go to the Train page with a run's folder and settings."""
        self.pages.train.prepare_again(run)
        self.go("train")

    def train_a_model(self) -> None:
        """Go to the Train page; a folder that was dropped for classifying comes along."""
        source = self.pages.classify.state.source
        if len(source) == 1 and source[0].is_dir() and self.model.state.summary is None:
            self.pages.train.choose_folder(source[0])
        self.go("train")

    def rescan(self) -> None:
        """Look again at what the page shows."""
        refresh = {
            "classify": self.pages.classify.again,
            "train": self.pages.train.rescan,
            "review": self.pages.review.refresh,
            "models": self.pages.models.refresh,
        }
        refresh[self.state.page]()

    def undo_decision(self) -> None:
        """Take the last decision about photos back."""
        self.pages.train.health.decide.undo()

    # What comes in

    def take(self, paths: Sequence[Path]) -> None:
        """Take in what was dropped, opened, pasted or named on the command line."""
        self.around.trace("take", paths=list(paths))
        there = [path for path in paths if path.exists()]
        gone = [shown_name(path) for path in paths if path not in there]
        if gone:
            self.show(problem=Problem(words.not_found(listed(gone))))
        models = [path for path in there if is_model(path)]
        photos = [path for path in there if path not in models]
        if models:
            self.pages.models.open_file(models[0])
        if photos:
            self._take_photos(photos)

    def _take_photos(self, paths: Sequence[Path]) -> None:
        if self.state.page == "train" and len(paths) == 1 and paths[0].is_dir():
            self.pages.train.choose_folder(paths[0])
            return
        self.classify_paths(paths)

    def classify_paths(self, paths: Sequence[Path]) -> None:
        """Classify these photos and those in these folders."""
        if self.state.page != "classify":
            self.go("classify")
        self.pages.classify.take(paths)

    def export_current(self) -> None:
        """Ask how the model that answers shall be exported."""
        summary = self.model.state.summary
        if summary is not None:
            self.pages.export.open(summary.path, summary.name)

    # Theme and messages

    def set_theme(self, theme: Theme) -> None:
        self.around.settings.change(lambda old: replace(old, theme=theme))
        self.show(theme=theme)

    def report(self, problem: Problem) -> None:
        """Show a problem that belongs to no page."""
        self.show(problem=problem)

    def dismiss_problem(self) -> None:
        self.model.dismiss_problem()
        self.show(problem=None)

    # What runs

    def pause_or_resume(self) -> None:
        job = self.state.job
        if job is None:
            return
        board = self.around.activities
        (board.resume if is_held(job.activity) else board.pause)(job.number)

    def stop_job(self) -> None:
        if self.state.job is not None:
            self.around.activities.stop(self.state.job.number)

    def cancel_job(self) -> None:
        if self.state.job is not None:
            self.around.activities.cancel(self.state.job.number)

    def show_job(self) -> None:
        """Go to the page of the running job."""
        job = self.state.job
        page = next((page for page in PAGES if job and page == job.activity.page), None)
        if page is not None:
            self.go(page)

    # How it closes

    def request_close(self) -> None:
        """The user wants to close the window."""
        if self.state.is_closing:
            return
        if self.pages.train.is_training:
            progress = self.pages.train.state.progress
            reason = progress.stop_reason if progress is not None else ""
            self.show(asks_to_close=True, keep_reason=reason)
        else:
            self._close()

    def keep_training(self) -> None:
        self.show(asks_to_close=False)

    def stop_and_close(self) -> None:
        """Close as soon as what was learned has been kept."""
        self.show(asks_to_close=False, is_closing=True)
        self.pages.train.stop_and_keep()
        self._close_when_trained()

    def discard_and_close(self) -> None:
        """Close at once; behind the scenes the training ends and tidies up."""
        self.show(asks_to_close=False, is_closing=True, is_discarding=True)
        self.pages.train.cancel_and_discard()
        self._close_when_trained()

    def _close_when_trained(self) -> None:
        if self.state.is_closing and not self.pages.train.is_training:
            self._close()

    def _run_finished(self) -> None:
        if self.state.is_closing and self.pages.train.state.problem is not None:
            self.show(is_closing=False)  # Nothing was kept: that must be read before it closes.
            self.go("train")
        self._close_when_trained()
        self._tell_of_training()
        self.pages.models.refresh()
        self.pages.review.refresh()

    def _tell_of_training(self) -> None:
        """Say on another page that a training has ended there."""
        train = self.pages.train.state
        if self.state.page == "train" or self.state.is_closing:
            return
        if train.outcome is not None:
            score = percent(train.outcome.accuracy)
            message = words.trained(train.outcome.name, score, train.outcome.photos)
            self._announce(message, "success")
        elif train.problem is not None:
            self._announce(words.not_trained(train.problem.what), "error")

    def _announce(self, message: str, tone: Literal["success", "error"]) -> None:
        self.around.notices.say(
            Notice(message, tone, action=words.SHOW, run=lambda: self.go("train"))
        )

    def _model_changed(self) -> None:
        self.show(model=self.model.state, problem=self.model.state.problem or self.state.problem)

    def _activities_changed(self) -> None:
        entries = self.around.activities.entries
        if not entries:
            self.show(job=None)
        else:
            number, activity = next((e for e in entries if e[1].keeps), entries[-1])
            self.show(job=RunningJob(number, activity, len(entries) - 1))
        self._close_when_trained()


def is_held(activity: Activity) -> bool:
    """Whether the job is paused or about to be."""
    return activity.state in ("paused", "pausing")


def is_model(path: Path) -> bool:
    """Whether a path is to be opened as a model."""
    return path.suffix.lower() in MODEL_SUFFIXES
