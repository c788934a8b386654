"""What the command line shows: results on standard output, progress on standard error."""

import json
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TextIO

from ml_core import storage
from ml_core.event_words import in_words
from ml_core.events import (
    Event,
    PhaseStarted,
    StepProgress,
)

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Console:
    """Two streams: ``results`` for what was asked for, ``notes`` for everything else."""

    def __init__(self, results: TextIO, notes: TextIO) -> None:
        self.results = results
        self.notes = notes

    @classmethod
    def apart_from_libraries(cls) -> Self:
        """The real streams, with what native libraries print sent to a log file.

        TensorFlow and LiteRT write to the process' file descriptors, which would spoil both the
        results and the progress bar.
        """
        for descriptor in (1, 2):
            _make_sure_it_is_open(descriptor)
        results = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="surrogateescape")
        notes = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="backslashreplace", buffering=1)
        try:
            folder = storage.cache_folder()
            folder.mkdir(parents=True, exist_ok=True)
            log = (folder / "libraries.log").open("w", encoding="utf-8")
        except OSError:
            log = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - lives as long as the process
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        logging.lastResort = logging.StreamHandler(notes)
        sys.excepthook = lambda kind, error, trace: _print_trace(notes, kind, error, trace)
        return cls(results, notes)

    def result(self, text: str) -> None:
        """A line on standard output, at once. Raises OSError if nobody can take it."""
        self._result(_on_one_line(text))

    def result_json(self, value: Any) -> None:
        """One JSON object on a line of its own. Raises OSError if nobody can take it."""
        text = json.dumps(value, ensure_ascii=False)
        if not _is_unicode(text):  # file names may hold any bytes; JSON must not
            text = json.dumps(value)
        self._result(text)

    def note(self, text: str) -> None:
        """A line on standard error. Work goes on whether or not anybody can take it."""
        with suppress(OSError):
            print(_on_one_line(text), file=self.notes, flush=True)

    def _result(self, line: str) -> None:
        print(line, file=self.results, flush=True)


def _make_sure_it_is_open(descriptor: int) -> None:
    """Or the next file that is opened would take the place of a stream that the caller closed."""
    try:
        os.fstat(descriptor)
    except OSError:
        nothing = os.open(os.devnull, os.O_RDWR)
        if nothing != descriptor:
            os.dup2(nothing, descriptor)
            os.close(nothing)


def _on_one_line(text: str) -> str:
    """Escape what could end the line or command the terminal: names of files may hold anything."""
    return "".join(
        letter if letter.isprintable() or "\udc80" <= letter <= "\udcff" else repr(letter)[1:-1]
        for letter in text
    )


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _print_trace(
    notes: TextIO,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
) -> None:
    import traceback

    traceback.print_exception(kind, error, trace, file=notes)


def aligned(rows: Sequence[Sequence[str]], *, words: int = 1) -> list[str]:
    """Rows of a table as lines: the first ``words`` columns to the left, numbers to the right."""
    from rich.cells import cell_len

    shown = [[_on_one_line(cell) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*shown, strict=True)]
    lines = []
    for row in shown:
        gaps = [" " * (width - cell_len(cell)) for width, cell in zip(widths, row, strict=True)]
        cells = [
            cell + gap if number < words else gap + cell
            for number, (cell, gap) in enumerate(zip(row, gaps, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


class ProgressDisplay:
    """Shows the events of long work: a live bar on a terminal, plain lines elsewhere.

    Args:
        console: Where to.
        among_results: Whether results are shown at the same time. On one terminal they are
            progress enough, and a bar would run through them.
    """

    def __init__(self, console: Console, *, among_results: bool = False) -> None:
        self._console = console
        self._has_bar = console.notes.isatty() and not (among_results and console.results.isatty())
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._has_bar:
            self._bar = _terminal_bar(self._console.notes)
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, event: Event) -> None:
        if isinstance(event, StepProgress):
            self._move_bar(event)
        elif line := in_words(event):
            self._say(line)
            if isinstance(event, PhaseStarted):
                self._start_bar(event.message)

    def _say(self, line: str) -> None:
        if self._bar:
            self._bar.console.print(_on_one_line(line), markup=False, highlight=False)
        else:
            self._console.note(line)

    def _start_bar(self, message: str) -> None:
        if self._bar:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(message, total=None)

    def _move_bar(self, step: StepProgress) -> None:
        if self._bar:
            if self._task is None:
                self._task = self._bar.add_task(step.phase, total=None)
            self._bar.update(self._task, completed=step.done, total=step.total or None)


def _terminal_bar(notes: TextIO) -> "Progress":
    import rich.console
    import rich.progress

    return rich.progress.Progress(
        rich.progress.TextColumn("{task.description}", markup=False),
        rich.progress.BarColumn(),
        rich.progress.MofNCompleteColumn(),
        rich.progress.TimeRemainingColumn(),
        console=rich.console.Console(file=notes),
        transient=True,
    )
