"""What tests let a child process do: functions of a module, which another process can import."""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from ml_core.child_process import run_in_child
from ml_core.control import Control
from ml_core.errors import DatasetError, Stopped
from ml_core.events import Report, StepProgress, Warned


def add(one: int, other: int, *, report: Report, control: Control) -> tuple[int, int]:
    report(Warned(f"adding {one} and {other}"))
    return one + other, os.getpid()


def fail(*, report: Report, control: Control) -> None:
    raise DatasetError("It is red.", mend="Paint it.", path=Path("a\udcff.jpg"))


class Odd(Exception):
    """Cannot be pickled."""

    def __init__(self) -> None:
        super().__init__("odd")
        self.lock = open(os.devnull)  # noqa: PTH123, SIM115


def fail_oddly(*, report: Report, control: Control) -> None:
    raise Odd


def take_too_much(*, report: Report, control: Control) -> None:
    raise MemoryError


def end_with(number: int, *, report: Report, control: Control) -> None:
    sys.stderr.write("my last words\n")
    sys.stderr.flush()
    if number < 0:
        os.kill(os.getpid(), -number)
    os._exit(number)


def count(*, report: Report, control: Control) -> str:
    """Count until told to end."""
    number = 0
    while True:
        try:
            control.checkpoint()
        except Stopped:
            return f"stopped at {number}"
        number += 1
        report(StepProgress("embed", number, 0))
        time.sleep(0.01)


def be_deaf(folder: Path, *, report: Report, control: Control) -> None:
    report(Warned(tempfile.gettempdir()))
    Path(tempfile.mkdtemp()).joinpath("waste").write_text("waste")
    signal.pause()


def environment(name: str, *, report: Report, control: Control) -> str | None:
    return os.environ.get(name)


def nest(*, report: Report, control: Control) -> tuple[int, int]:
    """A child's child is itself."""
    return run_in_child(add, 1, 1, report=report, control=control)[1], os.getpid()
