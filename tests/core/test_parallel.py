"""The one engine that maps over photos, and the one reporter of its progress."""

import os
import threading
import time
from collections.abc import Iterator
from itertools import count, islice

import pytest

from ml_core import parallel
from ml_core.control import Control
from ml_core.errors import Cancelled, Stopped
from ml_core.events import StepProgress, ignore
from ml_core.parallel import LOOK_AHEAD, counted, map_in_order, processor_cores


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert not [t.name for t in threading.enumerate() if t.name.startswith("map-in-order")]


def test_results_come_in_order_however_long_each_takes() -> None:
    def slow_for_even(number: int) -> int:
        time.sleep(0.01 if number % 2 == 0 else 0)
        return number * number

    assert list(map_in_order(slow_for_even, range(30), threads=4)) == [n * n for n in range(30)]


@pytest.mark.parametrize("items", [[], [7]])
def test_few_items(items: list[int]) -> None:
    assert list(map_in_order(str, items)) == [str(item) for item in items]


def test_only_a_bounded_number_of_items_is_taken_ahead() -> None:
    taken: list[int] = []

    def endless() -> Iterator[int]:
        for number in count():
            taken.append(number)
            yield number

    results = map_in_order(str, endless(), threads=2)
    assert list(islice(results, 5)) == ["0", "1", "2", "3", "4"]
    assert len(taken) <= 5 + 2 * LOOK_AHEAD
    results.close()  # type: ignore[attr-defined]


def test_items_run_at_the_same_time() -> None:
    both_are_here = threading.Barrier(2, timeout=5)
    assert list(map_in_order(lambda _: both_are_here.wait() >= 0, range(2), threads=2))


def test_what_the_function_raises_reaches_the_caller() -> None:
    def fail_at_three(number: int) -> int:
        if number == 3:
            raise TimeoutError("three")
        return number

    results = map_in_order(fail_at_three, range(100), threads=2)
    assert list(islice(results, 3)) == [0, 1, 2]
    with pytest.raises(TimeoutError, match="three"):
        next(results)


def test_what_the_items_raise_reaches_the_caller() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise RuntimeError("no more items")

    with pytest.raises(RuntimeError, match="no more items"):
        list(map_in_order(str, broken()))


@pytest.mark.parametrize(("end", "raised"), [("stop", Stopped), ("cancel", Cancelled)])
def test_an_interruption_starts_no_more_items(end: str, raised: type[Exception]) -> None:
    control = Control()
    started: list[int] = []

    def work(number: int) -> int:
        started.append(number)
        time.sleep(0.01)
        return number

    results = map_in_order(work, range(1000), threads=2, control=control)
    next(results)
    getattr(control, end)()
    with pytest.raises(raised):
        next(results)
    assert len(started) < 2 * LOOK_AHEAD


def test_an_interruption_ends_the_wait_for_a_slow_item() -> None:
    control, may_finish = Control(), threading.Event()
    threading.Timer(0.1, control.cancel).start()
    threading.Timer(0.6, may_finish.set).start()
    started: list[int] = []

    def work(number: int) -> None:
        started.append(number)
        may_finish.wait(5)

    with pytest.raises(Cancelled):
        list(map_in_order(work, range(10), threads=1, control=control))
    assert started == [0], "the items behind the slow one were dropped"


def test_a_pause_holds_the_results() -> None:
    control = Control()
    results = map_in_order(str, range(3), control=control)
    assert next(results) == "0"
    control.pause()
    threading.Timer(0.2, control.resume).start()
    began = time.monotonic()
    assert list(results) == ["1", "2"]
    assert time.monotonic() - began > 0.15


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system binds no cores")
def test_only_the_cores_of_this_process_count() -> None:
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert processor_cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)
    assert processor_cores() == len(allowed)


class Clock:
    """A clock that goes on by what each result says it took."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(parallel.time, "monotonic", lambda: self.now)

    def results(self, *seconds: float) -> Iterator[float]:
        for one in seconds:
            self.now += one
            yield one


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def steps(clock: Clock, *seconds: float, total: int, known: int = 0) -> list[StepProgress]:
    events: list[StepProgress] = []
    results = clock.results(*seconds)
    passed_on = counted(
        results,
        phase="embed",
        total=total,
        known=known,
        report=events.append,  # type: ignore[arg-type]
    )
    assert list(passed_on) == list(seconds)
    return events


def test_progress_is_reported_now_and_then_and_at_the_end(clock: Clock) -> None:
    events = steps(clock, *[0.03] * 8, total=8)
    assert [event.done for event in events] == [4, 8]
    assert {event.total for event in events} == {8}
    assert events[0].per_second == pytest.approx(4 / 0.12)
    assert events[0].seconds_left == pytest.approx(4 * 0.03)
    assert events[-1].seconds_left == 0


def test_known_results_are_reported_at_once_and_do_not_count_as_speed(clock: Clock) -> None:
    events = steps(clock, 0.5, 0.5, total=10, known=8)
    assert [event.done for event in events] == [8, 9, 10]
    assert events[0] == StepProgress("embed", 8, 10)
    assert events[1].per_second == pytest.approx(2)


def test_all_known_is_all_done(clock: Clock) -> None:
    assert steps(clock, total=5, known=5) == [StepProgress("embed", 5, 5)]


def test_an_unknown_total_gives_no_time_left(clock: Clock) -> None:
    events = steps(clock, 0.2, 0.2, total=0)
    assert [(event.done, event.total, event.seconds_left) for event in events] == [
        (1, 0, None), (2, 0, None),
    ]  # fmt: skip


def test_a_pause_is_soon_forgotten(clock: Clock) -> None:
    events = steps(clock, *[0.2] * 20, 3600.0, *[0.2] * 60, total=1000)
    assert events[-1].per_second == pytest.approx(5, rel=0.01)


def test_nobody_needs_to_listen() -> None:
    assert list(counted("abc", phase="read", total=3, report=ignore)) == ["a", "b", "c"]
