"""Opens a run's TensorBoard logs in the browser; the server ends with the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from product_gui.jobs.job import Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.presenter import Notice, Surroundings
from product_gui.text import review as words

if TYPE_CHECKING:
    from ml_core.tensorboard_server import TensorBoardServer


class TensorBoard:
    """One server for each run that was looked at; ``open_address`` shows a page in the browser."""

    def __init__(self, surroundings: Surroundings, open_address: Callable[[str], object]) -> None:
        self._around, self._open_address = surroundings, open_address
        self._servers: dict[Path, TensorBoardServer] = {}

    def open(self, run_folder: Path) -> None:
        """Show the logs of the run in this folder."""
        known = self._servers.get(run_folder)
        if known is not None:
            self._open_address(known.url)
            return

        def started(server: TensorBoardServer) -> None:
            self._servers[run_folder] = server
            self._around.trace("tensorboard", url=server.url)
            self._open_address(server.url)

        self._around.notices.say(Notice(words.TENSORBOARD_STARTS, "info"))
        library = self._around.library
        self._around.start(
            Work(
                name="tensorboard",
                operation=lambda _report, control: library.serve_tensorboard(run_folder, control),
                on_success=started,
                on_failure=self._failed,
            ),
            Lane.LOOK,
        )

    def close(self) -> None:
        """End all servers."""
        for server in self._servers.values():
            server.close()
        self._servers.clear()

    def _failed(self, problem: Problem) -> None:
        self._around.trace("tensorboard_failed", problem=problem.what)
        self._around.notices.say(Notice(problem.sentence, "warning"))
