"""A job: one piece of work as the window sees it, a state machine with a table of moves.

    idle ──> running ──> done | failed | cancelled
               │  ^
               v  │ resume
             pausing ──> paused
    any of these but idle ──> stopping | cancelling ──> done | failed | cancelled

Everything here belongs to the window's thread, but the control token: the work polls that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from ml_core.control import Control
from product_gui.jobs.problem import Problem

Result = TypeVar("Result")
Operation = Callable[[Callable[[Any], None], Control], Result]
"""``operation(report, control) -> result``, called on a worker thread."""


class JobState(StrEnum):
    """Where a job stands."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    STOPPING = "stopping"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return not ALLOWED[self]

    @property
    def is_ending(self) -> bool:
        """Asked to end, not there yet."""
        return self in (JobState.STOPPING, JobState.CANCELLING)


_ENDS = {JobState.DONE, JobState.FAILED, JobState.CANCELLED}
_INTERRUPTIONS = {JobState.STOPPING, JobState.CANCELLING}
ALLOWED: Mapping[JobState, frozenset[JobState]] = MappingProxyType(
    {
        JobState.IDLE: frozenset({JobState.RUNNING, JobState.CANCELLED}),
        JobState.RUNNING: frozenset({JobState.PAUSING} | _INTERRUPTIONS | _ENDS),
        JobState.PAUSING: frozenset({JobState.PAUSED, JobState.RUNNING} | _INTERRUPTIONS | _ENDS),
        JobState.PAUSED: frozenset({JobState.RUNNING} | _INTERRUPTIONS),
        JobState.STOPPING: frozenset({JobState.CANCELLING} | _ENDS),
        JobState.CANCELLING: frozenset(_ENDS),
        JobState.DONE: frozenset(),
        JobState.FAILED: frozenset(),
        JobState.CANCELLED: frozenset(),
    }
)


def _nothing(*_: object) -> None:
    """What a listener does who does not listen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Generic[Result]):
    """What to do, and whom to tell; the listeners are called on the window's thread.

    Attributes:
        name: What kind of work it is ("train").
        operation: The work itself.
        on_event: Gets whatever the operation reports.
        on_success: Gets the operation's result.
        on_failure: Gets the problem when the operation raised.
        on_cancelled: Called when it ended without a result because the user asked.
        on_state: Called after each change of the job's state, the final one included.
    """

    name: str
    operation: Operation[Result]
    on_event: Callable[[Any], None] = _nothing
    on_success: Callable[[Result], None] = _nothing
    on_failure: Callable[[Problem], None] = _nothing
    on_cancelled: Callable[[], None] = _nothing
    on_state: Callable[[JobState], None] = _nothing


class WatchedControl(Control):
    """The control token of a job: says when the work has reached a pause."""

    def __init__(self, on_held: Callable[[], None]) -> None:
        super().__init__()
        self._on_held = on_held

    def wait_while_paused(self) -> None:
        if self.is_paused:
            self._on_held()
        super().wait_while_paused()


class Job:
    """One run of some work. Made by the runner."""

    def __init__(self, number: int, work: Work[Any], control: Control) -> None:
        self.number = number
        self.work = work
        self.control = control
        self.state = JobState.IDLE

    def enter(self, state: JobState) -> None:
        """Move to a state and tell the listener.

        Raises:
            ValueError: The table does not allow the move.
        """
        if state not in ALLOWED[self.state]:
            raise ValueError(f"A job cannot go from {self.state} to {state}.")
        self.state = state
        self.work.on_state(state)

    def pause(self) -> bool:
        """Ask the work to hold. True if that was possible."""
        return self._ask(JobState.PAUSING, self.control.pause)

    def resume(self) -> bool:
        """Let held work go on. True if it was held or about to be."""
        if self.state not in (JobState.PAUSING, JobState.PAUSED):
            return False
        return self._ask(JobState.RUNNING, self.control.resume)

    def stop(self) -> bool:
        """Ask the work to end and keep what it has. True if that was possible."""
        return self._ask(JobState.STOPPING, self.control.stop)

    def cancel(self) -> bool:
        """Ask the work to end and leave nothing. Work not begun yet ends at once."""
        if self.state is JobState.IDLE:
            self.control.cancel()
            self.enter(JobState.CANCELLED)
            self.work.on_cancelled()
            return True
        return self._ask(JobState.CANCELLING, self.control.cancel)

    def abandon(self) -> None:
        """Ask the work to end and hear nothing more of it, whatever it may still give."""
        self.work = Work(name=self.work.name, operation=self.work.operation)
        self.cancel()

    def _ask(self, state: JobState, tell_work: Callable[[], None]) -> bool:
        if state not in ALLOWED[self.state]:
            return False
        tell_work()
        self.enter(state)
        return True
