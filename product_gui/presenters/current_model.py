"""The model that answers: opened on a worker, remembered, and known to every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from product_gui.jobs.job import Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.library import Library
from product_gui.presenters.presenter import Notice, Surroundings
from product_gui.text import classify as words

if TYPE_CHECKING:
    from ml_core.prediction.classifier import Classifier
    from ml_core.runs import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSummary:
    """An opened model in words.

    Attributes:
        run_folder: Of the run that gave it; None for a file from elsewhere.
        stamp: Tells the versions of the file apart.
    """

    path: Path
    name: str
    categories: tuple[str, ...]
    accuracy: float | None
    photos: int
    run_folder: Path | None = None
    stamp: int = 0

    @property
    def score(self) -> str:
        """What it is worth."""
        return words.model_score(self.accuracy, self.photos)

    @property
    def line(self) -> str:
        """Categories and score."""
        return words.model_line(len(self.categories), self.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelState:
    """What pages show of the current model.

    Attributes:
        summary: The model that answers; None before there is one.
        opening: The file being opened.
        problem: Why the last file could not be opened.
    """

    summary: ModelSummary | None = None
    opening: Path | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class OpenedModel:
    """What opening a model file gives."""

    classifier: Classifier
    summary: ModelSummary


class CurrentModel:
    """Holds the one opened classifier. Only the answer lane classifies with it."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._listeners: list[Callable[[], None]] = []
        self.state = ModelState()
        self.classifier: Classifier | None = None

    def listen(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after each change of ``state``."""
        self._listeners.append(listener)

    def open_remembered(self) -> None:
        """Open the model that answered last time, if it is still there."""
        path = self._around.settings.current.current_model
        if path is not None and path.is_file():
            self._open(path, announce=False)

    def use(self, path: Path) -> None:
        """Open a model file; it answers once that has worked. Else the old one stays."""
        self._open(path, announce=True)

    def read_again(self) -> None:
        """The file of the model has changed: its new version answers from now on."""
        if self.state.summary is not None:
            self._open(self.state.summary.path, announce=False)

    def _open(self, path: Path, *, announce: bool) -> None:
        self._show(replace(self.state, opening=path, problem=None))
        self._around.start(
            Work(
                name="open model",
                operation=lambda _report, _control: open_model(self._around.library, path),
                on_success=lambda opened: self._opened(path, opened, announce=announce),
                on_failure=lambda problem: self._failed(path, problem),
            ),
            Lane.LOOK,
        )

    def renamed(self, path: Path, name: str) -> None:
        """A model got another name elsewhere."""
        summary = self.state.summary
        if summary is not None and summary.path == path:
            self._show(replace(self.state, summary=replace(summary, name=name)))

    def forget(self, path: Path) -> None:
        """The file is gone or unwanted: if it answered, nothing answers now."""
        self._around.settings.forget_model(path)
        if self.state.summary is not None and self.state.summary.path == path:
            self.classifier = None
            self._show(ModelState())

    def dismiss_problem(self) -> None:
        self._show(replace(self.state, problem=None))

    def _opened(self, path: Path, opened: OpenedModel, *, announce: bool) -> None:
        if path != self.state.opening:
            return  # Another file was chosen while this one was being read.
        self.classifier = opened.classifier
        self._around.settings.remember_model(path)
        self._around.trace("model", path=path, name=opened.summary.name)
        self._show(ModelState(summary=opened.summary))
        if announce:
            self._around.notices.say(Notice(words.used_now(opened.summary.name)))

    def _failed(self, path: Path, problem: Problem) -> None:
        if path != self.state.opening:
            return
        self._around.trace("model_refused", path=path, problem=problem.what)
        self._show(replace(self.state, opening=None, problem=problem))

    def _show(self, state: ModelState) -> None:
        self.state = state
        for listener in self._listeners:
            listener()


def open_model(library: Library, path: Path) -> OpenedModel:
    """Open a model file and put it into words (worker thread). Raises ModelFileError."""
    classifier = library.open_model(path)
    manifest = classifier.manifest
    scores = manifest.scores
    tested = scores.test_accuracy is not None
    run = _run_of(library, path)
    summary = ModelSummary(
        path=path,
        name=run.name if run is not None else manifest.name,
        categories=classifier.class_names,
        accuracy=scores.test_accuracy if tested else scores.validation_accuracy,
        photos=scores.test_photos if tested else scores.validation_photos,
        run_folder=run.folder if run is not None else None,
        stamp=path.stat().st_mtime_ns,
    )
    return OpenedModel(classifier, summary)


def _run_of(library: Library, path: Path) -> Run | None:
    """A model trained here goes by its run's name, which can be changed."""
    return next((run for run in library.list_runs() if run.model_path == path), None)
