"""Where in the photo the reasons for an answer lie, as a picture to lay over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from product_gui.jobs.job import Job, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.current_model import CurrentModel
from product_gui.presenters.picture import Picture
from product_gui.presenters.presenter import Notice, Surroundings
from product_gui.presenters.shown_heat import ShownHeat

if TYPE_CHECKING:
    from ml_core.images import Pixels


class Explanation:
    """Asks for one picture at a time; what was asked for before is not wanted any more."""

    def __init__(
        self,
        surroundings: Surroundings,
        model: CurrentModel,
        show: Callable[[ShownHeat | None], None],
    ) -> None:
        self._around, self._model, self._show = surroundings, model, show
        self._job: Job | None = None

    def ask(self, picture: Picture, pixels: Pixels, category: str) -> None:
        """Find out why the photo might show this category."""
        self.forget()
        classifier, library = self._model.classifier, self._around.library
        if classifier is None:
            return
        self._job = self._around.start(
            Work(
                name="explain",
                operation=lambda _report, _control: library.explain(
                    classifier, picture, pixels, category
                ),
                on_success=self._explained,
                on_failure=self._failed,
            ),
            Lane.ANSWER,
        )

    def forget(self) -> None:
        """Nothing is explained any more."""
        self._around.abandon(self._job)
        self._job = None
        self._show(None)

    def _explained(self, heat: ShownHeat) -> None:
        self._around.trace("explained", category=heat.category, path=heat.picture.path)
        self._show(heat)

    def _failed(self, problem: Problem) -> None:
        self._around.notices.say(Notice(problem.what, "error"))
