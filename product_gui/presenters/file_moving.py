"""Moving files as it was decided, only when a person asks for it, and taking that back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ml_core.events import StepProgress
from product_gui.jobs.job import Job, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.activity import Activity
from product_gui.presenters.health_state import HealthState
from product_gui.presenters.picture import shown_name
from product_gui.presenters.presenter import Notice, Surroundings
from product_gui.text import health as words

if TYPE_CHECKING:
    from ml_core.control import Control
    from ml_core.events import Report
    from ml_core.file_moves import Moves, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMoves:
    """What is going to happen, to be agreed to.

    Attributes:
        to_categories: Photos that go to the folder of their category.
        left_out: Photos that go out of the data set.
        left_out_to: Where these go.
        refused: Files that cannot be moved, each with the reason.
    """

    to_categories: int
    left_out: int
    left_out_to: Path
    refused: tuple[tuple[Path, str], ...] = ()

    @property
    def number(self) -> int:
        return self.to_categories + self.left_out


class Host(Protocol):
    """The presenter of the check, as it is needed here."""

    around: Surroundings
    state: HealthState

    def show(self, **changes: object) -> None: ...

    def look_again(self) -> None: ...


class FileMoving:
    """Says what would be moved; moves it; takes the last move back."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._job: Job | None = None

    def plan(self, then: Callable[[PlannedMoves], None]) -> None:
        """Find out which files would go where, and tell ``then``."""
        view = self._host.state.view
        if view is None or self._host.state.is_moving:
            return
        health, library = view.health, self._host.around.library
        outside = left_out_folder(health.dataset.root)

        def operation(_report: Report, _control: Control) -> Moves:
            return library.plan_moves(health, outside)

        self._start("plan moves", operation, lambda moves: then(_planned(moves, outside)), title="")

    def carry_out(self) -> None:
        """Move the files. Afterwards the folder is looked through again."""
        view = self._host.state.view
        if view is None:
            return
        health, library = view.health, self._host.around.library
        outside = left_out_folder(health.dataset.root)
        self._start(
            "move files",
            lambda report, control: library.move_files(health, outside, report, control),
            self._moved,
            title=words.MOVING,
        )

    def take_back(self, journal: str) -> None:
        """Put files back to where they were; the decisions count again."""
        library = self._host.around.library
        self._start(
            "take moves back",
            lambda report, control: library.undo_moves(journal, report, control),
            self._taken_back,
            title=words.MOVING_BACK,
        )

    def _moved(self, outcome: Outcome) -> None:
        self._host.around.trace("moved", files=len(outcome.done), failed=len(outcome.failed))
        journal = outcome.journal
        if journal and outcome.done:
            self._say(
                words.files_moved(len(outcome.done), len(outcome.failed)),
                action=words.UNDO,
                run=lambda: self.take_back(journal),
            )
        self._host.look_again()

    def _taken_back(self, outcome: Outcome) -> None:
        self._host.around.trace("moved_back", files=len(outcome.done), failed=len(outcome.failed))
        self._say(words.files_moved_back(len(outcome.done), len(outcome.failed)))
        self._host.look_again()

    def _say(
        self, message: str, *, action: str = "", run: Callable[[], None] | None = None
    ) -> None:
        self._host.around.notices.say(Notice(message, action=action, run=run))

    def _start(
        self,
        name: str,
        operation: Callable[[Report, Control], object],
        done: Callable[..., None],
        *,
        title: str,
    ) -> None:
        def ended(result: object) -> None:
            self._host.show(is_moving=False)
            done(result)

        def failed(problem: Problem) -> None:
            self._host.show(is_moving=False, problem=problem)

        self._host.show(is_moving=True)
        work = Work(
            name=name,
            operation=operation,
            on_event=lambda event: self._heard(event, title),
            on_success=ended,
            on_failure=failed,
            on_cancelled=lambda: self._host.show(is_moving=False),
            on_state=lambda _state: self._heard(None, title),
        )
        self._job = self._host.around.start(work, Lane.CHECK)

    def _heard(self, event: object, title: str) -> None:
        if self._job is None or not title:
            return
        is_counted = isinstance(event, StepProgress) and event.total
        share = event.done / event.total if isinstance(event, StepProgress) and is_counted else None
        activity = Activity(title=title, fraction=share, page="train")
        self._host.around.activities.show(self._job, activity)


def left_out_folder(root: Path) -> Path:
    """Where photos that were left out go: beside the data set, where they are no category."""
    root = root.absolute()
    return root.with_name(words.left_out_folder(root.name))


def _planned(moves: Moves, outside: Path) -> PlannedMoves:
    out = sum(step.target.is_relative_to(outside) for step in moves.steps)
    return PlannedMoves(
        to_categories=len(moves.steps) - out,
        left_out=out,
        left_out_to=outside,
        refused=tuple((Path(shown_name(one.path)), one.reason) for one in moves.refused),
    )
