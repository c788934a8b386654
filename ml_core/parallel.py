"""One function over many items on all processor cores, results in order, memory flat."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from ml_core.control import Control
from ml_core.events import Phase, Report, StepProgress

Item = TypeVar("Item")
Result = TypeVar("Result")

LOOK_AHEAD = 8
"""Items in flight per thread: enough that one slow item does not idle the others."""

_SECONDS_BETWEEN_LOOKS = 0.05
_SECONDS_BETWEEN_REPORTS = 0.1
_REPORTS_IN_RATE = 50
"""The rate is that of about the last five seconds, so that a pause is soon forgotten."""


def processor_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def map_in_order(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    threads: int | None = None,
    control: Control | None = None,
) -> Iterator[Result]:
    """Like ``map``, with ``function`` running in threads; worthwhile where it releases the lock.

    Decoding (Pillow), hashing and LiteRT all release Python's lock. Only a bounded number of
    results exists at any time, so ``items`` may be endless. The threads end with the iterator.

    Args:
        function: Called once an item; what it raises ends the iteration.
        items: Any iterable, consumed as results are taken.
        threads: Number of threads; None for one a core.
        control: Obeyed before each result and while waiting for it.

    Raises:
        Cancelled, Stopped: The caller ended it. All threads have ended by then, as they have when
            the iterator is closed or dropped.
    """
    threads = threads or processor_cores()
    control = control or Control()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="map-in-order")
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) >= threads * LOOK_AHEAD:
                yield _result(waiting.popleft(), control)
        while waiting:
            yield _result(waiting.popleft(), control)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def counted(
    results: Iterable[Result],
    *,
    phase: Phase,
    total: int,
    report: Report,
    known: int = 0,
) -> Iterator[Result]:
    """Pass results on, reporting StepProgress about ten times a second and at the end.

    Args:
        results: What is counted; each once the next one is asked for.
        phase: Named in the reports.
        total: How many there will be, the known ones included; 0 if nobody can say.
        report: Told of the progress.
        known: How many were done before; they are reported first and left out of the rate.
    """
    marks = deque([(time.monotonic(), known)], maxlen=_REPORTS_IN_RATE)
    if known:
        report(StepProgress(phase, known, total))
    for done, result in enumerate(results, start=known + 1):
        yield result
        now = time.monotonic()
        if done == total or now - marks[-1][0] >= _SECONDS_BETWEEN_REPORTS:
            marks.append((now, done))
            report(_step(phase, total, marks))


def _result(future: Future[Result], control: Control) -> Result:
    """Wait for a result, yet no longer than the caller wants."""
    control.checkpoint()
    while not future.done():
        wait((future,), timeout=_SECONDS_BETWEEN_LOOKS)
        control.checkpoint()
    return future.result()


def _step(phase: Phase, total: int, marks: deque[tuple[float, int]]) -> StepProgress:
    (began, done_then), (now, done) = marks[0], marks[-1]
    rate = (done - done_then) / max(now - began, 1e-9)
    return StepProgress(phase, done, total, rate, (total - done) / rate if total else None)
