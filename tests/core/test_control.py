"""Pause, stop and cancel, as a worker in another thread meets them."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from ml_core.control import Control
from ml_core.errors import Cancelled, Stopped


class Worker:
    """Counts checkpoints in a thread until it is ended."""

    def __init__(self, control: Control) -> None:
        self.control, self.steps = control, 0
        self.ended: BaseException | None = None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            while True:
                self.control.checkpoint()
                self.steps += 1
                time.sleep(0.001)
        except (Cancelled, Stopped) as end:
            self.ended = end

    def has_moved(self, since: int) -> bool:
        return self.steps > since + 3


@pytest.fixture
def worker() -> Iterator[Worker]:
    working = Worker(Control())
    yield working
    working.control.cancel()
    working.thread.join(timeout=5)
    assert not working.thread.is_alive()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within 5 s"
        time.sleep(0.002)


def hold(worker: Worker) -> int:
    """Pause; give the step at which the worker stands still."""
    worker.control.pause()
    time.sleep(0.05)
    return worker.steps


def test_work_goes_on_until_it_is_told_otherwise(worker: Worker) -> None:
    wait_until(lambda: worker.has_moved(0))
    assert not worker.control.is_paused
    assert not worker.control.is_ending


def test_pause_holds_and_resume_goes_on(worker: Worker) -> None:
    held = hold(worker)
    assert worker.control.is_paused
    time.sleep(0.1)
    assert worker.steps == held
    worker.control.resume()
    wait_until(lambda: worker.has_moved(held))
    assert not worker.control.is_paused


@pytest.mark.parametrize(("end", "kind"), [("stop", Stopped), ("cancel", Cancelled)])
@pytest.mark.parametrize("is_paused", [False, True])
def test_ending_takes_effect_at_the_next_checkpoint(
    worker: Worker, end: str, kind: type[Exception], is_paused: bool
) -> None:
    if is_paused:
        hold(worker)
    getattr(worker.control, end)()
    worker.thread.join(timeout=5)
    assert type(worker.ended) is kind
    assert not worker.control.is_paused
    assert worker.control.is_ending
    assert worker.control.is_stopping == (end == "stop")
    assert worker.control.is_cancelling == (end == "cancel")


@pytest.mark.parametrize("order", [("stop", "cancel"), ("cancel", "stop")])
def test_cancel_wins_over_stop(order: tuple[str, str]) -> None:
    control = Control()
    for wish in order:
        getattr(control, wish)()
    with pytest.raises(Cancelled):
        control.checkpoint()


@pytest.mark.parametrize("end", ["stop", "cancel"])
def test_what_is_ending_cannot_be_paused(end: str) -> None:
    control = Control()
    getattr(control, end)()
    control.pause()
    assert not control.is_paused
    with pytest.raises((Stopped, Cancelled)):
        control.checkpoint()


def test_ending_is_for_good() -> None:
    control = Control()
    control.stop()
    control.resume()
    for _ in range(2):
        with pytest.raises(Stopped):
            control.checkpoint()


def test_closing_phases_do_not_end_at_a_stop() -> None:
    control = Control()
    control.stop()
    closing = control.closing()
    closing.checkpoint()
    control.cancel()
    with pytest.raises(Cancelled):
        closing.checkpoint()


def test_closing_phases_can_be_paused() -> None:
    control = Control()
    worker = Worker(control.closing())
    try:
        control.pause()
        time.sleep(0.05)
        held = worker.steps
        time.sleep(0.05)
        assert worker.steps == held
        assert worker.control.is_paused
    finally:
        control.cancel()
        worker.thread.join(timeout=5)
    assert type(worker.ended) is Cancelled


def test_a_pause_at_the_moment_of_a_stop_never_holds_up_the_end() -> None:
    for _ in range(300):
        control = Control()
        both = threading.Barrier(2)

        def press(button: Callable[[], None], both: threading.Barrier = both) -> None:
            both.wait()
            button()

        threads = [
            threading.Thread(target=press, args=(button,))
            for button in (control.pause, control.stop)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not control.is_paused


def test_the_end_of_a_stop_wins_however_the_two_interleave(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stop comes exactly between the two steps of a pause."""
    control = Control()
    may_run = control._may_run
    really = may_run.clear

    def clear() -> None:
        control.stop()
        really()

    monkeypatch.setattr(may_run, "clear", clear)
    control.pause()
    assert not control.is_paused
