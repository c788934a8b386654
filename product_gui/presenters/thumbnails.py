"""Small pictures of photos for grids and tables, read beside the window, newest request first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from product_gui.jobs.job import Job, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.picture import Picture
from product_gui.presenters.presenter import Surroundings

if TYPE_CHECKING:
    from ml_core.images import Pixels

OnReady = Callable[[str, "Pixels"], None]


class Thumbnails:
    """Serves one grid or table. Photos that cannot be read stay without a picture."""

    def __init__(self, surroundings: Surroundings, side: int) -> None:
        self._around = surroundings
        self._side = side
        self._jobs: dict[str, Job] = {}

    def request(self, pictures: Sequence[Picture], on_ready: OnReady) -> None:
        """Read these pictures; ``on_ready`` gets key and pixels of each, on this thread."""
        for picture in reversed(pictures):  # The newest comes first: so these come in order.
            if picture.key not in self._jobs:
                work = self._work(picture, on_ready)
                self._jobs[picture.key] = self._around.start(work, Lane.THUMBNAILS)

    def forget(self) -> None:
        """What was asked for is not wanted any more."""
        for job in self._jobs.values():
            self._around.abandon(job)
        self._jobs.clear()

    def _work(self, picture: Picture, on_ready: OnReady) -> Work[Pixels]:
        def ready(pixels: Pixels) -> None:
            del self._jobs[picture.key]
            on_ready(picture.key, pixels)

        def failed(_problem: Problem) -> None:
            del self._jobs[picture.key]

        return Work(
            name="thumbnail",
            operation=lambda _report, _control: self._around.library.read_picture(
                picture, self._side
            ),
            on_success=ready,
            on_failure=failed,
        )
