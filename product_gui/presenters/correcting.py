"""A person says what a photo really shows, and the model learns it at once, beside the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from product_gui.jobs.job import Operation, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.current_model import CurrentModel
from product_gui.presenters.presenter import Notice, Surroundings
from product_gui.text import classify as words

if TYPE_CHECKING:
    from ml_core.training.corrections import Improvement

Result = TypeVar("Result")


class Correcting:
    """Corrections that come while others are being learned are learned together, afterwards.

    Args:
        surroundings: Threads and messages.
        model: That answers; only one that was trained here can learn.
        learning: Told whether something is being learned.
    """

    def __init__(
        self, surroundings: Surroundings, model: CurrentModel, learning: Callable[[bool], None]
    ) -> None:
        self._around, self._model, self._learning = surroundings, model, learning
        self._waiting: dict[Path, str] = {}
        self._is_busy = False

    def correct(self, path: Path, category: str) -> None:
        """The photo shows this category, which may be a new one."""
        self._waiting[path] = category
        self._learn()

    def _learn(self) -> None:
        summary = self._model.state.summary
        if self._is_busy or not self._waiting or summary is None or summary.run_folder is None:
            return
        corrections, self._waiting = tuple(self._waiting.items()), {}
        folder, library = summary.run_folder, self._around.library

        def learned(improvement: Improvement) -> None:
            self._learned(folder, len(corrections), improvement)

        self._start(
            "learn",
            lambda report, control: library.correct(folder, corrections, report, control),
            learned,
        )

    def _learned(self, folder: Path, corrections: int, improvement: Improvement) -> None:
        fixed, broke = len(improvement.fixed), len(improvement.broke)
        photos = improvement.after.photos
        self._around.trace("corrected", corrections=corrections, fixed=fixed, broke=broke)
        before = improvement.version.number - 1
        sentence = words.learned(corrections, photos, fixed, broke)
        self._around.notices.say(
            Notice(sentence, "success", words.UNDO, lambda: self._go_back(folder, before))
        )
        self._model.read_again()

    def _go_back(self, folder: Path, number: int) -> None:
        def gone_back(_run: object) -> None:
            self._around.notices.say(Notice(words.UNLEARNED, "info"))
            self._model.read_again()

        library = self._around.library
        self._start(
            "unlearn", lambda _report, _control: library.use_version(folder, number), gone_back
        )

    def _start(
        self, name: str, operation: Operation[Result], on_success: Callable[[Result], None]
    ) -> None:
        def ended(result: Result) -> None:
            self._set_busy(False)
            on_success(result)
            self._learn()

        def failed(problem: Problem) -> None:
            self._set_busy(False)
            self._around.notices.say(Notice(problem.what, "error"))

        self._set_busy(True)
        work = Work(name=name, operation=operation, on_success=ended, on_failure=failed)
        self._around.start(work, Lane.LOOK)

    def _set_busy(self, is_busy: bool) -> None:
        self._is_busy = is_busy
        self._learning(is_busy)
