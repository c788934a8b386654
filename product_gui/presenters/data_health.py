"""The first half of the Train page: the photos, what is wrong with them, and what was decided."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ml_core.events import PhaseStarted, StepProgress
from product_gui.jobs.job import Job, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.file_moving import FileMoving
from product_gui.presenters.health_state import (
    PHASES,
    Checking,
    CheckStage,
    HealthState,
    Section,
    advanced,
)
from product_gui.presenters.health_view import HealthView, view_of
from product_gui.presenters.photo_decisions import PhotoDecisions
from product_gui.presenters.photo_sheets import Sheets
from product_gui.presenters.photo_viewer import PhotoViewer
from product_gui.presenters.presenter import Notice, Surroundings
from product_gui.text import health as words

if TYPE_CHECKING:
    from ml_core.control import Control
    from ml_core.dataset.decisions import Decisions
    from ml_core.dataset.health.health import Examined
    from ml_core.dataset.photos import Dataset
    from ml_core.events import Report


Dealing = tuple[float, float, int]
"""Validation share, test share and seed of the recipe: how photos are dealt out."""


class DataHealth:
    """Checks a folder beside the window. Intents change ``state``, of which ``changed`` is told."""

    def __init__(
        self,
        surroundings: Surroundings,
        changed: Callable[[HealthState], None],
        *,
        look_again: Callable[[], None] = lambda: None,
    ) -> None:
        self.around = surroundings
        self.look_again = look_again
        self.state = HealthState()
        self._changed = changed
        self._dataset: Dataset | None = None
        self._examined: Examined | None = None
        self._dealing: Dealing | None = None
        self._last: tuple[Path, Section] | None = None
        self._job: Job | None = None
        self.decide = PhotoDecisions(self)
        self.files = FileMoving(self)
        self.viewer = PhotoViewer(surroundings, lambda viewing: self.show(viewing=viewing))

    # The check

    def begin(self, dataset: Dataset, sheets: Sheets) -> None:
        """Check a folder that has just been looked through."""
        self.forget()
        self._dataset = dataset
        root, section = self._last or (None, Section.PHOTOS)
        self.state = HealthState(
            sheets=sheets, section=section if root == dataset.root else Section.PHOTOS
        )
        self._examine()

    def forget(self) -> None:
        """Another folder is looked through, or none."""
        self._end_work()
        self.viewer.close()
        if self._dataset is not None:
            self._last = (self._dataset.root, self.state.section)
        self._dataset = self._examined = self.decide.current = None
        self.state = HealthState()
        self._changed(self.state)

    def stop(self) -> None:
        """End the check; what was measured so far is not measured again."""
        self._end_work()
        self.show(stage=CheckStage.STOPPED, checking=None)

    def check_again(self) -> None:
        """Go on with a check that was ended or that failed."""
        if self._dataset is not None and self._job is None:
            self._examine()

    def hold(self) -> None:
        """Leave the processor to a training, which looks at the same photos."""
        if self.state.stage is CheckStage.CHECKING:
            self._end_work()
            self.show(stage=CheckStage.HELD, checking=None)

    def resume(self) -> None:
        """Go on where ``hold`` ended it."""
        if self.state.stage is CheckStage.HELD:
            self._examine()

    def set_dealing(self, dealing: Dealing) -> None:
        """Photos are to be dealt out differently."""
        if dealing != self._dealing:
            self._dealing = dealing
            if self._examined is not None:
                self.follow()

    # Looking

    def show_section(self, section: Section) -> None:
        self.show(section=section, viewing=None)

    def open(self, kind: str) -> None:
        """Show the findings of one kind."""
        self.show(section=Section.FINDINGS, opened=kind, viewing=None)

    def close(self) -> None:
        """Back to the list of all kinds."""
        self.show(opened="", viewing=None)

    def dismiss_problem(self) -> None:
        self.show(problem=None)

    def show_view(self, view: HealthView, **changes: object) -> None:
        """Show what is known now; a kind of which nothing is left is closed."""
        opened = self.state.opened if view.kind(self.state.opened) else ""
        self.show(view=view, opened=opened, **changes)

    def show(self, **changes: object) -> None:
        """Change the state and tell of it."""
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._changed(self.state)

    # The work

    def _end_work(self) -> None:
        self.around.abandon(self._job)
        self._job = None

    def _examine(self) -> None:
        dataset = self._dataset
        assert dataset is not None
        library = self.around.library

        def operation(report: Report, control: Control) -> tuple[Examined, Decisions]:
            decisions = library.load_decisions(dataset.root)
            return library.examine(dataset, report, control), decisions

        checking = Checking(began=time.monotonic())
        self.show(stage=CheckStage.CHECKING, checking=checking, problem=None)
        self._job = self.around.start(
            Work(
                name="check photos",
                operation=operation,
                on_event=self._heard,
                on_success=self._looked,
                on_failure=self._failed,
                on_cancelled=self.stop,
            ),
            Lane.CHECK,
        )

    def _heard(self, event: object) -> None:
        checking = self.state.checking
        if checking is None or not isinstance(event, PhaseStarted | StepProgress):
            return
        if event.phase in PHASES:
            self.show(checking=advanced(checking, event, now=time.monotonic()))

    def _looked(self, found: tuple[Examined, Decisions]) -> None:
        self._job = None
        self._examined, self.decide.current = found
        self.follow()

    def follow(self) -> None:
        """Follow the decisions. A newer one makes an older answer worthless."""
        examined, decisions, dealing = self._examined, self.decide.current, self._dealing
        if examined is None or decisions is None:
            return
        self._end_work()
        library = self.around.library

        def operation(_report: Report, control: Control) -> HealthView:
            return view_of(library.assess(examined, decisions, dealing, control))

        if self.state.view is not None:
            self.show(is_following=True)
        self._job = self.around.start(
            Work(
                name="follow decisions",
                operation=operation,
                on_success=self._assessed,
                on_failure=self._failed,
            ),
            Lane.CHECK,
        )

    def _assessed(self, view: HealthView) -> None:
        self._job = None
        self.around.trace(
            "checked",
            findings={kind.kind: len(kind.cases) for kind in view.kinds},
            used=view.used,
            decisions=len(view.decisions),
        )
        self.show_view(
            view,
            stage=CheckStage.DONE,
            checking=None,
            is_following=False,
            sheets=view.sheets,
        )

    def _failed(self, problem: Problem) -> None:
        self._job = None
        self.around.trace("check_failed", problem=problem.what)
        self.show(stage=CheckStage.FAILED, checking=None, is_following=False, problem=problem)

    # The report

    def save_report(self, path: Path) -> None:
        """Write what was found into a file: a table if its name ends so, else a web page."""
        view, library = self.state.view, self.around.library
        if view is None:
            return
        health = view.health

        def operation(report: Report, control: Control) -> None:
            library.save_report(health, path, report, control)

        self.show(is_writing=True)
        self.around.start(
            Work(
                name="save report",
                operation=operation,
                on_success=lambda _nothing: self._report_saved(path),
                on_failure=lambda problem: self.show(is_writing=False, problem=problem),
            ),
            Lane.CHECK,
        )

    def _report_saved(self, path: Path) -> None:
        self.show(is_writing=False)
        self.around.trace("report_saved", path=path)
        self.around.notices.say(Notice(words.report_saved(path.name)))
