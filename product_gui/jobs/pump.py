"""Brings the workers' news to the window's thread, little by little, so that it never stutters."""

import queue
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from ml_core.events import StepProgress
from product_gui.jobs.messages import Message, Reported

INTERVAL_MS = 30
BUDGET_SECONDS = 0.008
"""Half of a frame at 60 frames a second: the rest is for drawing."""
LARGEST_BATCH = 200


class Scheduler(Protocol):
    """The part of a Tk window that the pump needs."""

    def after(self, ms: int, func: Callable[[], object], /) -> Any: ...

    def after_cancel(self, id: Any, /) -> None: ...  # noqa: A002 - Tk's own name


class Pump:
    """A queue that any thread may fill and the window empties between two frames."""

    def __init__(
        self,
        deliver: Callable[[Message], None],
        *,
        scheduler: Scheduler,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._deliver = deliver
        self._scheduler = scheduler
        self._clock = clock
        self._arrived: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._waiting: deque[Message] = deque()
        self._timer: Any = None

    def post(self, message: Message) -> None:
        """Hand over news. May be called from any thread."""
        self._arrived.put(message)

    def start(self) -> None:
        """Begin to deliver."""
        self._timer = self._scheduler.after(INTERVAL_MS, self._tick)

    def stop(self) -> None:
        """Deliver nothing more."""
        if self._timer is not None:
            self._scheduler.after_cancel(self._timer)
            self._timer = None

    def deliver_some(self) -> int:
        """Deliver what fits into one batch and its time budget; gives the number delivered."""
        self._collect()
        ends = self._clock() + BUDGET_SECONDS
        for count in range(LARGEST_BATCH):
            if not self._waiting or (count and self._clock() >= ends):
                return count
            self._deliver(self._waiting.popleft())
        return LARGEST_BATCH

    def _tick(self) -> None:
        # The next round is booked first: a listener's error must not silence all later news.
        self.start()
        self.deliver_some()

    def _collect(self) -> None:
        while True:
            try:
                self._waiting.append(self._arrived.get_nowait())
            except queue.Empty:
                break
        self._drop_outdated_progress()

    def _drop_outdated_progress(self) -> None:
        """Of several progress reports in a row by one job only the newest is worth drawing."""
        if len(self._waiting) < 2:
            return
        newest: set[tuple[int, str]] = set()
        kept: deque[Message] = deque()
        for message in reversed(self._waiting):
            key = _progress_key(message)
            if key is None or key not in newest:
                kept.appendleft(message)
            if key is not None:
                newest.add(key)
        self._waiting = kept


def _progress_key(message: Message) -> tuple[int, str] | None:
    payload = message.payload
    if isinstance(payload, Reported) and isinstance(payload.event, StepProgress):
        return message.job, payload.event.phase
    return None
