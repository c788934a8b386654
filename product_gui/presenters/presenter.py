"""What all presenters share: one frozen state, one view that draws it, the same surroundings."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, Protocol, TypeVar

from product_gui import trace as tracing
from product_gui.jobs.job import Job, Work
from product_gui.jobs.runner import Lane, Runner
from product_gui.presenters.activity import ActivityBoard
from product_gui.presenters.library import Library
from product_gui.settings import SettingsStore

State = TypeVar("State")
State_contra = TypeVar("State_contra", contravariant=True)


class View(Protocol[State_contra]):
    """A page on the screen, or a test's stand-in for one."""

    def render(self, state: State_contra) -> None:
        """Set every widget from the state."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A short message that goes away by itself; ``run`` belongs to its button, if it has one."""

    message: str
    tone: Literal["info", "success", "warning", "error"] = "success"
    action: str = ""
    run: Callable[[], None] | None = None


class Notices:
    """Where presenters put short messages and the window picks them up."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Notice], None]] = []

    def listen(self, listener: Callable[[Notice], None]) -> None:
        self._listeners.append(listener)

    def say(self, notice: Notice) -> None:
        for listener in self._listeners:
            listener(notice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every presenter works with."""

    runner: Runner
    library: Library
    settings: SettingsStore
    activities: ActivityBoard = field(default_factory=ActivityBoard)
    notices: Notices = field(default_factory=Notices)
    trace: tracing.Trace = tracing.silent

    def start(self, work: Work[Any], lane: Lane) -> Job:
        """Begin some work beside the window."""
        return self.runner.start(work, lane=lane)

    def abandon(self, job: Job | None) -> None:
        """Let go of a job whose result nobody wants any more."""
        if job is not None:
            self.activities.remove(job)
            job.abandon()


class Presenter(Generic[State]):
    """Keeps the state of one page; each change is drawn if there is a view yet."""

    def __init__(self, surroundings: Surroundings, state: State) -> None:
        self.around = surroundings
        self.state = state
        self._view: View[State] | None = None

    def attach(self, view: View[State]) -> None:
        """Draw on this view from now on, and now."""
        self._view = view
        view.render(self.state)

    def show(self, **changes: Any) -> None:
        """Change the state and draw it."""
        self.state = replace(self.state, **changes)  # type: ignore[type-var]
        self.redraw()

    def redraw(self) -> None:
        """Draw the state as it is."""
        if self._view is not None:
            self._view.render(self.state)
