"""The Classify page: photos in, categories out, one at a time or by the thousand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ml_core.events import StepProgress
from product_gui.jobs.job import Job, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.activity import Activity
from product_gui.presenters.classify_state import (
    Answered,
    ClassifyState,
    Row,
    RowState,
)
from product_gui.presenters.correcting import Correcting
from product_gui.presenters.current_model import CurrentModel, ModelSummary
from product_gui.presenters.explanation import Explanation
from product_gui.presenters.picture import Picture, shown_name
from product_gui.presenters.presenter import Notice, Presenter, Surroundings
from product_gui.presenters.shown_photo import PREVIEW_SIDE, ShownPhoto, read_shown
from product_gui.text import classify as words
from product_gui.text.numbers import listed

if TYPE_CHECKING:
    from ml_core.control import Control
    from ml_core.prediction.classifier import Classifier, Prediction

SECONDS_BETWEEN_ANSWERS = 0.1
"""Answers of many photos come in bundles, so that drawing them costs less than finding them."""


LONGEST_CATEGORY = 80


@dataclass(frozen=True, slots=True)
class Progress:
    """How many photos are answered, and the seconds left if that can be told."""

    done: int
    total: int
    seconds_left: float | None


class ClassifyPresenter(Presenter[ClassifyState]):
    """Takes photos, shows each at once, and its category when the model has answered."""

    def __init__(self, surroundings: Surroundings, model: CurrentModel) -> None:
        super().__init__(surroundings, ClassifyState(model=model.state))
        self._model = model
        self._collecting: Job | None = None
        self._answering: Job | None = None
        self._previewing: Job | None = None
        self._progress = Progress(0, 1, None)
        self._correcting = Correcting(
            surroundings, model, lambda learning: self.show(learning=learning)
        )
        self._explanation = Explanation(surroundings, model, lambda heat: self.show(heat=heat))
        model.listen(self._model_changed)

    def take(self, paths: Sequence[Path]) -> None:
        """Show these photos, and those in these folders, in place of what was shown."""
        self.clear()
        if not paths:
            return
        if len(paths) == 1 and not paths[0].is_dir():
            self._show_rows(paths)
            return
        self.show(collecting=True, source=tuple(paths))
        self._collecting = self.around.start(
            Work(
                name="collect photos",
                operation=lambda _report, _control: self.around.library.photos_under(paths),
                on_success=self._collected,
                on_failure=lambda problem: self.show(collecting=False, problem=problem),
            ),
            Lane.LOOK,
        )

    def clear(self) -> None:
        """Show nothing."""
        for job in (self._collecting, self._answering, self._previewing):
            self.around.abandon(job)
        self._collecting = self._answering = self._previewing = None
        self._explanation.forget()
        self.show(
            rows=(),
            selected=None,
            photo=None,
            explained="",
            problem=None,
            collecting=False,
            answering=False,
            source=(),
            seconds=0.0,
        )

    def again(self) -> None:
        """Take the same photos and folders once more, as they are now."""
        if self.state.source:
            self.take(self.state.source)

    def select(self, index: int) -> None:
        """Show this row's photo and answer."""
        if index == self.state.selected or not 0 <= index < len(self.state.rows):
            return
        self.around.abandon(self._previewing)
        picture = Picture(self.state.rows[index].path)
        self._explanation.forget()
        self.show(selected=index, photo=ShownPhoto(picture), explained="")
        self._previewing = read_shown(self.around, picture, PREVIEW_SIDE, self._previewed)

    def correct(self, category: str) -> None:
        """The shown photo belongs to this category, which may be a new one: learn it."""
        row, name = self.state.current, category.strip()
        if row is not None and name and not self.state.correct_reason:
            self._correcting.correct(row.path, name)

    def category_problem(self, name: str) -> str:
        """Why a new category cannot be called so; empty when it can."""
        if not name.strip():
            return words.CATEGORY_NEEDED
        return words.CATEGORY_TOO_LONG if len(name.strip()) > LONGEST_CATEGORY else ""

    def explain(self, wanted: bool) -> None:
        """Show where in the photos the reasons for the answers lie, or no longer."""
        self._explanation.forget()
        self.show(explains=wanted, explained="")
        self._explain_shown()

    def explain_category(self, category: str) -> None:
        """Show what speaks for another category."""
        if self.state.explains and category != self.state.explained:
            self.show(explained=category)
            self._explain_shown()

    def _explain_if_new(self) -> None:
        if not self.state.explained:
            self._explain_shown()

    def _explain_shown(self) -> None:
        row, photo = self.state.current, self.state.photo
        if not self.state.explains or not self.state.can_explain or row is None or photo is None:
            return
        category = self.state.explained or row.category
        self.show(explained=category)
        if photo.pixels is not None:
            self._explanation.ask(photo.picture, photo.pixels, category)

    def stop(self) -> None:
        """Answer no further; what is answered stays."""
        if self._answering is not None:
            self._answering.stop()

    def table_text(self) -> str:
        """The results with tabulators between the columns, for a spreadsheet's paste."""
        from product_gui.presenters import results

        return results.as_text(self.state.rows)

    def copied(self) -> None:
        """The table is on the clipboard."""
        self.around.notices.say(Notice(words.COPIED))

    def save_csv(self, destination: Path) -> None:
        """Write the results as a CSV file."""
        from product_gui.presenters import results

        rows = self.state.rows
        self.around.settings.remember_folder("table", destination.parent)
        self.around.start(
            Work(
                name="save table",
                operation=lambda _report, _control: results.write_csv(rows, destination),
                on_success=lambda _: self.around.notices.say(Notice(words.SAVED_CSV)),
                on_failure=lambda problem: self.show(problem=problem),
            ),
            Lane.LOOK,
        )

    def dismiss_problem(self) -> None:
        self.show(problem=None)

    def _collected(self, paths: Sequence[Path]) -> None:
        source = self.state.source
        self.show(collecting=False)
        if paths:
            self._show_rows(paths, source)
            return
        names = listed([shown_name(path) for path in source])
        self.show(problem=Problem(words.nothing_found(names), words.nothing_found_advice()))

    def _show_rows(self, paths: Sequence[Path], source: Sequence[Path] = ()) -> None:
        rows = tuple(Row(path=path, name=shown_name(path)) for path in paths)
        self.show(rows=rows, source=tuple(source or paths), seconds=0.0)
        self.around.trace("photos", count=len(rows))
        self.select(0)
        self._answer()

    def _previewed(self, photo: ShownPhoto) -> None:
        if self.state.photo is not None and self.state.photo.picture == photo.picture:
            self.show(photo=photo)
            self._explain_if_new()

    def _model_changed(self) -> None:
        before, now = self.state.model.summary, self._model.state.summary
        self.show(model=self._model.state)
        if now is None or (before is not None and _same_version(before, now)):
            return
        self._answer()

    def _answer(self) -> None:
        """Ask the current model about every photo shown."""
        self._explanation.forget()
        self.show(explained="")
        classifier = self._model.classifier
        self.around.abandon(self._answering)
        if classifier is None or not self.state.rows:
            return
        waiting = tuple(Row(row.path, row.name) for row in self.state.rows)
        self.show(rows=waiting, seconds=0.0, answering=True)
        self._answering = self.around.start(self._work(classifier), Lane.ANSWER)
        self._post_activity(Progress(0, len(waiting), None))

    def _work(self, classifier: Classifier) -> Work[None]:
        paths = [row.path for row in self.state.rows]
        library = self.around.library

        def operation(report: Callable[[object], None], control: Control) -> None:
            bundle(library.classify_many(classifier, paths, report, control), report)

        return Work(
            name="classify",
            operation=operation,
            on_event=self._heard,
            on_success=lambda _: self._ended(),
            on_failure=self._failed,
            on_cancelled=self._stopped,
            on_state=lambda _state: self._post_activity(self._progress),
        )

    def _heard(self, event: object) -> None:
        if isinstance(event, Answered):
            self._take_in(event)
        elif isinstance(event, StepProgress):
            self._post_activity(Progress(event.done, event.total, event.seconds_left))

    def _take_in(self, answered: Answered) -> None:
        first, last = answered.first, answered.first + len(answered.predictions)
        rows = self.state.rows
        new = tuple(map(row_with_answer, rows[first:last], answered.predictions))
        self.show(rows=(*rows[:first], *new, *rows[last:]), seconds=answered.seconds)
        for row in new:
            self.around.trace(
                "answer",
                path=row.path,
                category=row.category,
                confidence=row.confidence,
                error=row.error,
                reliance=row.reliance,
            )
        self._explain_if_new()

    def _ended(self) -> None:
        self._answering = None
        self.show(answering=False)
        self.around.trace("answered", count=len(self.state.rows), seconds=self.state.seconds)

    def _failed(self, problem: Problem) -> None:
        self._ended()
        self.show(problem=problem)

    def _stopped(self) -> None:
        self._ended()
        self.around.notices.say(Notice(words.STOPPED, "info"))

    def _post_activity(self, progress: Progress) -> None:
        self._progress = progress
        if self._answering is None or progress.total == 1:
            return  # One photo is answered before anybody could read of it.
        self.around.activities.show(
            self._answering,
            Activity(
                title=words.job_title(progress.total),
                detail=words.job_detail(progress.done, progress.total),
                fraction=progress.done / progress.total,
                seconds_left=progress.seconds_left,
                can_pause=True,
                page="classify",
            ),
        )


def _same_version(one: ModelSummary, other: ModelSummary) -> bool:
    return (one.path, one.stamp) == (other.path, other.stamp)


def row_with_answer(row: Row, prediction: Prediction) -> Row:
    """The row with what the model said."""
    return replace(
        row,
        state=RowState.UNREADABLE if prediction.error else RowState.ANSWERED,
        category=prediction.category or "",
        confidence=prediction.confidence,
        top=prediction.top,
        error=prediction.error or "",
        reliance=prediction.state,
        candidates=prediction.candidates,
    )


def bundle(predictions: Iterable[Prediction], report: Callable[[object], None]) -> None:
    """Report predictions as they come, several at a time (worker thread).

    What was found before the work was ended is reported too.
    """
    started = reported = time.perf_counter()
    first = 0
    waiting: list[Prediction] = []
    try:
        for prediction in predictions:
            waiting.append(prediction)
            now = time.perf_counter()
            if now - reported >= SECONDS_BETWEEN_ANSWERS:
                report(Answered(first, tuple(waiting), now - started))
                first, reported, waiting = first + len(waiting), now, []
    finally:
        if waiting:
            report(Answered(first, tuple(waiting), time.perf_counter() - started))
