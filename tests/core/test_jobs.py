"""Jobs move only as their table allows, and news of every kind of work reaches their listeners."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ml_core.control import Control
from ml_core.errors import Cancelled, DatasetError, Stopped, WeightsError
from product_gui.jobs.job import ALLOWED, Job, JobState, WatchedControl, Work
from product_gui.jobs.messages import Message
from product_gui.jobs.problem import describe
from product_gui.jobs.runner import Lane, Runner

S = JobState
SECONDS = 10.0


def idle_work(_report: object, _control: object) -> None:
    return None


def job_in(state: JobState, listener: Callable[[JobState], None] | None = None) -> Job:
    work = Work(name="test", operation=idle_work, on_state=listener or (lambda _state: None))
    job = Job(1, work, WatchedControl(lambda: None))
    job.state = state
    return job


@pytest.mark.parametrize(("before", "after"), [*itertools.product(JobState, JobState)])
def test_only_moves_of_the_table_are_possible(before: JobState, after: JobState) -> None:
    heard: list[JobState] = []
    job = job_in(before, heard.append)
    if after in ALLOWED[before]:
        job.enter(after)
        assert (job.state, heard) == (after, [after])
    else:
        with pytest.raises(ValueError, match=f"{before} to {after}"):
            job.enter(after)
        assert (job.state, heard) == (before, [])


def test_table_as_a_person_expects_it() -> None:
    assert {state for state in JobState if state.is_final} == {S.DONE, S.FAILED, S.CANCELLED}
    assert all(S.CANCELLING in ALLOWED[s] for s in (S.RUNNING, S.PAUSING, S.PAUSED, S.STOPPING))
    assert S.STOPPING not in ALLOWED[S.CANCELLING], "a discarded result cannot be kept again"
    assert S.RUNNING not in ALLOWED[S.STOPPING]
    reachable, fresh = {S.IDLE}, {S.IDLE}
    while fresh:
        fresh = {after for state in fresh for after in ALLOWED[state]} - reachable
        reachable |= fresh
    assert reachable == set(JobState)


@pytest.mark.parametrize(
    ("intent", "state", "expected"),
    [
        ("pause", S.RUNNING, S.PAUSING),
        ("pause", S.PAUSED, None),
        ("pause", S.STOPPING, None),
        ("pause", S.IDLE, None),
        ("resume", S.PAUSED, S.RUNNING),
        ("resume", S.PAUSING, S.RUNNING),
        ("resume", S.RUNNING, None),
        ("resume", S.IDLE, None),
        ("stop", S.RUNNING, S.STOPPING),
        ("stop", S.PAUSED, S.STOPPING),
        ("stop", S.CANCELLING, None),
        ("stop", S.DONE, None),
        ("cancel", S.STOPPING, S.CANCELLING),
        ("cancel", S.PAUSED, S.CANCELLING),
        ("cancel", S.IDLE, S.CANCELLED),
        ("cancel", S.FAILED, None),
    ],
)
def test_intents(intent: str, state: JobState, expected: JobState | None) -> None:
    job = job_in(state)
    if state is S.PAUSED:
        job.control.pause()
    assert getattr(job, intent)() is (expected is not None)
    assert job.state is (expected or state)
    if expected in (S.STOPPING, S.CANCELLING, S.CANCELLED):
        assert job.control.is_ending
        assert not job.control.is_paused, "paused work must wake up to end"


class Bench:
    """A runner whose news are collected, and delivered when asked for."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.runner = Runner(self.messages.append)
        self.heard: list[Any] = []

    def work(self, operation: Callable[..., Any], name: str = "test") -> Work[Any]:
        hear = self.heard.append
        return Work(
            name=name,
            operation=operation,
            on_event=lambda event: hear(("event", event)),
            on_success=lambda result: hear(("success", result)),
            on_failure=lambda problem: hear(("failure", problem.kind)),
            on_cancelled=lambda: hear(("cancelled",)),
            on_state=hear,
        )

    def until(self, condition: Callable[[], bool]) -> None:
        ends = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < ends, "it did not come about"
            while self.messages:
                self.runner.receive(self.messages.pop(0))
            time.sleep(0.001)

    def settle(self) -> None:
        self.until(lambda: not self.runner.unfinished)


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.runner.close()
    ends = time.monotonic() + SECONDS
    while not made.runner.is_quiet:
        assert time.monotonic() < ends, "a worker thread did not end"
        time.sleep(0.001)


def test_success(bench: Bench) -> None:
    def operation(report: Callable[[Any], None], _control: Control) -> int:
        report("halfway")
        return 42

    bench.runner.start(bench.work(operation), lane=Lane.LOOK)
    bench.settle()
    assert bench.heard == [S.RUNNING, ("event", "halfway"), S.DONE, ("success", 42)]


@pytest.mark.parametrize("error", [DatasetError("No."), RuntimeError("bug"), MemoryError()])
def test_whatever_is_raised_becomes_a_failed_job(bench: Bench, error: Exception) -> None:
    def operation(_report: object, _control: Control) -> None:
        raise error

    bench.runner.start(bench.work(operation), lane=Lane.COMPUTE)
    bench.settle()
    assert bench.heard == [S.RUNNING, S.FAILED, ("failure", type(error).__name__)]


@pytest.mark.parametrize("error", [Cancelled(), Stopped()])
def test_interrupted_work_is_cancelled_not_failed(bench: Bench, error: Exception) -> None:
    def operation(_report: object, _control: Control) -> None:
        raise error

    bench.runner.start(bench.work(operation), lane=Lane.COMPUTE)
    bench.settle()
    assert bench.heard == [S.RUNNING, S.CANCELLED, ("cancelled",)]


def looping(_report: object, control: Control) -> None:
    while True:
        control.checkpoint()
        time.sleep(0.001)


def test_pause_is_reached_left_and_reached_again(bench: Bench) -> None:
    job = bench.runner.start(bench.work(looping), lane=Lane.COMPUTE)
    bench.until(lambda: job.state is S.RUNNING)
    for _ in range(2):
        assert job.pause()
        assert job.state is S.PAUSING
        bench.until(lambda: job.state is S.PAUSED)
        assert job.resume()
        assert job.state is S.RUNNING
    job.pause()
    bench.until(lambda: job.state is S.PAUSED)
    job.cancel()
    bench.settle()
    assert job.state is S.CANCELLED


def test_work_that_ends_while_pausing(bench: Bench) -> None:
    gate = threading.Event()
    job = bench.runner.start(bench.work(lambda *_: gate.wait(SECONDS)), lane=Lane.COMPUTE)
    bench.until(lambda: job.state is S.RUNNING)
    job.pause()
    gate.set()
    bench.settle()
    assert bench.heard[-2:] == [S.DONE, ("success", True)]


def test_stop_keeps_what_the_work_gives(bench: Bench) -> None:
    def operation(_report: object, control: Control) -> str:
        try:
            looping(_report, control)
        except Stopped:
            return "best so far"
        return ""

    job = bench.runner.start(bench.work(operation), lane=Lane.COMPUTE)
    bench.until(lambda: job.state is S.RUNNING)
    job.stop()
    bench.settle()
    assert bench.heard == [S.RUNNING, S.STOPPING, S.DONE, ("success", "best so far")]


def test_jobs_of_a_lane_wait_and_can_be_cancelled_before_they_begin(bench: Bench) -> None:
    first = bench.runner.start(bench.work(looping), lane=Lane.COMPUTE)
    second = bench.runner.start(bench.work(idle_work), lane=Lane.COMPUTE)
    bench.until(lambda: first.state is S.RUNNING)
    assert second.state is S.IDLE
    assert second.cancel()
    assert second.state is S.CANCELLED
    first.cancel()
    bench.settle()
    assert ("success", None) not in bench.heard


def test_photos_are_answered_while_a_training_runs(bench: Bench) -> None:
    training = bench.runner.start(bench.work(looping), lane=Lane.COMPUTE)
    bench.runner.start(bench.work(lambda *_: "answer"), lane=Lane.ANSWER)
    bench.until(lambda: ("success", "answer") in bench.heard)
    assert training.state is S.RUNNING
    training.cancel()
    bench.settle()


def test_newest_thumbnail_comes_first(bench: Bench) -> None:
    gate = threading.Event()
    order: list[int] = []

    def thumbnail(number: int) -> Callable[..., None]:
        return lambda *_: order.append(number)

    for _ in range(2):
        bench.runner.start(bench.work(lambda *_: gate.wait(SECONDS)), lane=Lane.THUMBNAILS)
    bench.until(lambda: bench.heard.count(S.RUNNING) == 2)
    for number in range(10):
        bench.runner.start(bench.work(thumbnail(number)), lane=Lane.THUMBNAILS)
    gate.set()
    bench.settle()
    assert set(order) == set(range(10))
    assert order.index(9) < order.index(0)


def test_abandoned_work_is_not_heard_of(bench: Bench) -> None:
    gate = threading.Event()
    job = bench.runner.start(bench.work(lambda *_: gate.wait(SECONDS)), lane=Lane.LOOK)
    bench.until(lambda: job.state is S.RUNNING)
    job.abandon()
    gate.set()
    bench.settle()
    assert bench.heard == [S.RUNNING]


def test_closing_ends_running_and_waiting_work(bench: Bench) -> None:
    bench.runner.start(bench.work(looping), lane=Lane.COMPUTE)
    bench.runner.start(bench.work(looping), lane=Lane.COMPUTE)
    bench.runner.close()
    ends = time.monotonic() + SECONDS
    while not bench.runner.is_quiet:
        assert time.monotonic() < ends
        time.sleep(0.001)


def test_own_errors_keep_their_words() -> None:
    problem = describe(WeightsError("No weights.", expected="A file.", mend="Choose one."))
    assert (problem.what, problem.advice) == ("No weights.", "A file. Choose one.")
    assert problem.sentence == "No weights. A file. Choose one."
    assert problem.kind == "WeightsError"


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (KeyError("'x' at 0x7f"), "Something went wrong"),
        (MemoryError(), "memory"),
        (OSError(28, "No space left on device", "/some/file"), "no space left"),
    ],
)
def test_other_errors_are_put_plainly_and_details_kept(error: Exception, word: str) -> None:
    problem = describe(error)
    assert word in problem.what
    assert "0x7f" not in problem.sentence
    assert type(error).__name__ in problem.details
