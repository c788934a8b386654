"""The pump brings everything across, in order, in small portions, progress only where it is new."""

import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest

from ml_core.events import StepProgress, Warned
from product_gui.jobs.messages import Message, Reported, Started
from product_gui.jobs.pump import BUDGET_SECONDS, INTERVAL_MS, LARGEST_BATCH, Pump


class Timers:
    """A window's timers, fired by hand."""

    def __init__(self) -> None:
        self.booked: dict[int, tuple[int, Callable[[], object]]] = {}
        self._numbers = itertools.count()

    def after(self, ms: int, func: Callable[[], object], /) -> int:
        number = next(self._numbers)
        self.booked[number] = (ms, func)
        return number

    def after_cancel(self, timer: Any, /) -> None:
        del self.booked[timer]

    def fire(self) -> None:
        for number in list(self.booked):
            self.booked.pop(number)[1]()


def progress(job: int, done: int) -> Message:
    return Message(job, Reported(StepProgress("head", done, 100)))


def note(text: str) -> Message:
    return Message(1, Reported(Warned(text)))


@pytest.fixture
def timers() -> Timers:
    return Timers()


def test_everything_arrives_in_order_from_many_threads(timers: Timers) -> None:
    heard: list[Message] = []
    pump = Pump(heard.append, scheduler=timers)
    threads = [
        threading.Thread(
            target=lambda job=job: [
                pump.post(Message(job, Reported(number))) for number in range(500)
            ]
        )
        for job in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while pump.deliver_some():
        pass
    for job in range(4):
        mine = [message.payload.event for message in heard if message.job == job]
        assert mine == list(range(500))


def test_only_the_newest_progress_of_each_job_is_delivered(timers: Timers) -> None:
    heard: list[Message] = []
    pump = Pump(heard.append, scheduler=timers)
    for message in (progress(1, 1), progress(2, 1), note("a"), progress(1, 2), progress(1, 3)):
        pump.post(message)
    pump.deliver_some()
    assert heard == [progress(2, 1), note("a"), progress(1, 3)]


def test_a_batch_is_bounded(timers: Timers) -> None:
    heard: list[Message] = []
    pump = Pump(heard.append, scheduler=timers, clock=lambda: 0.0)
    for number in range(LARGEST_BATCH + 5):
        pump.post(note(str(number)))
    assert pump.deliver_some() == LARGEST_BATCH
    assert pump.deliver_some() == 5
    assert [message.payload.event.message for message in heard] == [
        str(number) for number in range(LARGEST_BATCH + 5)
    ]


def test_a_slow_listener_gets_a_small_batch(timers: Timers) -> None:
    now = [0.0]

    def slow(_message: Message) -> None:
        now[0] += BUDGET_SECONDS / 2

    pump = Pump(slow, scheduler=timers, clock=lambda: now[0])
    for number in range(10):
        pump.post(note(str(number)))
    assert pump.deliver_some() == 2


def test_one_message_is_delivered_even_if_time_is_up(timers: Timers) -> None:
    clock = itertools.count(0.0, 1.0)
    pump = Pump(lambda _message: None, scheduler=timers, clock=lambda: next(clock))
    pump.post(note("a"))
    pump.post(note("b"))
    assert pump.deliver_some() == 1


def test_it_goes_on_by_itself_until_it_is_stopped(timers: Timers) -> None:
    heard: list[Message] = []
    pump = Pump(heard.append, scheduler=timers)
    pump.start()
    assert [ms for ms, _ in timers.booked.values()] == [INTERVAL_MS]
    pump.post(Message(1, Started()))
    timers.fire()
    pump.post(note("later"))
    timers.fire()
    assert heard == [Message(1, Started()), note("later")]
    pump.stop()
    assert not timers.booked


def test_a_failing_listener_is_heard_of_and_silences_nobody(timers: Timers) -> None:
    heard: list[Message] = []

    def listen(message: Message) -> None:
        heard.append(message)
        if message == note("bad"):
            raise ZeroDivisionError

    pump = Pump(listen, scheduler=timers)
    pump.start()
    for text in ("bad", "good"):
        pump.post(note(text))
    with pytest.raises(ZeroDivisionError):
        timers.fire()
    timers.fire()
    assert heard == [note("bad"), note("good")]
