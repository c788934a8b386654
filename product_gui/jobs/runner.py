"""The threads that work beside the window, and the desk where their jobs are kept.

Training and exporting share one thread (they would only slow each other down). Classifying has
its own, so that a photo is answered while a training runs for hours; looking at folders has one,
checking all of a folder's photos another, and thumbnails two, newest request first.
"""

import itertools
import logging
import queue
import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from ml_core.control import Control
from ml_core.errors import CoreError, Interrupted
from product_gui.jobs.job import Job, JobState, Result, WatchedControl, Work
from product_gui.jobs.messages import (
    Ended,
    Failed,
    Held,
    Message,
    Payload,
    Reported,
    Started,
    Succeeded,
)
from product_gui.jobs.problem import describe

log = logging.getLogger(__name__)


class Lane(StrEnum):
    """Which thread does the work."""

    COMPUTE = "compute"
    ANSWER = "answer"
    LOOK = "look"
    CHECK = "check"
    THUMBNAILS = "thumbnails"


THREADS = {
    Lane.COMPUTE: 1,
    Lane.ANSWER: 1,
    Lane.LOOK: 1,
    Lane.CHECK: 1,
    Lane.THUMBNAILS: 2,
}
NEWEST_FIRST = {Lane.THUMBNAILS}

Errand = Callable[[], None]


class Worker:
    """The threads of one lane; they start with the first errand and end with ``close``."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._errands: queue.Queue[Errand | None] = (
            queue.LifoQueue() if lane in NEWEST_FIRST else queue.Queue()
        )
        self.threads: list[threading.Thread] = []

    def submit(self, errand: Errand) -> None:
        self._errands.put(errand)
        if not self.threads:
            self.threads = [self._start(number) for number in range(THREADS[self._lane])]

    def close(self) -> None:
        """Let the threads end after what they are doing now; nothing further is begun."""
        while not self._errands.empty():
            self._take_back()
        for _ in self.threads:
            self._errands.put(None)

    def _take_back(self) -> None:
        try:
            self._errands.get_nowait()
        except queue.Empty:
            return

    def _start(self, number: int) -> threading.Thread:
        thread = threading.Thread(target=self._run, name=f"{self._lane}-{number}", daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        while (errand := self._errands.get()) is not None:
            errand()
            del errand  # It holds the work's data, which must not wait here for the next one.


class Runner:
    """Starts jobs and keeps them until they end. Lives on the window's thread."""

    def __init__(self, post: Callable[[Message], None]) -> None:
        self._post = post
        self._numbers = itertools.count(1)
        self._workers = {lane: Worker(lane) for lane in Lane}
        self._jobs: dict[int, Job] = {}

    def start(self, work: Work[Result], *, lane: Lane) -> Job:
        """Queue some work on a lane; its listeners hear of it later, on this thread."""
        number = next(self._numbers)
        control = WatchedControl(lambda: self._post(Message(number, Held())))
        job = Job(number, work, control)
        self._jobs[number] = job
        self._workers[lane].submit(lambda: _carry_out(number, work, control, self._post))
        return job

    def receive(self, message: Message) -> None:
        """Take in a worker's news: the pump's end on this thread."""
        job = self._jobs.get(message.job)
        if job is None or job.state.is_final:
            self._jobs.pop(message.job, None)
            return
        if isinstance(message.payload, Succeeded | Failed | Ended):
            del self._jobs[message.job]
        _apply(job, message.payload)

    @property
    def unfinished(self) -> tuple[Job, ...]:
        return tuple(job for job in self._jobs.values() if not job.state.is_final)

    def cancel_all(self) -> None:
        """Ask everything to end."""
        for job in self.unfinished:
            job.cancel()

    def close(self) -> None:
        """Begin nothing more and let all threads end. Returns at once."""
        self.cancel_all()
        for worker in self._workers.values():
            worker.close()

    @property
    def is_quiet(self) -> bool:
        """Whether all threads have ended (after ``close``)."""
        return not any(
            thread.is_alive() for worker in self._workers.values() for thread in worker.threads
        )


def _carry_out(
    number: int, work: Work[Any], control: Control, post: Callable[[Message], None]
) -> None:
    """Do the work, on a worker thread, and post how it went."""

    def tell(payload: Payload) -> None:
        post(Message(number, payload))

    if control.is_cancelling:
        return tell(Ended())
    tell(Started())
    try:
        result = work.operation(lambda event: tell(Reported(event)), control)
    except Interrupted:
        return tell(Ended())
    except CoreError as error:
        log.info("%s: %s", work.name, error)
        return tell(Failed(describe(error)))
    except BaseException as error:
        log.exception("%s failed", work.name)
        return tell(Failed(describe(error)))
    return tell(Succeeded(result))


def _apply(job: Job, payload: Payload) -> None:
    """Move the job to where the news say it is, and pass them on."""
    work = job.work
    match payload:
        case Started():
            job.enter(JobState.RUNNING)
        case Held():
            if job.state is JobState.PAUSING:
                job.enter(JobState.PAUSED)
        case Reported(event):
            work.on_event(event)
        case Succeeded(result):
            _leave_pause(job)
            job.enter(JobState.DONE)
            work.on_success(result)
        case Failed(problem):
            _leave_pause(job)
            job.enter(JobState.FAILED)
            work.on_failure(problem)
        case Ended():
            _leave_pause(job)
            job.enter(JobState.CANCELLED)
            work.on_cancelled()


def _leave_pause(job: Job) -> None:
    """Work that held, went on and ended between two rounds of news was running in between."""
    if job.state is JobState.PAUSED:
        job.resume()
