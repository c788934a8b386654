"""Exporting a model: which format, where to, and the job that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ml_core.events import PhaseStarted, StepProgress
from product_gui.jobs.job import Job, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.activity import Activity
from product_gui.presenters.picture import shown_name
from product_gui.presenters.presenter import Notice, Presenter, Surroundings
from product_gui.text import models as words
from product_gui.text.numbers import size

if TYPE_CHECKING:
    from ml_core.control import Control
    from ml_core.events import Report
    from ml_core.export.formats import Exported, ExportFormat

FORBIDDEN = '/\\:*?"<>|'


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportState:
    """What the export dialog shows. ``model`` is None while the dialog is closed."""

    model: Path | None = None
    name: str = ""
    format: ExportFormat = "keras"
    problem: Problem | None = None


class ExportPresenter(Presenter[ExportState]):
    """Serves the dialog, wherever it was opened from."""

    def __init__(self, surroundings: Surroundings, show_folder: Callable[[Path], None]) -> None:
        super().__init__(surroundings, ExportState())
        self.show_folder = show_folder

    def open(self, model: Path, name: str) -> None:
        """Ask how this model shall be exported."""
        self.show(model=model, name=name, problem=None)

    def close(self) -> None:
        self.show(model=None)

    def choose(self, format: ExportFormat) -> None:  # noqa: A002 - the library's own word
        self.show(format=format)

    @property
    def suffix(self) -> str:
        """The file name's ending in the chosen format; empty for a folder."""
        from ml_core.export.formats import SUFFIXES

        return SUFFIXES[self.state.format]

    @property
    def suggested_name(self) -> str:
        """A file name to begin with."""
        safe = "".join("_" if sign in FORBIDDEN else sign for sign in self.state.name).strip()
        return (safe.lstrip(".") or "model") + self.suffix

    def start(self, destination: Path) -> None:
        """Export to this place; the user has agreed to replace what may be there."""
        model, name, format_ = self.state.model, self.state.name, self.state.format
        if model is None:
            return
        self.around.settings.remember_folder("export", destination.parent)
        self.close()
        library = self.around.library

        def operation(report: Report, control: Control) -> Exported:
            return library.export(
                model, format_, destination, overwrite=True, report=report, control=control
            )

        activity = Activity(title=words.exporting(name), page="models")
        job = self.around.start(
            Work(
                name="export",
                operation=operation,
                on_event=lambda event: self._heard(job, activity, event),
                on_success=self._exported,
                on_failure=lambda problem: self._failed(name, problem),
                on_state=lambda _state: self.around.activities.show(job, activity),
            ),
            Lane.COMPUTE,
        )
        self.around.activities.show(job, activity)

    def _heard(self, job: Job, activity: Activity, event: object) -> None:
        if isinstance(event, PhaseStarted):
            activity = replace(activity, detail=event.message)
        elif isinstance(event, StepProgress) and event.total:
            activity = replace(activity, fraction=event.done / event.total)
        self.around.activities.show(job, activity)

    def _exported(self, exported: Exported) -> None:
        self.around.trace("exported", path=exported.path, bytes=exported.bytes)
        self.around.notices.say(
            Notice(
                words.exported(shown_name(exported.path), size(exported.bytes)),
                action=words.EXPORTED_SHOW,
                run=lambda: self.show_folder(exported.path),
            )
        )

    def _failed(self, name: str, problem: Problem) -> None:
        self.around.trace("export_failed", problem=problem.what)
        self.show(problem=problem)
        self.around.notices.say(
            Notice(f"{words.export_failed(name)} {problem.sentence}", tone="error")
        )
