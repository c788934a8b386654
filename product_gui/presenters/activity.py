"""What is going on: the jobs a person should see at the bottom of the window, and stop there."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from product_gui.jobs.job import Job, JobState

Listener = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One running job in words.

    Attributes:
        title: What is being done ("Training on clothing").
        detail: How far, in words.
        fraction: Share done, 0..1; None while it cannot be told.
        seconds_left: None while it cannot be told.
        state: Of the job.
        can_pause: Whether a pause makes sense.
        keeps: Whether it can also be ended with its result kept.
        keep_reason: Why it cannot be kept just now; empty when it can.
        page: The page where more is to be seen.
    """

    title: str
    detail: str = ""
    fraction: float | None = None
    seconds_left: float | None = None
    state: JobState = JobState.IDLE
    can_pause: bool = False
    keeps: bool = False
    keep_reason: str = ""
    page: str = ""


class ActivityBoard:
    """The running jobs, in the order they were begun. Lives on the window's thread."""

    def __init__(self) -> None:
        self._entries: dict[int, tuple[Job, Activity]] = {}
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` after each change."""
        self._listeners.append(listener)

    def show(self, job: Job, activity: Activity) -> None:
        """Put a job on the board, or change what it says; a finished one leaves the board."""
        if job.state.is_final:
            self._entries.pop(job.number, None)
        else:
            self._entries[job.number] = job, replace(activity, state=job.state)
        self._changed()

    def remove(self, job: Job) -> None:
        """Take a job off the board."""
        if self._entries.pop(job.number, None):
            self._changed()

    @property
    def entries(self) -> tuple[tuple[int, Activity], ...]:
        """Number and description of each job."""
        return tuple((number, activity) for number, (_, activity) in self._entries.items())

    def pause(self, number: int) -> None:
        self._tell(number, Job.pause)

    def resume(self, number: int) -> None:
        self._tell(number, Job.resume)

    def stop(self, number: int) -> None:
        self._tell(number, Job.stop)

    def cancel(self, number: int) -> None:
        self._tell(number, Job.cancel)

    def _tell(self, number: int, intent: Callable[[Job], bool]) -> None:
        entry = self._entries.get(number)
        if entry is not None:
            intent(entry[0])

    def _changed(self) -> None:
        for listener in self._listeners:
            listener()
