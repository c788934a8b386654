"""How long a training will take, measured by a short trial when a person asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from product_gui.jobs.job import Job, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.activity import Activity
from product_gui.presenters.presenter import Notice, Surroundings
from product_gui.text import train as words

if TYPE_CHECKING:
    from ml_core.dataset.scan import Dataset
    from ml_core.training.recipe import Recipe
    from ml_core.training.sizing import Estimate


@dataclass(frozen=True, slots=True)
class Sizing:
    """What a training will need.

    Attributes:
        recipe: Of which training.
        measuring: The trial runs.
        estimate: None until it has ended.
    """

    recipe: Recipe | None = None
    measuring: bool = False
    estimate: Estimate | None = None


NOT_MEASURED = Sizing()


class SizeMeasurement:
    """One trial at a time; ``show`` gets every new state."""

    def __init__(self, surroundings: Surroundings, show: Callable[[Sizing], None]) -> None:
        self._around, self._show = surroundings, show
        self._job: Job | None = None

    def measure(self, dataset: Dataset, recipe: Recipe) -> None:
        """Try how long the recipe takes for these photos."""
        self.forget()
        library = self._around.library

        def measured(estimate: Estimate) -> None:
            self._job = None
            self._around.trace("measured", seconds=estimate.seconds)
            self._show(Sizing(recipe, estimate=estimate))
            sentence = words.measured(estimate.seconds, estimate.memory_bytes, estimate.disk_bytes)
            self._around.notices.say(Notice(sentence, "info"))

        self._show(Sizing(recipe, measuring=True))
        self._job = self._around.start(
            Work(
                name="measure",
                operation=lambda report, control: library.estimate(
                    dataset, recipe, report, control
                ),
                on_success=measured,
                on_failure=self._failed,
                on_cancelled=self.forget,
                on_state=lambda _state: self._post(),
            ),
            Lane.COMPUTE,
        )
        self._post()

    def forget(self) -> None:
        """Nothing is known of how long it takes."""
        self._around.abandon(self._job)
        self._job = None
        self._show(NOT_MEASURED)

    def _post(self) -> None:
        if self._job is not None:
            self._around.activities.show(self._job, Activity(title=words.MEASURING, page="train"))

    def _failed(self, problem: Problem) -> None:
        self._job = None
        self._show(NOT_MEASURED)
        self._around.notices.say(Notice(problem.what, "error"))
