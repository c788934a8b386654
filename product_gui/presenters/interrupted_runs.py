"""Trainings that broke off: looked for at the start, and offered until it is decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from product_gui.jobs.job import Operation, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.presenter import Notice, Surroundings
from product_gui.text import train as words

if TYPE_CHECKING:
    from ml_core.runs import Run


Result = TypeVar("Result")


class InterruptedRuns:
    """Offers them one after the other, the newest first.

    Args:
        surroundings: Threads, settings and messages.
        offer: Shows a run, or none any more.
        resume: Lets a run go on.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        offer: Callable[[Run | None], None],
        *,
        resume: Callable[[Run], None],
    ) -> None:
        self._around, self._offer, self._resume = surroundings, offer, resume
        self._waiting: list[Run] = []

    def look(self, *, lead_there: Callable[[], None]) -> None:
        """Look for them; where there are any, a message offers to go to them."""

        def found(runs: list[Run]) -> None:
            self._waiting = list(runs)
            self._show_next()
            self._around.trace("interrupted", runs=len(runs))
            if runs:
                self._around.notices.say(
                    Notice(words.interrupted(runs[0].name), "info", words.SHOW, lead_there)
                )

        library = self._around.library
        self._start("look", lambda _report, _control: library.interrupted_runs(), found)

    def resume(self) -> None:
        """Let the one that is offered go on."""
        if self._waiting:
            self._resume(self._waiting.pop(0))

    def later(self) -> None:
        """Leave it as it is until the next start."""
        if self._waiting:
            self._waiting.pop(0)
            self._show_next()

    def discard(self) -> None:
        """Move the one that is offered to the trash; a message offers to bring it back."""
        if not self._waiting:
            return
        run = self._waiting.pop(0)
        self._show_next()

        def trashed(place: Path) -> None:
            message = words.interrupted_discarded(run.name)
            undo = Notice(message, "info", words.UNDO, lambda: self._bring_back(place))
            self._around.notices.say(undo)

        library = self._around.library
        self._start("discard", lambda _report, _control: library.trash_run(run), trashed)

    def show_waiting(self) -> None:
        """Offer what is still undecided, after a training has ended."""
        self._show_next()

    def _bring_back(self, trashed: Path) -> None:
        def restored(run: Run) -> None:
            self._waiting.insert(0, replace(run, state="interrupted"))
            self._show_next()

        library = self._around.library
        self._start("restore", lambda _report, _control: library.restore_run(trashed), restored)

    def _start(
        self, name: str, operation: Operation[Result], on_success: Callable[[Result], None]
    ) -> None:
        def failed(problem: Problem) -> None:
            self._around.notices.say(Notice(problem.what, "error"))

        work = Work(name=name, operation=operation, on_success=on_success, on_failure=failed)
        self._around.start(work, Lane.LOOK)

    def _show_next(self) -> None:
        self._offer(self._waiting[0] if self._waiting else None)
