"""A real training in a process of its own: a pause frees the processor, a cancel is quick."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ml_core.control import Control
from ml_core.errors import Cancelled
from ml_core.events import EpochFinished, Event, StepProgress
from tests.core.test_child_process import list_children
from tests.core.trainings import nothing_is_left, run, tiny_recipe

pytestmark = [
    pytest.mark.usefixtures("processes_apart"),
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="this system does not list processes"),
]
SECONDS = 5.0
LARGEST_SHARE = 0.05
QUICK = 1.0


class Watched(Control):
    """Says when the work has reached a pause."""

    def __init__(self) -> None:
        super().__init__()
        self.held = threading.Event()

    def wait_while_paused(self) -> None:
        if self.is_paused:
            self.held.set()
        super().wait_while_paused()


def processor_seconds() -> float:
    """Of this process and its children so far."""
    ticks = 0
    for process in (os.getpid(), *all_children()):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def all_children() -> list[int]:
    threads = Path("/proc/self/task").iterdir()
    return [
        int(number) for thread in threads for number in (thread / "children").read_text().split()
    ]


def after_an_epoch(act: Callable[[], None]) -> Callable[[Event], None]:
    epochs = []

    def listen(event: Event) -> None:
        if isinstance(event, EpochFinished):
            epochs.append(event)
        elif isinstance(event, StepProgress) and len(epochs) == 1:
            epochs.append(event)
            act()

    return listen


def test_pause_and_cancel(photos: Path) -> None:
    control, shares, cancelled = Watched(), list[float](), list[float]()

    def rest_and_cancel() -> None:
        assert control.held.wait(240)
        time.sleep(0.5)  # what was fetched ahead comes to its end
        before = processor_seconds()
        time.sleep(SECONDS)
        shares.append((processor_seconds() - before) / SECONDS)
        control.resume()
        time.sleep(0.3)
        cancelled.append(time.monotonic())
        control.cancel()

    helper = threading.Thread(target=rest_and_cancel)
    helper.start()
    recipe = replace(tiny_recipe(), epochs=10_000, early_stopping=0)
    with pytest.raises(Cancelled):
        run(photos, recipe, after_an_epoch(control.pause), control)
    took = time.monotonic() - cancelled[0]
    helper.join()
    assert shares[0] < LARGEST_SHARE
    assert took < QUICK + 1.0, "a child that does not answer is killed after a second"
    assert nothing_is_left()
    assert not all_children() or all(list_children(one) == [] for one in all_children())
