"""One function in a process of its own, which reports and obeys as if it were called here.

TensorFlow takes seconds to import, holds up other threads, keeps hundreds of megabytes and cannot
be interrupted while it converts. In a process of its own all of that stays out of the program's
way: its memory comes back, a crash is an error in words, and whatever it does can be ended.
"""

import contextlib
import logging
import multiprocessing
import os
import signal
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, TypeVar

from ml_core.control import Control
from ml_core.errors import Cancelled, OutOfMemoryError, ProcessError
from ml_core.events import Event, MemoryMeasured, Report
from ml_core.memory import peak_memory

log = logging.getLogger(__name__)

Result = TypeVar("Result")

ONE_PROCESS_VARIABLE = "PRODUCT_CLASSIFIER_ONE_PROCESS"
"""Environment variable that keeps everything in one process, for debuggers and quick tests."""

_SECONDS_BETWEEN_LOOKS = 0.05
_SECONDS_TO_TIDY_UP = 1.0
"""What a cancelled child has to end by itself, before it is killed."""

_PARENT_GONE = 3


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What the caller wants: the state of its control token."""

    is_paused: bool
    is_stopping: bool
    is_cancelling: bool

    @classmethod
    def of(cls, control: Control) -> "_Wishes":
        return cls(control.is_paused, control.is_stopping, control.is_cancelling)


@dataclass(frozen=True, slots=True)
class _Held:
    """The child has reached a pause."""


@dataclass(frozen=True, slots=True)
class _Returned:
    value: Any


@dataclass(frozen=True, slots=True)
class _Raised:
    error: BaseException
    trace: str


def run_in_child(
    function: Callable[..., Result],
    *arguments: object,
    report: Report,
    control: Control,
    environment: Mapping[str, str] | None = None,
    **options: object,
) -> Result:
    """``function(*arguments, report=…, control=…, **options)``, in a process of its own.

    The process ends when this one does. Called in such a process, or where
    ``ONE_PROCESS_VARIABLE`` is set, it is an ordinary call.

    Args:
        function: A function of a module, which another process can import.
        *arguments: Plain values, which can be pickled; so must be the result.
        report: Told of the function's events, and at the end of the process' memory.
        control: Obeyed in the child; a child that does not answer a cancel is killed.
        environment: Environment variables of the child that differ from this process'.
        **options: As the arguments.

    Raises:
        OutOfMemoryError: The system has killed the process.
        ProcessError: The process has crashed.
        Cancelled: The caller cancelled.
        Exception: Whatever the function raised, with its trace as a note.
    """
    if multiprocessing.parent_process() is not None or os.environ.get(ONE_PROCESS_VARIABLE):
        return function(*arguments, report=report, control=control, **options)
    control.checkpoint()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch, ours:
        with theirs:
            process = context.Process(
                target=_serve,
                args=(theirs, Path(scratch), dict(environment or {}), function, arguments, options),
                daemon=True,
            )
            process.start()
        try:
            value: Result = _result(process, ours, report, control)
        except EOFError:
            process.join()
            raise _ended(process.exitcode, _said(Path(scratch))) from None
        finally:
            process.kill()
            process.join()
            process.close()
    return value


def _result(process: SpawnProcess, child: Connection, report: Report, control: Control) -> Any:
    """Pass events up and wishes down until there is a result.

    Raises:
        EOFError: The process has ended without one.
    """
    told, ending_since = _Wishes(False, False, False), None
    while True:
        if (wishes := _Wishes.of(control)) != told:
            told = wishes
            with contextlib.suppress(OSError):  # it has just ended: the next look says how
                child.send(wishes)
        if wishes.is_cancelling:
            ending_since = ending_since or time.monotonic()
            if time.monotonic() - ending_since > _SECONDS_TO_TIDY_UP:
                log.info("process %s did not answer and is killed", process.pid)
                raise Cancelled
        if child.poll(_SECONDS_BETWEEN_LOOKS):
            match _received(child):
                case _Held():
                    control.wait_while_paused()
                case _Returned(value):
                    return value
                case _Raised(error, trace):
                    error.add_note(trace)
                    raise error
                case event:
                    report(event)


def _received(child: Connection) -> Any:
    try:
        return child.recv()
    except ConnectionError as error:
        raise EOFError from error


def _ended(status: int | None, said: str) -> ProcessError:
    log.warning("the process ended with status %s. It had said:\n%s", status, said)
    if status == -signal.SIGKILL:
        return OutOfMemoryError(
            "The process that did the work was ended by the system, most likely because memory"
            " ran out.",
            mend="Close other programs, or use smaller photos or a smaller network.",
        )
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return ProcessError(
        f"The process that did the work has crashed (status {status}).",
        expected=f"Its last words were: {lines[-1]:.300}" if lines else "",
        mend="Try again; if it happens again, try another network.",
    )


def _said(scratch: Path) -> str:
    path = scratch / _OUTPUT
    return path.read_text("utf-8", errors="replace")[-10_000:] if path.is_file() else ""


# What happens in the child.

_OUTPUT = "output.txt"


class _ObedientControl(Control):
    """The child's end of the caller's control token."""

    def __init__(self, say: Callable[[object], None]) -> None:
        super().__init__()
        self._say = say

    def wait_while_paused(self) -> None:
        if self.is_paused:
            self._say(_Held())
        super().wait_while_paused()

    def obey(self, parent: Connection) -> None:
        """Follow the caller's wishes until it is gone; then nobody needs this process."""
        while True:
            try:
                wishes: _Wishes = parent.recv()
            except (EOFError, OSError):
                os._exit(_PARENT_GONE)
            if wishes.is_cancelling:
                self.cancel()
            elif wishes.is_stopping:
                self.stop()
            elif wishes.is_paused:
                self.pause()
            else:
                self.resume()


def _serve(
    parent: Connection,
    scratch: Path,
    environment: dict[str, str],
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    options: dict[str, Any],
) -> None:
    """Carry out one call for the parent."""
    _settle(scratch, environment)
    one_at_a_time = threading.Lock()

    def say(message: object) -> None:
        with one_at_a_time:
            parent.send(message)

    def report(event: Event) -> None:
        say(event)

    control = _ObedientControl(say)
    threading.Thread(target=control.obey, args=(parent,), daemon=True).start()
    answer: _Returned | _Raised
    try:
        answer = _Returned(function(*arguments, report=report, control=control, **options))
    except BaseException as error:  # noqa: BLE001 - all are the parent's to handle
        answer = _raised(error)
    try:
        if peak := peak_memory():
            say(MemoryMeasured(peak))
        say(answer)
    except OSError:
        log.debug("nobody waits for the answer", exc_info=True)


def _settle(scratch: Path, environment: dict[str, str]) -> None:
    """Make this process quiet: its words go to a file, its waste where the parent clears up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to hear
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.update(environment)
    warnings.simplefilter("ignore")
    tempfile.tempdir = str(scratch)
    with (scratch / _OUTPUT).open("a") as output:
        for descriptor in (1, 2):
            os.dup2(output.fileno(), descriptor)


def _raised(error: BaseException) -> _Raised:
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, MemoryError):
        error = OutOfMemoryError("There is not enough memory for this.")
    try:
        multiprocessing.reduction.ForkingPickler.dumps(error)
    except Exception:  # noqa: BLE001 - any error may be in the way of pickling one
        error = ProcessError(f"{type(error).__name__}: {error}")
    return _Raised(error, trace)
